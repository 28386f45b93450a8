"""The words of every fault: what is wrong, what was expected, what was probably meant.

Each function reports to a `Reading`, which raises or notes.
"""

from search.parse import limits
from search.parse.fields import FIELD_NAMES, nearest
from search.parse.reading import Reading
from search.parse.tokens import Kind, Token

_CLOSING_QUOTES = {
    "„": "“",
    "“": "”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "「": "」",
    "『": "』",
}


def dangling(reading: Reading, operator: Token, side: str) -> None:
    """AND, OR or NOT without one of its operands; `side` is "before" or "after"."""
    query = reading.query
    without = " ".join((query[: operator.start] + query[operator.end :]).split())
    reading.fault(
        f"{operator.text} has nothing {side} it",
        operator.start,
        expected=f"a word, phrase or group {side} {operator.text}",
        reading="it is left out",
        suggestion=without or None,
    )


def stray_parenthesis(reading: Reading, closing: Token) -> None:
    """A closing parenthesis too many."""
    reading.fault(
        "this parenthesis closes nothing",
        closing.start,
        expected=f"an opening parenthesis before it, or \\{closing.text} for the character",
        reading="it is left out",
    )


def unclosed_parenthesis(reading: Reading, opening: Token, missing: int) -> None:
    """Closing parentheses too few, `missing` in all."""
    reading.fault(
        "this parenthesis is never closed",
        opening.start,
        expected=f"a closing parenthesis, or \\{opening.text} for the character",
        reading="it is left out",
        suggestion=reading.query.rstrip() + ")" * missing,
    )


def empty(reading: Reading, opening: Token) -> None:
    """Parentheses or quotes with nothing between them."""
    signs = "parentheses" if opening.kind is Kind.OPEN else "quotes"
    reading.fault(
        f"nothing stands between these {signs}",
        opening.start,
        expected="words inside",
        reading="they are left out",
    )


def unknown_field(reading: Reading, token: Token) -> None:
    """`name:` where no field is called so."""
    meant = nearest(token.text)
    query = reading.query
    reading.fault(
        f"there is no field {token.text}",
        token.start,
        expected=f"{FIELD_NAMES}; or {token.text}\\: for a word with a colon",
        reading="the colon is left out",
        suggestion=f"{query[: token.start]}{meant}{query[token.end :]}" if meant else None,
    )


def field_without_value(reading: Reading, name: Token, value: Token) -> None:
    """`title:` with nothing directly behind it, or with an exclusion."""
    expected = f"a value directly behind {name.text}:"
    if value.is_glued and value.kind is Kind.WORD:
        expected = f"-{name.text}:… to exclude what is in that field"
    reading.fault(
        f"the field {name.text}: has no value",
        name.end,
        expected=expected,
        reading=f"{name.text} is read as a word",
    )


def unreadable(reading: Reading, token: Token) -> None:
    """Quotes, stars and suffixes that stand where they cannot mean anything."""
    suggestion = None
    match token.kind:
        case Kind.UNCLOSED_QUOTE:
            why, expected = "this quote is never closed", "a closing quote"
            closing = _CLOSING_QUOTES.get(token.text, token.text)
            suggestion = f"{reading.query.rstrip()}{closing}"
        case Kind.STRAY_QUOTE:
            why = "this quote stands behind a word and opens nothing"
            expected = "a space before a quotation, or an opening quote"
        case Kind.BARE_STAR:
            why, expected = "a * alone would match every word", "letters beside it, such as nord*"
        case _:
            why, expected = f"^{token.text} stands behind nothing", "a word, phrase or group"
    reading.fault(
        why, token.start, expected=expected, reading="it is left out", suggestion=suggestion
    )


def short_wildcard(reading: Reading, token: Token, stem: str) -> None:
    """A leading wildcard that would match much of the vocabulary."""
    least = limits.MIN_LITERALS_BEHIND_WILDCARD
    reading.fault(
        f"{token.text} begins with a wildcard and has fewer than {least} letters behind it",
        token.start,
        expected=f"at least {least} letters behind the wildcard",
        reading=f"it is read as {stem}",
    )


def wildcard_in_value(reading: Reading, token: Token, field: str) -> None:
    """A wildcard where only whole values match."""
    reading.fault(
        f"{field}: is matched whole and knows no wildcards",
        token.start,
        expected="the whole value, or a backslash before the wildcard",
        reading="the wildcard is read as an ordinary character",
    )


def boost(reading: Reading, suffix: Token) -> None:
    """`^` without a usable number."""
    reading.fault(
        f"^{suffix.text} is no boost",
        suffix.start,
        expected=f"a number above 0, at most {limits.MAX_BOOST:g} in all, such as ^2 or ^0.5",
        reading="it is left out",
    )


def nearness(reading: Reading, suffix: Token, expected: str) -> None:
    """`~` where it cannot be read."""
    reading.fault(
        f"~{suffix.text} cannot be read here",
        suffix.start,
        expected=expected,
        reading="it is left out",
    )
