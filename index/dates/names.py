"""Names of months and days in the languages of news, from Unicode's CLDR. Owns Babel."""

import functools
import re
import unicodedata
from collections.abc import Mapping

LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk", "tr", "ar", "ar_SY", "el", "ro",
    "sv", "da", "nb", "fi", "cs", "hu", "id", "hi", "zh", "ja", "ko",
    "bg", "hr", "sr", "sr_Latn", "sk", "sl", "ca", "vi", "th", "he", "ms", "lt", "lv", "et",
    "fa", "bn",
)  # fmt: skip
"""Whose names are known where the language of a date is not."""

PIECES = re.compile(
    r"\d+|[^\W\d_][^\W\d_'’.\u0900-\u097f\u064b-\u0652\u0e30-\u0e4e]*"
    r"(?:[^\W\d_]|[\u0900-\u097f\u0e30-\u0e4e])*|[^\W\d_]+"
)
"""Words and numbers of a date."""


def folded_date(text: str) -> str:
    """Lower case, ASCII digits, one kind of blank, NFC; Turkish dotted capitals as their letter."""
    text = unicodedata.normalize("NFKC", text.replace("İ", "i"))
    text = "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in text)
    return unicodedata.normalize("NFC", " ".join(text.lower().split()))


@functools.cache
def date_order(tag: str) -> str | None:
    """`DMY`, `MDY` or `YMD`: the order of numbers in a language's dates; None if that depends."""
    from babel import Locale, UnknownLocaleError

    if tag.lower() in ("", "en", "und"):
        return None
    try:
        pattern = Locale.parse(tag).date_formats["short"].pattern
    except (UnknownLocaleError, ValueError):
        return None
    first = next((char for char in pattern.lower() if char in "dmy"), "")
    return {"d": "DMY", "m": "MDY", "y": "YMD"}.get(first)


@functools.cache
def months_of(language: str) -> dict[str, int]:
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return {}
    names: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                folded = folded_date(name).strip(". ")
                if not folded[0].isdigit():
                    names.setdefault(folded, number)
    names.update(_OTHER_MONTHS.get(language, {}))
    return names


_OTHER_MONTHS: Mapping[str, Mapping[str, int]] = {
    "en": {"sept": 9},
    "de": {"jänner": 1, "feber": 2, "mrz": 3, "sept": 9},
    "fr": {"fevrier": 2, "fév": 2, "aout": 8, "decembre": 12, "juil": 7},
    "es": {"setiembre": 9, "sep": 9},
    "ru": {"сен": 9, "сент": 9, "мая": 5, "май": 5},
}
"""What people write besides."""


@functools.cache
def all_months() -> dict[str, int]:
    """The names that mean the same month in every language that has them."""
    found: dict[str, int] = {}
    doubtful = set()
    for language in LANGUAGES:
        for name, number in months_of(language).items():
            if found.setdefault(name, number) != number:
                doubtful.add(name)
    return {name: number for name, number in found.items() if name not in doubtful}


@functools.cache
def all_days() -> frozenset[str]:
    """Names of the days of the week, which say nothing that the date does not."""
    return frozenset().union(*map(days_of, LANGUAGES))


@functools.cache
def days_of(language: str) -> frozenset[str]:
    from babel import Locale, UnknownLocaleError

    try:
        days = Locale.parse(language).days
    except (UnknownLocaleError, ValueError):
        return frozenset()
    names = set()
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated", "short"):
            for name in days[context].get(width, {}).values():
                names.update(PIECES.findall(folded_date(name)))
    return frozenset(names)


@functools.cache
def calendar_words(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """The full names of days and of months, case folded; none for a language that is not known."""
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return frozenset(), frozenset()
    days, months = (
        frozenset(name.casefold() for one in contexts.values() for name in one["wide"].values())
        for contexts in (locale.days, locale.months)
    )
    return days, months
