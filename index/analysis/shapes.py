"""The shapes of a word: numbers, joined words, contractions, letters with digits.

Everything here is a function of the word alone and the same for every language.
"""

import re

_APOSTROPHES = "'’ʼ＇"
_HYPHENS = r"\-‐‑"
_SIGNS = re.compile(
    rf"[.,{_APOSTROPHES}{_HYPHENS}\u00a0\u202f\u2009]|(?<=[\u05d0-\u05ea])[\"״׳](?=[\u05d0-\u05ea])"
)
_JOINTS = re.compile(rf"[{_APOSTROPHES}{_HYPHENS}]")
_NUMBER = re.compile(rf"\d+(?:[.,{_APOSTROPHES}\u00a0\u202f\u2009]\d+)*")
_DECIMAL = re.compile(r"(.*)[.,](\d{1,2}|\d{4,})")
_MIXED = re.compile(r"([^\W\d_]{3,})(\d{2,})|(\d{2,})([^\W\d_]{2,})")
_CODE = re.compile(rf"([^\W\d_]{{1,4}})[{_HYPHENS}]?(\d{{1,4}})")
_HUMPS = re.compile(r"(?:[A-Z][a-z]{2,}){3,}")
_SHORTEST_PIECE = 3
GENDERED = (
    r"(?<![^\W_])(?:[^\W\d_]{2,}(?:[*:_·•]innen|/-?innen|\(-?innen\)|(?<=[a-zß-ÿ])Innen)"
    r"|(?=[A-ZÄÖÜ])[^\W\d_]{3,}(?:[*:_·•]in|(?<=er|or|st|nt)(?:/-?in|\(-?in\)|In)))(?![^\W_])"
)
"""Words that name women and men by one sign, as an expression: `Bürger*innen`, `Lehrer:in`."""
_GENDERED = re.compile(GENDERED)
_GENDER = re.compile(r"(.+?)[*:_·•/(]?-?([Ii]n(?:nen)?)\)?")
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


def genders(word: str) -> tuple[str, str] | None:
    """The base and the feminine form of a word that names both; None for any other word.

    "Bürger*innen" and "BürgerInnen" are "Bürger" and "Bürgerinnen".
    """
    if not _GENDERED.fullmatch(word):
        return None
    both = _GENDER.fullmatch(word)
    assert both is not None, "every gendered word has an ending"
    return both.group(1), both.group(1) + both.group(2).lower()


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
        return _humps(word)
    if mixed := _groups(_MIXED, word):
        return mixed
    joined = _JOINTS.split(word)
    return [piece for piece in joined if len(piece) >= _SHORTEST_PIECE] if len(joined) > 1 else []


def sides(word: str) -> list[str]:
    """All parts of a joined word, in order; empty for plain words.

    "U-Bahn": U, Bahn; "COVID-19" and "MH17": letters and digits; "BlackLivesMatter": its three
    words. A Han bigram is one word.
    """
    if word.isalpha():
        return _humps(word)
    found = _groups(_CODE, word) or _groups(_MIXED, word) or _JOINTS.split(word)
    return [side for side in found if side] if len(found) > 1 else []


def _humps(word: str) -> list[str]:
    return re.findall("[A-Z][a-z]+", word) if _HUMPS.fullmatch(word) else []


def _groups(pattern: re.Pattern[str], word: str) -> list[str]:
    found = pattern.fullmatch(word)
    return [side for side in found.groups() if side] if found else []


def code(word: str) -> tuple[str, str] | None:
    """The letters and the number of a code such as "MH17" or "A-8"; None for other words."""
    found = _CODE.fullmatch(word)
    return (found[1], found[2]) if found else None


def is_han_pair(word: str) -> bool:
    """Whether a word is a bigram of two Han characters."""
    return _HAN_PAIR.fullmatch(word) is not None
