"""Where the pieces of a query end: words, web addresses, values, suffixes.

Pure functions of a normalised text and an offset.
"""

import re

from search.parse import characters as chars
from search.parse.quotations import is_letter

_UNITS = (
    "Prozent|percent|per cent|pour cent|por ciento|Grad|degrees|degrés|grados|Euro|euros|Dollar|"
    "dollars|Punkte|points|Mio|Mrd|million|billion"
)
_SIGNED_NUMBER = re.compile(
    rf"[-−－+＋](?:\d+(?:[.,]\d+)+(?!\w)|\d+[ \u00a0\u202f]?(?:[%‰°€$£]|(?:{_UNITS})\b))"
)
_URL = re.compile(r"(?:[a-z][a-z0-9+.\-]*://|www\.)\S", re.IGNORECASE)
_NEARNESS = re.compile(r"~([0-9]*(?:\.[0-9]+)?)(?![\w~])")
_BOOST = re.compile(r"\^(?:([0-9]+(?:[.,][0-9]+)?)(?=$|[\s()（）,;:!?.^~])|([^\s()（）]*))")
_SPACED_COMPARISON = re.compile(r"(?:[<>]=?|[≤≥])\s+(?=[0-9])")
_SPACED_RANGE = re.compile(r"\s+\.\.\s*(?=[0-9])|(?<=\.\.)\s+(?=[0-9])")
_BOOSTS_AT_END = re.compile(r"(?:\^[0-9]+(?:[.,][0-9]+)?)+$")


def is_signed_number(text: str, at: int) -> bool:
    """Whether the sign at `at` belongs to a number: `-3,9`, `-5 %`, `+2 Grad`; `-2024` excludes."""
    return bool(_SIGNED_NUMBER.match(text, at))


def is_url(text: str, at: int) -> bool:
    """Whether a web address begins at `at`."""
    return bool(_URL.match(text, at))


def url_end(text: str, at: int) -> int:
    """The end of the web address at `at`."""
    while at < len(text) and not text[at].isspace():
        if text[at] in chars.OPENING + chars.CLOSING or chars.closers(text[at]):
            break
        at += 1
    return at


def word_end(text: str, start: int) -> int:
    """The end of the run of characters at `start`, up to a space, quote, parenthesis or suffix.

    The run has at least one character, whatever it is.
    """
    at = start
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            at += 2
        elif at > start and chars.opens_gender_ending(text, at):
            at = text.index(")", at) + 1
        elif at > start and _stops_word(text, start, at):
            break
        else:
            at += 1
    return at


def _stops_word(text: str, start: int, at: int) -> bool:
    char = text[at]
    if chars.closers(char):
        return char not in chars.SINGLE_QUOTES and not is_letter(text, at)
    if char == "~":
        return nearness(text, at) is not None and not text[start:at].isdigit()
    return char == "^" or char in chars.OPENING + chars.CLOSING or chars.ends_word(text, at)


def value_end(text: str, start: int) -> int:
    """The end of a value that is matched as a whole: a space, a parenthesis, a boost."""
    at = start
    while at < len(text) and not text[at].isspace():
        if text[at] in chars.OPENING + chars.CLOSING:
            break
        at += 2 if text[at] == "\\" else 1
    at = min(at, len(text))
    boost = _BOOSTS_AT_END.search(text[start:at])
    return start + boost.start() if boost else at


def date_value_end(text: str, start: int) -> int:
    """The end of a date value, which may have spaces around `..` and after `>=`."""
    comparison = _SPACED_COMPARISON.match(text, start)
    end = value_end(text, comparison.end() if comparison else start)
    span = _SPACED_RANGE.match(text, end)
    return value_end(text, span.end()) if span else end


def nearness(text: str, at: int) -> tuple[str, int] | None:
    """What follows the `~` at `at`, and its end."""
    match = _NEARNESS.match(text, at)
    return (match[1], match.end()) if match else None


def boost(text: str, at: int) -> tuple[str, int] | None:
    """What follows the `^` at `at` (a number, if there is one), and its end."""
    match = _BOOST.match(text, at)
    return (match[1] or match[2] or "", match.end()) if match else None


def unescaped(text: str, start: int, end: int) -> tuple[str, frozenset[int]]:
    """`text[start:end]` without its backslashes, and the positions of escaped characters in it."""
    kept: list[str] = []
    escaped: set[int] = set()
    at = start
    while at < end:
        if text[at] == "\\" and at + 1 < end:
            at += 1
            escaped.add(len(kept))
        kept.append(text[at])
        at += 1
    return "".join(kept), frozenset(escaped)
