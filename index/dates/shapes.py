"""Dates as programs write them: JavaScript, Java, Go, .NET, MySQL, GDELT, EXIF, PDF, numbers.

Each shape means one date only. They are rewritten to ISO 8601, which `index.dates.dates` reads.
"""

import re
from datetime import UTC, date, datetime, timedelta

from index.dates.dates import parse_date
from index.domain import NewsDate

_EMPTY_WORDS = frozenset({
    "", "null", "none", "nil", "nan", "nat", "n/a", "na", "-", "--", "—", "–", "?", "unknown",
    "undefined", "unbekannt", "k. a.", "k.a.", "o. d.", "o.d.", "o. j.", "s. d.", "s.d.", "n.d.",
    "invalid date", "sans date", "sin fecha", "ohne datum", "undated",
})  # fmt: skip
_ZERO = re.compile(
    r"(?:[a-z]{2,9}\.?,?\s*)?(?:0{4}[-/.:]0{1,2}[-/.:]0{1,2}|0{1,2}[-/.]0{1,2}[-/.]0{4}|0{8,14}"
    r"|0001[-/.]0?1[-/.]0?1|0?1[-/.]0?1[-/.]0001|0?1[ -]jan(?:uary)?\.?[ -]0001"
    r"|jan(?:uary)?\.? 0?1,? 0001)(?:[t ,].*)?",
    re.IGNORECASE,
)
"""MySQL's zero date, and the year 1 of Go and .NET."""

_DIGITS = re.compile(r"[+-]?\d+(?:\.\d*)?")
_DOT_NET = re.compile(r"\\?/Date\((-?\d+)(?:[+-]\d{4})?\)\\?/")
_PDF = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(Z|[+-]\d\d)?'?(\d\d)?'?")
_STAMP = re.compile(
    r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)[T _-]?(?P<h>\d\d)[:.]?(?P<i>\d\d)"
    r"(?:[:.]?(?P<s>\d\d)(?:[.,]\d+)?)?[ ]?(?P<z>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(
    r"(?P<y>\d{4})(?P<mark>[-/.:])[ ]?(?P<m>\d{1,2})(?P=mark)[ ]?(?P<d>\d{1,2})\.?"
    r"(?:(?:,?\s+|T|_|-)(?P<h>\d{1,2}):(?P<i>\d\d)(?::(?P<s>\d\d)(?:[.,]\d+)?)?"
    r"(?:\s*(?P<z>Z|UTC|GMT|(?:UTC|GMT)?[+-]\d\d(?::?\d\d)?)(?:\s*\(?[A-Z]{3,5}\)?)?)?(?:\s+m=\S+)?)?",
    re.IGNORECASE,
)
_WEEK = re.compile(r"(\d{4})-?W(\d\d)-?([1-7])")
_ORDINAL_DAY = re.compile(r"(\d{4})-(\d{3})")
_LOG = re.compile(r"\[?(\d{1,2})/([A-Za-z]{3})/(\d{4}):(\d\d:\d\d:\d\d)\s*([+-]\d{4})?\]?")

_FIRST_S = -11_676_096_000
"""1600-01-01, the earliest that a number of seconds is taken for."""

_LAST_S = 4_102_444_800
"""2100-01-01; a larger number counts smaller units."""

_MIN_S = 86_400
_UNITS = (1, 1_000, 1_000_000, 1_000_000_000)


class NoDate(ValueError):
    """What says that there is no date: an empty word, or a date of zeros."""


def refuse_empty(text: str) -> None:
    """Raise NoDate for what programs and people write where there is no date."""
    folded = " ".join(text.lower().split())
    if folded in _EMPTY_WORDS or _ZERO.fullmatch(folded):
        raise NoDate(f"{text!r:.60} is not a date: it says that there is none")


def number_date(number: float) -> NewsDate:
    """A date from a number: a year, YYYYMM, YYYYMMDD, YYYYMMDDhhmmss, or time since 1970.

    Since 1970 in the largest unit (seconds, milli-, micro-, nanoseconds) that leads to a date up to
    2100. Raises ValueError for other numbers, and for one of twelve digits that can be read in two
    ways.
    """
    if isinstance(number, int) or float(number).is_integer():
        digits = str(int(number))
        date = _calendar(digits)
        if len(digits) == len("YYYYMMDDhhmm") and date is not None:
            raise ValueError(
                f"{digits} is not a date that can be read: it can be milliseconds since 1970, or "
                "year, month, day, hour and minute; give ISO 8601"
            )
        if date is not None:
            return date
        if len(digits) == len("YYYYMMDD") and "1400" <= digits[:4] <= "2100":
            raise ValueError(f"{digits} is not a date: there is no such day")
    for unit in _UNITS:
        seconds = number / unit if unit > 1 else number
        if _FIRST_S <= seconds <= _LAST_S and abs(number) >= _MIN_S:
            break
    else:
        raise ValueError(
            f"{number} is not a date; expected ISO 8601 such as 2024-06-18, or seconds since 1970"
        )
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds // 1))
    return parse_date(moment.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0"))


def _calendar(digits: str) -> NewsDate | None:
    """The date whose digits these are, if its year is from 1400 to 2100."""
    if len(digits) not in (4, 6, 8, 12, 14) or not 1400 <= int(digits[:4]) <= 2100:
        return None
    parts = [digits[:4], *(digits[at : at + 2] for at in range(4, len(digits), 2))]
    value = "-".join(parts[:3]) + ("T" + ":".join(parts[3:]) if len(parts) > 3 else "")
    try:
        return parse_date(value)
    except ValueError:
        return None


def machine_date(text: str) -> NewsDate | None:
    """A date in one of these shapes, or None. Raises ValueError if there is no such day."""
    if _DIGITS.fullmatch(text):
        is_year = len(text) == len("YYYY") and text.isdigit()
        return None if is_year else number_date(float(text) if "." in text else int(text))
    if match := _DOT_NET.fullmatch(text):
        return number_date(int(match[1]))
    if match := _PDF.fullmatch(text):
        year, month, day, hour, minute, second, zone, zone_minutes = match.groups()
        zone = f"{zone}:{zone_minutes or '00'}" if zone and zone != "Z" else zone
        return _iso(year, month, day, hour, minute or "00", second, zone)
    if (match := _STAMP.fullmatch(text)) or (match := _YEAR_FIRST.fullmatch(text)):
        zone = (match["z"] or "").upper().removeprefix("UTC").removeprefix("GMT")
        year, month, day, hour, minute, second = match.group("y", "m", "d", "h", "i", "s")
        zone = zone or ("Z" if match["z"] else "")
        return _iso(year, month, day, hour, minute, second, zone)
    if match := _WEEK.fullmatch(text):
        return parse_date(date.fromisocalendar(*map(int, match.groups())).isoformat())
    if match := _ORDINAL_DAY.fullmatch(text):
        day = date(int(match[1]), 1, 1) + timedelta(days=int(match[2]) - 1)
        return parse_date(day.isoformat()) if day.year == int(match[1]) else None
    if match := _LOG.fullmatch(text):
        day_, month_, year_, time, zone = match.groups()
        return parse_date(f"{day_:0>2} {month_} {year_} {time} {zone or ''}".strip())
    return None


def _iso(
    year: str, month: str | None, day: str | None, hour: str | None, minute: str | None,
    second: str | None, zone: str | None,
) -> NewsDate:  # fmt: skip
    value = "-".join([year, *(f"{part:0>2}" for part in (month, day) if part)])
    if hour:
        value += f"T{hour:0>2}:{minute}" + (f":{second}" if second else "") + (zone or "")
    return parse_date(value)
