"""Words, patterns and whole values: from one token to one node."""

import re

from index.query import Exact, ExactField, Prefix, TextField, Wildcard, Word
from search.parse import characters as chars
from search.parse import limits
from search.parse.tokens import Kind, Token

LANGUAGE_CODES = {
    name: code
    for code, names in {
        "ar": "arabic arabisch",
        "de": "german deutsch allemand alemán",
        "el": "greek griechisch",
        "en": "english englisch anglais inglés",
        "es": "spanish spanisch espagnol español",
        "fr": "french französisch français francés",
        "hi": "hindi",
        "it": "italian italienisch italien italiano",
        "ja": "japanese japanisch",
        "ko": "korean koreanisch",
        "nl": "dutch niederländisch nederlands",
        "pl": "polish polnisch polski",
        "pt": "portuguese portugiesisch português",
        "ro": "romanian rumänisch română",
        "ru": "russian russisch русский",
        "th": "thai",
        "tr": "turkish türkisch türkçe",
        "uk": "ukrainian ukrainisch українська",
        "vi": "vietnamese vietnamesisch",
        "zh": "chinese chinesisch 中文",
    }.items()
    for name in names.split()
}
"""Names of languages that people type instead of a code."""

_LANGUAGE_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,8})*$")
_TRAILING = ",;?"
_TRAILING_DATE = ",;?!)"


def is_wild(token: Token, at: int) -> bool:
    """Whether `token.text[at]` is a wildcard."""
    return token.text[at] in "*?" and at not in token.escaped


def pattern(token: Token, field: TextField | None) -> Word | Prefix | Wildcard | None:
    """The node of a word with wildcards; None if a leading `*` has too few letters after it.

    Stars only at the end make a prefix.
    """
    text = token.text
    wild = [at for at in range(len(text)) if is_wild(token, at)]
    first = wild[0]
    if all(text[at] == "*" for at in wild) and first + len(wild) == len(text):
        return Prefix(text[:first], field)
    if first == 0 and _literals_behind_lead(token) < limits.MIN_LITERALS_BEHIND_WILDCARD:
        return None
    return Wildcard(_escaped_pattern(token), field)


def _literals_behind_lead(token: Token) -> int:
    wild = [is_wild(token, at) for at in range(len(token.text))]
    start = wild.index(False)
    end = wild.index(True, start) if True in wild[start:] else len(wild)
    return sum(map(chars.is_word_char, token.text[start:end]))


def _escaped_pattern(token: Token) -> str:
    return "".join(
        f"\\{char}" if char in "*?\\" and not is_wild(token, at) else char
        for at, char in enumerate(token.text)
    )


def without_wildcards(token: Token) -> str:
    """The word that a pattern becomes if its wildcards cannot be used."""
    return "".join(char for at, char in enumerate(token.text) if not is_wild(token, at))


def has_capitals(text: str) -> bool:
    """Whether capitals are meant: more than one, or one behind the beginning (`WHO`, `iPhone`)."""
    return any(word[1:] != word[1:].lower() for word in text.split())


def has_star(token: Token) -> bool:
    """Whether a value has an unescaped `*`."""
    return any(char == "*" and is_wild(token, at) for at, char in enumerate(token.text))


def whole_value(field: ExactField, token: Token) -> Exact:
    """The node of an exact field: a quoted value verbatim, an unquoted one without final
    punctuation.

    Languages are identified by their primary subtag, also if given by name (`lang:German`,
    `lang:pt-BR`).
    """
    value = " ".join((token.text if token.kind is Kind.PHRASE else token.raw).split())
    if field is not ExactField.ID and token.kind is not Kind.PHRASE:
        value = value.rstrip(_TRAILING)
    if field is ExactField.LANGUAGE:
        folded = value.casefold()
        tag = _LANGUAGE_TAG.match(folded)
        value = tag[1] if tag else LANGUAGE_CODES.get(folded, value)
    return Exact(field, value)


def date_value(raw: str) -> str:
    """The value of a date field without sentence punctuation; the dots of a range stay."""
    value = raw.strip().rstrip(_TRAILING_DATE)
    return value[:-1] if value.endswith(".") and not value.endswith("..") else value
