"""Which characters mean what to the query language, and the normal form that it reads.

Owns the classes of characters (quotes, signs, spaces, edges of words) and `normalise`. Knows
nothing of tokens.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

PLUS_SIGNS = "+＋"
MINUS_SIGNS = "-−－"
"""Hyphen-minus, the minus sign, the full-width hyphen-minus; dashes never exclude."""
DASH = "–"
COLONS = ":："
OPENING = "(（"
CLOSING = ")）"

_DOUBLE = '"“”„‟＂〝〞〟'
_CLOSERS = {
    **dict.fromkeys(_DOUBLE, _DOUBLE),
    **dict.fromkeys("«»", "«»"),
    **dict.fromkeys("‹›", "‹›"),
    "「": "」",
    "『": "』",
    "‚": "‘’",
    "‘": "’",
}
SINGLE_QUOTES = "‚‘"
"""Quotes whose closing sign is also the apostrophe: they quote only if the pair is certain."""

_INVISIBLE = frozenset("\u00ad\u2060\u200e\u200f\u061c") | {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
"""Soft hyphen, word joiner and the marks of writing direction: they come with pasted text."""
_BLANK = frozenset("\u200b\ufeff\u2028\u2029")
LOGICAL_SIGNS = "∧∨¬"
_BREAKS = frozenset("…—―;；，、。！？؟،؛।॥" + LOGICAL_SIGNS)
_DIGIT_SPACES = "\u00a0\u2009\u202f"

_KEPT_BEFORE = "#@§"
_KEPT_BEHIND = "+#%‰°"


@dataclass(frozen=True, slots=True)
class Typed:
    """A query as given and in the form that is read.

    `columns[i]` is the column in `original` of `text[i]`; one more entry stands for the end.
    """

    original: str
    text: str
    columns: tuple[int, ...]


def normalise(original: str) -> Typed:
    """NFC without invisible marks; each blank or control character becomes one space."""
    if original.isascii() and original.isprintable():
        return Typed(original, original, tuple(range(len(original) + 1)))
    text: list[str] = []
    columns: list[int] = []
    for start, cluster in _clusters(original):
        for char in unicodedata.normalize("NFC", cluster):
            if char not in _INVISIBLE:
                text.append(_plain(char))
                columns.append(start)
    joined = "".join(text)
    if not unicodedata.is_normalized("NFC", joined):
        joined = unicodedata.normalize("NFC", joined)
        columns = columns[: len(joined)]
    return Typed(original, joined, (*columns, len(original)))


def _clusters(text: str) -> list[tuple[int, str]]:
    """Runs that composition cannot cross, with where they start."""
    starts = [at for at, char in enumerate(text) if at == 0 or not _joins_before(char)]
    return [(start, text[start:end]) for start, end in pairwise([*starts, len(text)])]


def _joins_before(char: str) -> bool:
    """Whether normalisation may fuse `char` with what precedes it (marks, Hangul jamo)."""
    return not char.isascii() and (
        unicodedata.category(char)[0] == "M" or "\u1160" <= char <= "\u11ff"
    )


def _plain(char: str) -> str:
    if char in _DIGIT_SPACES:
        return char
    blank = char.isspace() or char in _BLANK or unicodedata.category(char) in ("Cc", "Cs")
    return " " if blank else char


def closers(char: str) -> str:
    """The signs that close a quotation opened by `char`; empty if it opens none."""
    return _CLOSERS.get(char, "")


def is_word_char(char: str) -> bool:
    """Letters, digits and their combining marks."""
    return char.isalnum() or (not char.isascii() and unicodedata.category(char)[0] == "M")


def is_spaceless(char: str) -> bool:
    """Whether `char` belongs to a script that puts no spaces between words."""
    return any(
        first <= char <= last
        for first, last in (
            ("\u0e00", "\u0eff"),
            ("\u1000", "\u109f"),
            ("\u1780", "\u17ff"),
            ("\u2e80", "\u9fff"),
            ("\uf900", "\ufaff"),
            ("\U00020000", "\U0003ffff"),
        )
    )


def is_hebrew(char: str) -> bool:
    """Hebrew abbreviations carry a double quote inside the word."""
    return "\u05d0" <= char <= "\u05ea"


def is_between_digits(text: str, at: int) -> bool:
    """Whether both neighbours of `text[at]` are digits."""
    return 0 < at < len(text) - 1 and text[at - 1].isdigit() and text[at + 1].isdigit()


_GENDER_STAR = re.compile(r"\*innen\b|(?<=er|or|st|nt)\*in\b")
_GENDER_BRACKETS = re.compile(r"\(-?in(?:nen)?\)(?!\w)")


def is_gender_star(text: str, at: int) -> bool:
    """Whether the `*` at `at` is that of a German word for women and men: `Bürger*innen`."""
    return text[at - 1 : at].isalpha() and bool(_GENDER_STAR.match(text, at))


def signs_in(text: str) -> str:
    """The signs of a text that are not punctuation: € and emoji, but also %, §, # and &."""
    return "".join(
        char for char in text if char in "%‰§#&@" or unicodedata.category(char)[0] == "S"
    )


def opens_gender_ending(text: str, at: int) -> bool:
    """Whether the parenthesis at `at` belongs to such a word: `Leser(innen)`."""
    return text[at - 1 : at].isalpha() and bool(_GENDER_BRACKETS.match(text, at))


def ends_word(text: str, at: int) -> bool:
    """Whether `text[at]` separates words, wherever it is."""
    char = text[at]
    if char == "," or char in _DIGIT_SPACES:
        return not is_between_digits(text, at)
    return char.isspace() or char in _BREAKS


def word_edges(text: str, kept: frozenset[int]) -> tuple[int, int]:
    """Where the word inside `text` begins and ends, without the punctuation around it.

    Signs that belong to words stay: `C++`, `#tag`, `.NET`, `U.S.`, `50%`, wildcard stars, and the
    positions in `kept`.
    """
    start, end = 0, len(text)
    while start < end and start not in kept and not _begins_word(text, start):
        start += 1
    while end > start and end - 1 not in kept and not _finishes_word(text, start, end):
        end -= 1
    return start, end


def _begins_word(text: str, at: int) -> bool:
    char = text[at]
    follower = text[at + 1 : at + 2]
    if char == ".":
        return follower.isalpha() and (at == 0 or text[at - 1] != ".")
    if char in _KEPT_BEFORE or unicodedata.category(char) == "Sc":
        return bool(follower) and is_word_char(follower)
    return char == "*" or is_word_char(char)


def _finishes_word(text: str, start: int, end: int) -> bool:
    char = text[end - 1]
    if char == ".":
        is_abbreviation = end - start >= 4 and text[end - 3] == "."
        return is_abbreviation and text[end - 2].isalpha()
    if char == ")" and _GENDER_BRACKETS.search(text, start, end):
        return True
    if char in _KEPT_BEHIND or unicodedata.category(char) == "Sc":
        return True
    return char == "*" or is_word_char(char)
