"""Removing case, diacritics and letter variants, so that spellings of one word match."""

import functools
import re
import sys
import unicodedata

from index.analysis import shapes

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060"
_LETTERS = {
    "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
    "ı": "i", "ς": "σ", "ħ": "h", "ŋ": "n",
    # Arabic: tatweel is removed; forms of alef, yeh and teh marbuta are unified.
    "ـ": "", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك",
    # Devanagari: the nukta is often left out, candrabindu and anusvara alternate.
    "\u093c": "", "\u0901": "\u0902",
}  # fmt: skip
# Accents of Latin, Greek and Cyrillic, vowel points of Hebrew and Arabic. Marks of other scripts
# are vowels and stay.
_DECORATION = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]"
)
_DIGRAPH = re.compile("([ao])e|(?<![aeiouyq])ue")
_SPELLED_UMLAUT = re.compile("ae|oe|(?<![aeouäöüq])ue")
_UMLAUTS = {"ae": "ä", "oe": "ö", "ue": "ü"}


@functools.cache
def _translation() -> dict[int, str]:
    """Single characters, including the decimal digits of every script."""
    table = dict.fromkeys(map(ord, _INVISIBLE), "")
    table.update((ord(letter), folded) for letter, folded in _LETTERS.items())
    for code in range(0x660, min(sys.maxunicode, 0x1FBFF)):
        digit = unicodedata.decimal(chr(code), None)
        if digit is not None:
            table[code] = str(digit)
    return table


def lower(text: str) -> str:
    """Lower case; İ becomes i without a combining dot."""
    return text.replace("İ", "i").lower()


def lower_turkish(text: str) -> str:
    """Lower case by the rules of Turkish and Azerbaijani: I becomes ı, İ becomes i."""
    return text.replace("İ", "i").replace("I", "ı").lower()


def without_invisible(text: str) -> str:
    """Without soft hyphens, zero-width characters, tatweel, Arabic and Hebrew vowel points."""
    return re.sub(f"[{_INVISIBLE}ـ\u0591-\u05bd\u064b-\u0652\u0670]", "", text)


def fold(text: str) -> str:
    """Lower case without diacritics, ligatures, invisible characters and width variants."""
    if text.isascii():
        return text.lower()
    # Compatibility forms may bring capitals (™), hence lower case twice.
    decomposed = lower(unicodedata.normalize("NFKD", lower(text)))
    stripped = _DECORATION.sub(_decoration, decomposed)
    return unicodedata.normalize("NFC", stripped.translate(_translation()))


def _decoration(match: re.Match[str]) -> str:
    """Nothing, except for й, which is a letter of its own."""
    is_short_i = (
        match.group() == "\u0306" and match.string[match.start() - 1 : match.start()] == "и"
    )
    return "\u0306" if is_short_i else ""


def fold_german(text: str) -> str:
    """As `fold`; and ae, oe, ue become a, o, u as ä, ö, ü do (Snowball's rule for German)."""
    return _DIGRAPH.sub(lambda match: match.group(1) or "u", fold(text))


def with_umlauts(word: str) -> str | None:
    """A German word with ä, ö, ü for ae, oe, ue; None if there is nothing to replace."""
    respelled = _SPELLED_UMLAUT.sub(lambda match: _UMLAUTS[match.group()], word)
    return None if respelled == word else respelled


def as_written(word: str, *, is_cased: bool = False) -> str:
    """A word of any language as it is compared when its exact wording is asked for.

    Signs inside it, invisible characters and width variants do not count, nor does case unless
    `is_cased`; letters and their marks do.
    """
    both = shapes.genders(word)
    plain = shapes.without_signs(
        without_invisible(unicodedata.normalize("NFKC", both[1] + "*" if both else word))
    )
    return plain.replace("ß", "ss") if is_cased else plain.casefold()
