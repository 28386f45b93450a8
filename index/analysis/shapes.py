"""The shapes of a word: numbers, joined words, contractions, letters with digits.

Everything here is a function of the word alone and the same for every language.
"""

import re

_APOSTROPHES = "'’ʼ＇"
_HYPHENS = r"\-‐‑"
_SIGNS = re.compile(rf"[.,{_APOSTROPHES}{_HYPHENS}\u00a0\u202f\u2009]")
_JOINTS = re.compile(rf"[{_APOSTROPHES}{_HYPHENS}]")
_NUMBER = re.compile(rf"\d+(?:[.,{_APOSTROPHES}\u00a0\u202f\u2009]\d+)*")
_DECIMAL = re.compile(r"(.*)[.,](\d{1,2}|\d{4,})")
_MIXED = re.compile(r"([^\W\d_]{3,})(\d{2,})|(\d{2,})([^\W\d_]{2,})")
_HUMPS = re.compile(r"(?:[A-Z][a-z]{2,}){3,}")
_SHORTEST_PIECE = 3
_HAN_PAIR = re.compile(
    "[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]{2}"
)


def plain_number(word: str) -> str | None:
    """A number without its grouping and with a decimal point; None if it is not a number.

    Three digits after a single sign are a group ("1.000", "1,000"); any other number of digits is
    decimal.
    """
    if not _NUMBER.fullmatch(word):
        return None
    decimal = _DECIMAL.fullmatch(word)
    if decimal is None:
        return without_signs(word)
    return f"{without_signs(decimal.group(1))}.{decimal.group(2)}"


def straight_apostrophes(word: str) -> str:
    """Every apostrophe as `'`."""
    return re.sub(f"[{_APOSTROPHES}]", "'", word)


def without_signs(word: str) -> str:
    """The word without inner dots, apostrophes and hyphens: "U.S." is "US", "e-mail" "email"."""
    return word if word.startswith(".") else _SIGNS.sub("", word)


def pieces(word: str) -> list[str]:
    """The other forms under which a joined word can be found; empty for plain words.

    The longer pieces around an apostrophe or hyphen ("O'Neill": Neill), the sides of letters with
    digits ("COVID19": COVID, 19; "20km": 20, km), the words of a hashtag ("BlackLivesMatter"), and
    the two characters of a Han bigram, which are words or morphemes themselves.
    """
    if is_han_pair(word):
        return list(word)
    if word.isalpha():
        return re.findall("[A-Z][a-z]+", word) if _HUMPS.fullmatch(word) else []
    mixed = _MIXED.fullmatch(word)
    if mixed is not None:
        return [side for side in mixed.groups() if side]
    joined = _JOINTS.split(word)
    return [piece for piece in joined if len(piece) >= _SHORTEST_PIECE] if len(joined) > 1 else []


def sides(word: str) -> list[str]:
    """All parts of a joined word, in order; empty for plain words.

    "U-Bahn": U, Bahn; "COVID-19" and "COVID19": COVID, 19; "BlackLivesMatter": its three words. A
    Han bigram is one word.
    """
    if word.isalpha():
        return re.findall("[A-Z][a-z]+", word) if _HUMPS.fullmatch(word) else []
    mixed = _MIXED.fullmatch(word)
    found = list(mixed.groups()) if mixed is not None else _JOINTS.split(word)
    return [side for side in found if side] if len(found) > 1 else []


def is_han_pair(word: str) -> bool:
    """Whether a word is a bigram of two Han characters."""
    return _HAN_PAIR.fullmatch(word) is not None
