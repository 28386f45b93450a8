"""The wording of every fault: what is wrong, what was expected, what was probably meant.

Each function reports to a `Reading`, which raises or notes.
"""

from index.text.messages import Message
from search.parse import limits
from search.parse.fields import FIELD_NAMES, nearest
from search.parse.reading import Reading
from search.parse.tokens import Kind, Token

_LEFT_OUT = Message("it is left out")

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
        Message("{0} has nothing before it", operator.text)
        if side == "before"
        else Message("{0} has nothing after it", operator.text),
        operator.start,
        expected=Message("a word, phrase or group before {0}", operator.text)
        if side == "before"
        else Message("a word, phrase or group after {0}", operator.text),
        reading=_LEFT_OUT,
        suggestion=without or None,
    )


def stray_parenthesis(reading: Reading, closing: Token) -> None:
    """One closing parenthesis too many."""
    reading.fault(
        Message("this parenthesis closes nothing"),
        closing.start,
        expected=Message(
            "an opening parenthesis before it, or \\{0} for the character", closing.text
        ),
        reading=_LEFT_OUT,
    )


def unclosed_parenthesis(reading: Reading, opening: Token, missing: int) -> None:
    """Closing parentheses too few, `missing` in all."""
    reading.fault(
        Message("this parenthesis is never closed"),
        opening.start,
        expected=Message("a closing parenthesis, or \\{0} for the character", opening.text),
        reading=_LEFT_OUT,
        suggestion=reading.query.rstrip() + ")" * missing,
    )


def empty(reading: Reading, opening: Token) -> None:
    """Parentheses or quotes with nothing between them."""
    reading.fault(
        Message("there is nothing between these parentheses")
        if opening.kind is Kind.OPEN
        else Message("there is nothing between these quotes"),
        opening.start,
        expected=Message("words inside"),
        reading=Message("they are left out"),
    )


def unknown_field(reading: Reading, token: Token) -> None:
    """`name:` if there is no field of that name."""
    meant = nearest(token.text)
    query = reading.query
    reading.fault(
        Message("there is no field {0}", token.text),
        token.start,
        expected=Message("{0}; or {1}\\: for a word with a colon", FIELD_NAMES, token.text),
        reading=Message("the colon is left out"),
        suggestion=f"{query[: token.start]}{meant}{query[token.end :]}" if meant else None,
    )


def field_without_value(reading: Reading, name: Token, value: Token) -> None:
    """`title:` with nothing directly after it, or with an exclusion."""
    expected = Message("a value directly after {0}:", name.text)
    if value.is_glued and value.kind is Kind.WORD:
        expected = Message("-{0}:… to exclude what is in that field", name.text)
    reading.fault(
        Message("the field {0}: has no value", name.text),
        name.end,
        expected=expected,
        reading=Message("{0} is read as a word", name.text),
    )


def unreadable(reading: Reading, token: Token) -> None:
    """Quotes, stars and suffixes where they cannot mean anything."""
    suggestion = None
    match token.kind:
        case Kind.UNCLOSED_QUOTE:
            why, expected = Message("this quote is never closed"), Message("a closing quote")
            closing = _CLOSING_QUOTES.get(token.text, token.text)
            suggestion = f"{reading.query.rstrip()}{closing}"
        case Kind.STRAY_QUOTE:
            why = Message("this quote follows a word and opens nothing")
            expected = Message("a space before a quotation, or an opening quote")
        case Kind.BARE_STAR:
            why = Message("a * alone would match every word")
            expected = Message("letters next to it, such as nord*")
        case _:
            why = Message("^{0} has nothing before it", token.text)
            expected = Message("a word, phrase or group")
    reading.fault(why, token.start, expected=expected, reading=_LEFT_OUT, suggestion=suggestion)


def short_wildcard(reading: Reading, token: Token, stem: str) -> None:
    """A leading wildcard that would match much of the vocabulary."""
    least = limits.MIN_LITERALS_BEHIND_WILDCARD
    reading.fault(
        Message(
            "{0} begins with a wildcard and has fewer than {1} letters after it",
            token.text,
            least,
        ),
        token.start,
        expected=Message("at least {0} letters after the wildcard", least),
        reading=Message("it is read as {0}", stem),
    )


def wildcard_in_value(reading: Reading, token: Token, field: str) -> None:
    """A wildcard where only whole values match."""
    reading.fault(
        Message("{0}: is matched as a whole; wildcards are not possible here", field),
        token.start,
        expected=Message("the whole value, or a backslash before the wildcard"),
        reading=Message("the wildcard is read as an ordinary character"),
    )


def boost(reading: Reading, suffix: Token) -> None:
    """`^` without a usable number."""
    reading.fault(
        Message("^{0} is not a boost", suffix.text),
        suffix.start,
        expected=Message(
            "a number above 0, at most {0} in all, such as ^2 or ^0.5", f"{limits.MAX_BOOST:g}"
        ),
        reading=_LEFT_OUT,
    )


def nearness(reading: Reading, suffix: Token, expected: str) -> None:
    """`~` where it cannot be read."""
    reading.fault(
        Message("~{0} cannot be read here", suffix.text),
        suffix.start,
        expected=expected,
        reading=_LEFT_OUT,
    )
