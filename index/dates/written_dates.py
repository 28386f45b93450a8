"""Dates as people and programs write them; `read_date` is the one way for all readers.

`18. Juni 2024, 05:10 Uhr`, `June 18th, 2024 at 5 p.m. EDT`, `Tue Jun 18 05:10:00 CEST 2024`.
Nothing is guessed: a date without a year, a word that is not known, or a day and a month that could
change places are refused. Which comes first in `03/04/2024` is decided by the order set for the
source, or else by the language's custom, in English by the region (`en-US`, `en-GB`); with dots the
day comes first everywhere.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo

from index.dates.dates import in_zone, parse_date
from index.dates.names import (
    PIECES,
    all_days,
    all_months,
    date_order,
    days_of,
    folded_date,
    months_of,
)  # fmt: skip
from index.dates.shapes import machine_date, refuse_empty
from index.dates.zone_names import iana_zone, placed, zone_after
from index.domain import DatePrecision, NewsDate

MAX_CHARS = 120
ORDERS = ("DMY", "MDY", "YMD")
"""The orders of day, month and year."""

_FILLER_WORDS = """
las los em
a á à às alle ao as at am an au on of the o om ore um uhr gegen den der vom von le la el il de
del dell di du et e y i в г года год г о об р року в dnia r roku godz godzina kl klo klockan
saat tarihinde tarihi hrs hr h uur ora ч час hod óra published posted updated last first created
date time by veröffentlicht publiziert erschienen aktualisiert stand datum zuletzt publié
publiée mis mise jour créé modifié publicado publicada actualizado actualizada atualizado fecha
pubblicato aggiornato data gepubliceerd bijgewerkt geplaatst op opublikowano aktualizacja
опубликовано обновлено дата опубліковано оновлено yayınlanma yayınlandı güncelleme güncellendi
الساعة نشر في تاريخ بتاريخ ngày năm tháng lúc วันที่ เวลา น พ.ศ ב בשעה d nap objavljeno publicat
aktualizace zveřejněno uveřejněno kirjoitettu julkaistu päivitetty publisert oppdatert
publicerad uppdaterad offentliggjort opdateret δημοσίευση ενημέρωση terbit diterbitkan the
"""
_FILLERS = frozenset(_FILLER_WORDS.split())

_OFFSET = re.compile(r"(?:\b(?:utc|gmt)\s?)?(?<![\d/])([+\-−])(\d{1,2})(?::?(\d{2}))?\s*\)?$")
_COMMENT = re.compile(r"((?:[+\-−]\d{1,2}:?(?:\d{2})?|\b(?:utc|gmt|[a-z]{3,4})))\s*\([^()]*\)?$")
_OFFSET_BEFORE_YEAR = re.compile(r"(?<=:\d\d) ((?:gmt|utc)?[+-]\d{2}:?\d{2}) (\d{4})$")
_TIME = re.compile(
    r"(?<![\d./:])(?P<before>(?:上午|下午|午前|午後|오전|오후|öö|ös)\s?)?(?P<hour>\d{1,2})"
    r"(?:\s?(?::|h|\.(?=\d{2}(?:\s|$|,)))\s?(?P<minute>\d{2})(?!\d)(?:[:.](?P<second>\d{2}))?(?:[.,]\d+)?"
    r"\s?(?P<half>[ap]\.?\s?m\b\.?|[صم](?!\w)|[πμ]\.?μ\b\.?|öö\b|ös\b)?(?:\s?(?:uhr|h|hrs|uur)\b)?"
    r"|\s?(?P<whole>[ap]\.?\s?m\b\.?|uhr\b|h\b(?!\w)|uur\b))"
)
_HALVES: Mapping[str, bool] = {
    "am": False, "上午": False, "午前": False, "오전": False, "ص": False, "πμ": False, "öö": False,
    "pm": True, "下午": True, "午後": True, "오후": True, "م": True, "μμ": True, "ös": True,
}  # fmt: skip
"""Before noon (False) and after it (True)."""

_ERAS: Mapping[str, int] = {
    "明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018,
    "民國": 1911, "民国": 1911,
}  # fmt: skip
"""What is added to a year of a Japanese era, or of the Republic of China."""

_ERA_YEAR = re.compile(rf"({'|'.join(_ERAS)})\s?(元|\d{{1,3}})\s?年")
_CJK = re.compile(
    r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(?:(\d{1,2})\s?[日일号])?"
    r"(?:[\s(（]*[\w]{0,3}曜?日?요?일?[)）\s]*?)??"
    r"\s*(?P<half>上午|下午|午前|午後|오전|오후)?\s*"
    r"(?:(\d{1,2})(?:\s?[時时点시:]\s?(\d{1,2})?\s?[分분]?))?"
    r"(?:\s?(\d{1,2})[秒초])?"
)
_ROMAN_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})([.\s/-]\s?)(x?(?:i{1,3}|i?v|vi{0,3}|ix)|xi{0,2})\.?\s?[.\s/-]?\s?(\d{4})(?!\d)"
)
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_VIETNAMESE = re.compile(r"(\d{1,2})\s+tháng\s+(\d{1,2})(?:,|\s+năm)?\s+(\d{4})")
_NUMERIC = re.compile(
    r"(?<!\d)(?:(\d{1,4})\s?([./\-–])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)"
    r"|(\d{4})\s?([./\-–])\s?(\d{1,2})\s?\6\s?(\d)(?!\d))\.?"
)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|re|º|ª|°|-?го|-?е|-?ше)\b")
_BUDDHIST_YEARS = 543
_EXPECTED = "expected a date with its year, such as 2024-06-18, 18. Juni 2024 or June 18, 2024"


@dataclass(slots=True)
class _Moment:
    year: int = 0
    month: int = 0
    day: int | None = None
    time: str = ""
    offset: str = ""
    zone: str = ""

    def date(self, source_zone: tzinfo | None) -> NewsDate:
        value = f"{self.year:04}-{self.month:02}"
        if self.day is not None:
            value += f"-{self.day:02}"
        if not self.time:
            return parse_date(value)
        date = parse_date(f"{value}T{self.time}{self.offset}")
        return placed(date, self.zone, source_zone) if self.zone else date


def read_date(
    text: str, language: str = "", *, zone: tzinfo | None = None, order: str | None = None
) -> NewsDate:
    """A date as publishers and programs write it, no more precise than it was written.

    `language` is a BCP 47 tag, with its region if known. `zone` and `order` are those of the
    source: `zone` only decides what an ambiguous zone name means. Raises ValueError with a reason;
    NoDate for a text that says that there is no date; UncertainZone, which has the date without its
    zone.
    """
    stripped = text.strip()
    refuse_empty(stripped)
    try:
        return parse_date(stripped)
    except ValueError as error:
        first = error
    if len(text) > MAX_CHARS or not any(char.isdigit() for char in text):
        raise ValueError(str(first)) from first
    if date := machine_date(stripped):
        return date
    named, rest = iana_zone(stripped)
    if named is not None:
        date = read_date(rest, language, order=order)
        has_time = date.precision in (DatePrecision.MINUTE, DatePrecision.SECOND)
        return replace(in_zone(date, named), is_zone_assumed=False) if has_time else date
    return _Reading(text, language, order).moment().date(zone)


class _Reading:
    """One text being read; what was understood is cut out of `rest`."""

    def __init__(self, text: str, language: str, order: str | None) -> None:
        self._shown = repr(text)
        self._original = text
        self._language = language.replace("-", "_")
        self._order = order
        if self._language.startswith("tr"):
            text = text.replace("I", "ı")
        self.rest = folded_date(text)
        self._moment = _Moment()

    def error(self, why: str) -> ValueError:
        return ValueError(f"{self._shown} is not a date that can be read: {why}")

    def moment(self) -> _Moment:
        self.rest = _ERA_YEAR.sub(_western_year, self.rest)
        if match := _CJK.search(self.rest):
            return self._cjk(match)
        self.rest = _VIETNAMESE.sub(r"\1/\2/\3", self.rest)
        self.rest = _ROMAN_MONTH.sub(_arabic_month, self.rest)
        self._cut_offset()
        numeric = _NUMERIC.search(self.rest)
        if numeric is not None:
            self._numeric(numeric)
            self._cut_time()
            if any(self._number_or_month(piece) for piece in self._words()):
                raise self.error(f"more numbers than a date has; {_EXPECTED}")
        else:
            self._cut_time()
            self._named()
        return self._moment

    def _cjk(self, match: re.Match[str]) -> _Moment:
        year, month, day, half, hour, minute, second = match.groups()
        moment = _Moment(int(year), int(month), int(day) if day else None)
        if hour:
            moment.time = f"{self._hour(int(hour), _HALVES.get(half or '')):02}"
            moment.time += f":{int(minute or 0):02}" + (f":{int(second):02}" if second else "")
        return moment

    def _hour(self, hour: int, is_afternoon: bool | None) -> int:
        if is_afternoon is None:
            return hour
        if not 1 <= hour <= 12:
            raise self.error(f"there is no hour {hour} before or after noon")
        return hour % 12 + (12 if is_afternoon else 0)

    def _cut_offset(self) -> None:
        if _TIME.search(self.rest) is None:
            return
        self.rest = _OFFSET_BEFORE_YEAR.sub(r" \2 \1", _COMMENT.sub(r"\1", self.rest))
        match = _OFFSET.search(self.rest)
        # In `5:10 - 18/06/24` and `18-06-24`, the hyphen separates.
        if match and ":" in self.rest[: match.start()]:
            sign = "-" if match[1] in "-−" else "+"
            self._moment.offset = f"{sign}{int(match[2]):02}:{match[3] or '00'}"
            self.rest = self.rest[: match.start()]

    def _cut_time(self) -> None:
        match = _TIME.search(self.rest)
        if match is None:
            return
        half = (match["before"] or match["half"] or match["whole"] or "").replace(".", "")
        is_afternoon = _HALVES.get(half.replace(" ", ""))
        hour = self._hour(int(match["hour"]), is_afternoon)
        self._moment.time = f"{hour:02}:{match['minute'] or '00'}"
        if match["second"]:
            self._moment.time += f":{match['second']}"
        after = self.rest[match.end() :]
        found = zone_after(after, self._original, self._is_word)
        if found is not None:
            name, after = found
            self._moment.zone = "" if self._moment.offset else name
        self.rest = f"{self.rest[: match.start()]} {after}"

    def _is_word(self, name: str, is_known: bool) -> bool:
        """Whether what could be the name of a zone is a month or a day, or a word of a date."""
        language = self._language.partition("_")[0]
        if is_known:
            return name in days_of(language) or name in months_of(language)
        return self._month(name) is not None or name in self._days() or name in _FILLERS

    def _numeric(self, match: re.Match[str]) -> None:
        first, mark, second, third = match.groups()[:4] if match[1] else match.groups()[4:]
        self.rest = f"{self.rest[: match.start()]} {self.rest[match.end() :]}"
        moment = self._moment
        if len(first) == 4:
            moment.year, moment.month, moment.day = int(first), int(second), int(third)
            return
        if len(first) == 3:
            raise self.error(_EXPECTED)
        order = self._order or ("DMY" if mark == "." else date_order(self._language))
        if order == "YMD" and len(third) == 2:
            moment.year, moment.month, moment.day = _year(first), int(second), int(third)
            return
        moment.year = _year(third)
        day, month = int(first), int(second)
        if month > 12 >= day or (order == "MDY" and day <= 12):
            day, month = month, day
        elif order != "DMY" and day <= 12 and day != month:
            raise self.error(
                "day and month could change places; give the language with its region "
                '("lang": "en-US" or "en-GB"), date_orders for the source, or ISO 8601'
            )
        moment.day, moment.month = day, month

    def _words(self) -> list[str]:
        """The words and numbers that mean something; raises for one that is not known."""
        telling = []
        for piece in PIECES.findall(_ORDINAL.sub("", self.rest)):
            if piece.isdigit() or self._month(piece):
                telling.append(piece)
            elif piece not in _FILLERS and piece not in self._days():
                raise self.error(f"{piece!r} is not known; {_EXPECTED}")
        return telling

    def _days(self) -> frozenset[str]:
        return all_days() | days_of(self._language.partition("_")[0])

    def _number_or_month(self, piece: str) -> bool:
        return piece.isdigit() or self._month(piece) is not None

    def _month(self, word: str) -> int | None:
        language = self._language.partition("_")[0]
        own = months_of(language) if language else {}
        if language == "he":
            word = word.removeprefix("ב")
        if word in own or not language:
            return own.get(word) or all_months().get(word)
        # `mar.` is a Tuesday in French, whatever it is elsewhere.
        return None if word in days_of(language) else all_months().get(word)

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
        if len(years) != 1 or any(len(number) > 2 for number in others):
            raise self.error(f"it has no year; {_EXPECTED}")
        self._moment.year = _year(years[0])
        if self._language.startswith("th") and self._moment.year > 2400:
            self._moment.year -= _BUDDHIST_YEARS
        self._moment.day = int(others[0]) if others else None
        if self._moment.time and self._moment.day is None:
            raise self.error(_EXPECTED)


def _western_year(match: re.Match[str]) -> str:
    return f"{_ERAS[match[1]] + (1 if match[2] == '元' else int(match[2]))}年"


def _arabic_month(match: re.Match[str]) -> str:
    if match[3] not in _ROMAN:
        return match[0]
    return f"{match[1]}.{_ROMAN.index(match[3]) + 1}.{match[4]}"


def _year(digits: str) -> int:
    """Two digits as POSIX reads them: 69 to 99 in the last century."""
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (1900 if year >= 69 else 2000)
