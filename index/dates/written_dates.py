"""Dates as people write them: `18. Juni 2024, 05:10 Uhr`, `June 18th, 2024 at 5 p.m. EDT`.

Names of months and days are those of Unicode's CLDR (Babel). Nothing is guessed: a date without a
year, a word that is not known, or a day and a month that could change places are refused. Which
comes first in `03/04/2024` is decided by the language's custom, in English by the region (`en-US`,
`en-GB`); with dots the day comes first everywhere.
"""

import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from index.dates.dates import parse_date
from index.domain import NewsDate

LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk", "tr", "ar", "ar_SY", "el", "ro",
    "sv", "da", "nb", "fi", "cs", "hu", "id", "hi", "zh", "ja", "ko",
)  # fmt: skip
"""Whose names are known where the language of a date is not."""

MAX_CHARS = 120

_FILLER_WORDS = """
las los em
a á à às alle ao as at am an au on of the o om ore um uhr gegen den der vom von le la el il de
del dell di du et e y i в г года год г о об р року в dnia r roku godz godzina kl klo klockan
saat tarihinde tarihi hrs hr h uur ora ч час hod óra published posted updated last first created
date time by veröffentlicht publiziert erschienen aktualisiert stand datum zuletzt publié
publiée mis mise jour créé modifié publicado publicada actualizado actualizada atualizado fecha
pubblicato aggiornato data gepubliceerd bijgewerkt geplaatst op opublikowano aktualizacja
опубликовано обновлено дата опубліковано оновлено yayınlanma yayınlandı güncelleme güncellendi
الساعة نشر في تاريخ م بتاريخ
"""
_FILLERS = frozenset(_FILLER_WORDS.split())
_ZONES: Mapping[str, str] = {
    "utc": "Z", "gmt": "Z", "z": "Z", "ut": "Z", "cet": "+01:00", "mez": "+01:00", "cest": "+02:00",
    "mesz": "+02:00", "eet": "+02:00", "eest": "+03:00", "wet": "Z", "west": "+01:00",
    "msk": "+03:00", "мск": "+03:00", "jst": "+09:00", "kst": "+09:00", "hkt": "+08:00",
    "est": "-05:00", "edt": "-04:00", "cdt": "-05:00", "mst": "-07:00", "mdt": "-06:00",
    "pst": "-08:00", "pdt": "-07:00", "aest": "+10:00", "aedt": "+11:00", "akst": "-09:00",
    "akdt": "-08:00", "hst": "-10:00",
}  # fmt: skip
"""Names that mean one offset. CST, IST and BST mean several, and are refused."""

_OFFSET = re.compile(r"(?:\b(?:utc|gmt)\s?)?(?<![\d/])([+\-−])(\d{1,2})(?::?(\d{2}))?\s*\)?$")
_TIME = re.compile(
    r"(?<![\d./:])(?P<hour>\d{1,2})"
    r"(?:\s?(?::|h|\.(?=\d{2}(?:\s|$|,)))\s?(?P<minute>\d{2})(?!\d)(?:[:.](?P<second>\d{2}))?(?:\.\d+)?"
    r"\s?(?P<half>[ap]\.?\s?m\b\.?)?(?:\s?(?:uhr|h|hrs|uur)\b)?"
    r"|\s?(?P<whole>[ap]\.?\s?m\b\.?|uhr\b|h\b(?!\w)|uur\b))"
)
_CJK = re.compile(
    r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(?:(\d{1,2})\s?[日일号])?"
    r"(?:[\s(（]*[\w]{0,3}曜?日?요?일?[)）\s]*?)??"
    r"\s*(?P<half>上午|下午|午前|午後|오전|오후)?\s*"
    r"(?:(\d{1,2})(?:\s?[時时点시:]\s?(\d{1,2})?\s?[分분]?))?"
    r"(?:\s?(\d{1,2})[秒초])?"
)
_AFTERNOON = ("下午", "午後", "오후")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})\s?([./\-–])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)\.?")
_PIECES = re.compile(
    r"\d+|[^\W\d_][^\W\d_'’.\u0900-\u097f\u064b-\u0652]*(?:[^\W\d_]|[\u0900-\u097f])*|[^\W\d_]+"
)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|re|º|ª|°|-?го|-?е|-?ше)\b")
_EXPECTED = "expected a date with its year, such as 2024-06-18, 18. Juni 2024 or June 18, 2024"


@dataclass(slots=True)
class _Moment:
    year: int = 0
    month: int = 0
    day: int | None = None
    time: str = ""
    zone: str = ""

    def date(self) -> NewsDate:
        value = f"{self.year:04}-{self.month:02}"
        if self.day is not None:
            value += f"-{self.day:02}" + (f"T{self.time}{self.zone}" if self.time else "")
        return parse_date(value)


def read_date(text: str, language: str = "") -> NewsDate:
    """Read a date in ISO 8601, RFC 2822, or words. `language` is a BCP 47 tag, empty for unknown.

    Raises ValueError, saying what is doubtful.
    """
    try:
        return parse_date(text)
    except ValueError as error:
        if len(text) > MAX_CHARS or not any(char.isdigit() for char in text):
            raise ValueError(str(error)) from error
    return _Reading(text, language).moment().date()


class _Reading:
    """One text on its way; what was understood is cut out of `rest`."""

    def __init__(self, text: str, language: str) -> None:
        self._shown = repr(text)
        self._language = language.replace("-", "_")
        if self._language.startswith("tr"):
            text = text.replace("I", "ı")
        self.rest = _folded(text)
        self._moment = _Moment()

    def error(self, why: str) -> ValueError:
        return ValueError(f"{self._shown} is not a date that can be read: {why}")

    def moment(self) -> _Moment:
        if match := _CJK.search(self.rest):
            return self._cjk(match)
        self._cut_zone()
        numeric = _NUMERIC.search(self.rest)
        if numeric is not None:
            self._numeric(numeric)
            self._cut_time()
            if any(self._number_or_month(piece) for piece in self._words()):
                raise self.error(f"more numbers than a date has; {_EXPECTED}")
            return self._moment
        self._cut_time()
        self._named()
        return self._moment

    def _cjk(self, match: re.Match[str]) -> _Moment:
        year, month, day, half, hour, minute, second = match.groups()
        moment = _Moment(int(year), int(month), int(day) if day else None)
        if hour:
            moment.time = f"{self._hour(int(hour), half in _AFTERNOON if half else None):02}"
            moment.time += f":{int(minute or 0):02}" + (f":{int(second):02}" if second else "")
        return moment

    def _hour(self, hour: int, is_afternoon: bool | None) -> int:
        if is_afternoon is None:
            return hour
        if not 1 <= hour <= 12:
            raise self.error(f"there is no hour {hour} before or after noon")
        return hour % 12 + (12 if is_afternoon else 0)

    def _cut_zone(self) -> None:
        has_time = _TIME.search(self.rest) is not None
        match = _OFFSET.search(self.rest)
        if match and has_time:
            sign = "-" if match[1] in "-−" else "+"
            self._moment.zone = f"{sign}{int(match[2]):02}:{match[3] or '00'}"
            self.rest = self.rest[: match.start()]

    def _cut_time(self) -> None:
        match = _TIME.search(self.rest)
        if match is None:
            return
        half = (match["half"] or match["whole"] or "").replace(".", "").replace(" ", "")
        is_afternoon = {"am": False, "pm": True}.get(half)
        hour = self._hour(int(match["hour"]), is_afternoon)
        self._moment.time = f"{hour:02}:{match['minute'] or '00'}"
        if match["second"]:
            self._moment.time += f":{match['second']}"
        self.rest = f"{self.rest[: match.start()]} {self.rest[match.end() :]}"

    def _numeric(self, match: re.Match[str]) -> None:
        first, mark, second, third = match.groups()
        self.rest = f"{self.rest[: match.start()]} {self.rest[match.end() :]}"
        moment = self._moment
        if len(first) == 4:
            moment.year, moment.month, moment.day = int(first), int(second), int(third)
            return
        if len(first) == 3:
            raise self.error(_EXPECTED)
        moment.year = _year(third)
        day, month = int(first), int(second)
        if mark != "." and month <= 12 and (day <= 12 and day != month):
            is_day_first = _is_day_first(self._language)
            if is_day_first is None:
                raise self.error(
                    "day and month could change places; give the language with its region "
                    '("lang": "en-US" or "en-GB"), or ISO 8601'
                )
            if not is_day_first:
                day, month = month, day
        elif mark != "." and month > 12:
            day, month = month, day
        moment.day, moment.month = day, month

    def _words(self) -> list[str]:
        """The words and numbers that mean something; raises for one that is not known."""
        telling = []
        for piece in _PIECES.findall(_ORDINAL.sub("", self.rest)):
            if piece in _ZONES and self._moment.time:
                self._moment.zone = self._moment.zone or _ZONES[piece]
            elif piece.isdigit() or self._month(piece):
                telling.append(piece)
            elif piece not in _FILLERS and piece not in _days():
                raise self.error(f"{piece!r} is not known; {_EXPECTED}")
        return telling

    def _number_or_month(self, piece: str) -> bool:
        return piece.isdigit() or self._month(piece) is not None

    def _month(self, word: str) -> int | None:
        language = self._language.partition("_")[0]
        own = _months_of(language) if language else {}
        if word in own or not language:
            return own.get(word) or _all_months().get(word)
        # `mar.` is a Tuesday in French, whatever it is elsewhere.
        return None if word in _days_of(language) else _all_months().get(word)

    def _named(self) -> None:
        words = self._words()
        months = [at for at, word in enumerate(words) if not word.isdigit()]
        numbers = [word for word in words if word.isdigit()]
        # A month may be called by an abbreviation that is also its number's neighbour; one only.
        if len(months) != 1 or not 1 <= len(numbers) <= 2:
            raise self.error(_EXPECTED)
        self._moment.month = self._month(words[months[0]]) or 0
        years = [number for number in numbers if len(number) == 4]
        others = [number for number in numbers if len(number) != 4]
        if not years and len(others) == 2:
            # `18 Jun 24`, and never `24 Jun 18`: the year comes last.
            others, years = others[:1], others[1:]
        if len(years) != 1 or any(len(number) > 2 for number in (*others, *years[0:0])):
            raise self.error(f"it has no year; {_EXPECTED}")
        self._moment.year = _year(years[0])
        self._moment.day = int(others[0]) if others else None
        if self._moment.time and self._moment.day is None:
            raise self.error(_EXPECTED)


def _folded(text: str) -> str:
    """Lower case, ASCII digits, one kind of blank, NFC; Turkish dotted capitals as their letter."""
    text = unicodedata.normalize("NFKC", text.replace("İ", "i"))
    text = "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in text)
    return unicodedata.normalize("NFC", " ".join(text.lower().split()))


def _year(digits: str) -> int:
    """Two digits as POSIX reads them: 69 to 99 in the last century."""
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (1900 if year >= 69 else 2000)


@functools.cache
def _is_day_first(tag: str) -> bool | None:
    """Whether dates with slashes begin with the day; None where that cannot be told."""
    from babel import Locale, UnknownLocaleError

    if tag.lower() in ("", "en", "und"):
        return None
    try:
        pattern = Locale.parse(tag).date_formats["short"].pattern
    except (UnknownLocaleError, ValueError):
        return None
    return {"d": True, "m": False}.get(pattern.lstrip("'").lower()[0])


@functools.cache
def _months_of(language: str) -> dict[str, int]:
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return {}
    names: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                folded = _folded(name).strip(". ")
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
def _all_months() -> dict[str, int]:
    """The names that mean the same month in every language that has them."""
    found: dict[str, int] = {}
    doubtful = set()
    for language in LANGUAGES:
        for name, number in _months_of(language).items():
            if found.setdefault(name, number) != number:
                doubtful.add(name)
    return {name: number for name, number in found.items() if name not in doubtful}


@functools.cache
def _days() -> frozenset[str]:
    """Names of the days of the week, which say nothing that the date does not."""
    return frozenset().union(*map(_days_of, LANGUAGES))


@functools.cache
def _days_of(language: str) -> frozenset[str]:
    from babel import Locale, UnknownLocaleError

    try:
        days = Locale.parse(language).days
    except (UnknownLocaleError, ValueError):
        return frozenset()
    names = set()
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated", "short"):
            for name in days[context].get(width, {}).values():
                names.update(_PIECES.findall(_folded(name)))
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
