"""Dates as publishers give them: reading them, and the intervals that filters ask for.

A date keeps the precision and zone it was given with; nothing is guessed. A filter states its time
zone: dates with a zone are compared as instants, dates without one by the wall clock. Functions
raise ValueError with a reason fit to show to a user; callers wrap it in their own error, which
knows the place.
"""

import bisect
import calendar
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from email.utils import parsedate_tz

from index.domain import DatePrecision, NewsDate
from index.query import DateInterval

_ZONE = r"(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)"
_TIME = (
    r"(?P<hour>\d{2})(?:(?P<colon>:)?(?P<minute>\d{2})"
    r"(?:(?(colon):)(?P<second>\d{2})(?:[.,]\d+)?)?)?"
)
_ISO = re.compile(
    rf"(?P<year>\d{{4}})(?:-(?P<month>\d{{2}}))?(?:(?<=-\d\d)-(?P<day>\d{{2}}))?"
    rf"(?:(?:T|[ ]+){_TIME})?(?:[ ]?{_ZONE})?",
    re.ASCII | re.IGNORECASE,
)
_BASIC_DAY = re.compile(r"\A(\d{4})(\d{2})(\d{2})(?!\d)", re.ASCII)
_RFC_2822 = re.compile(
    r"(?:[A-Z]{3},\s*)?\d{1,2}\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s+\d{4}"
    r"\s+\d{2}:\d{2}(?P<second>:\d{2})?(?:\s+(?P<zone>[+-]\d{4}|[A-Z]{1,4}))?(?:\s*\([^)]*\))?",
    re.ASCII | re.IGNORECASE,
)
_NAMED_ZONES = {
    "GMT": "+0000", "UT": "+0000", "UTC": "+0000", "Z": "+0000",
    "EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500",
    "MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700",
}  # fmt: skip
"""RFC 2822, section 4.3; other zone names have different offsets in different places."""

_EPOCH = datetime(1970, 1, 1)
_MIN_WALL_S = (datetime.min - _EPOCH) // timedelta(seconds=1)
_MAX_WALL_S = (datetime.max - _EPOCH) // timedelta(seconds=1)
_DAY_S = 86_400
_OPEN = DateInterval(None, None, None, None)
_MAX_OFFSET_S = 14 * 3600
"""The largest offset that XML Schema allows; no larger one is in use."""

_DOTTED = re.compile(r"(?:(\d{1,2})\.\s?)?(\d{1,2})\.\s?(\d{4})", re.ASCII)
"""A day or a month as it is written where dots separate them; the day always comes first."""

_EXPECTED = "expected ISO 8601 such as 2024, 2024-06, 2024-06-18 or 2024-06-18T05:10+02:00"


def parse_date(text: str) -> NewsDate:
    """Read a date: ISO 8601 from a year to a fraction of a second, or RFC 2822.

    A space may replace the T and precede the zone; `20240618` and `T0510` are read too. Fractions
    of a second are dropped; an hour alone means its first minute. Raises ValueError.
    """
    stripped = text.strip()
    if mail := _RFC_2822.fullmatch(stripped):
        return _from_rfc_2822(stripped, mail["zone"], has_seconds=mail["second"] is not None)
    match = _ISO.fullmatch(_BASIC_DAY.sub(r"\1-\2-\3", stripped, count=1))
    if match is None or not _is_complete(match):
        raise ValueError(f"{_shown(text)} is not a date; {_EXPECTED}")
    return _from_iso(match, text)


def in_zone(date: NewsDate, zone: tzinfo) -> NewsDate:
    """A date with a time but no zone, read in `zone`; other dates are unchanged.

    If the clocks show the time twice, the first is meant.
    """
    if date.is_zoned or date.precision not in (DatePrecision.MINUTE, DatePrecision.SECOND):
        return date
    start_s = _instant_s(date.start_s, zone)
    offset_s = _offset_at_instant_s(start_s, zone)
    moment = _EPOCH + timedelta(seconds=start_s + offset_s)
    # Old local mean times have offsets with seconds, which ISO 8601 lacks: left as printed.
    offset_s -= offset_s % 60
    placed = _news_date(moment, date.precision, offset_s)
    return replace(placed, origin=date.origin, is_zone_assumed=True)


def interval(value: str, zone: tzinfo) -> DateInterval:
    """The interval covered by a year, month, day, minute or second in `zone`.

    A local day has 23 to 25 hours when the clocks change. A value with its own zone keeps its
    instants; its wall clock is then that of `zone`. People ask for dates, so `18.06.2024` and
    `6.2024` are read as well. Raises ValueError.
    """
    date = parse_date(undotted(value))
    length_s = _length_s(date)
    if date.is_zoned:
        start_s, end_s = date.start_s, date.start_s + length_s
        wall_start_s = start_s + _offset_at_instant_s(start_s, zone)
        return DateInterval(start_s, end_s, wall_start_s, wall_start_s + length_s)
    wall_start_s, wall_end_s = date.start_s, date.start_s + length_s
    return DateInterval(
        _instant_s(wall_start_s, zone), _instant_s(wall_end_s, zone), wall_start_s, wall_end_s
    )


def undotted(value: str) -> str:
    """Return a date with dots, such as 18.6.2024, in ISO 8601; any other text unchanged."""
    match = _DOTTED.fullmatch(value.strip())
    if match is None:
        return value
    day, month, year = match.groups()
    parts = (year, month.zfill(2), *([day.zfill(2)] if day else ()))
    return "-".join(parts)


def join(lower: str | None, upper: str | None, zone: tzinfo) -> DateInterval:
    """From the first instant of `lower` to the last of `upper`; None leaves a side open.

    `upper` is inclusive: until 2024-06 includes all of June. Raises ValueError, also if the range
    is empty.
    """
    first = _OPEN if lower is None else interval(lower, zone)
    last = _OPEN if upper is None else interval(upper, zone)
    joined = DateInterval(first.start_s, last.end_s, first.wall_start_s, last.wall_end_s)
    if _is_empty(joined):
        raise ValueError(f"no date lies from {lower} to {upper}; swap the two")
    return joined


def local_day(at_s: int, zone: tzinfo) -> date:
    """The day of an instant in `zone`; for a wall clock read as UTC, pass UTC."""
    return _at(at_s + _offset_at_instant_s(at_s, zone)).date()


def _is_empty(dates: DateInterval) -> bool:
    if dates.wall_start_s is None or dates.wall_end_s is None:
        return False
    return dates.wall_start_s >= dates.wall_end_s


def end_s(date: NewsDate) -> int:
    """The first instant after a date, on the same clock as its `start_s`."""
    return date.start_s + _length_s(date)


def _length_s(date: NewsDate) -> int:
    """The duration of a date on the wall clock."""
    if date.precision is DatePrecision.SECOND:
        return 1
    if date.precision is DatePrecision.MINUTE:
        return 60
    if date.precision is DatePrecision.DAY:
        return _DAY_S
    year, month = int(date.value[:4]), int(date.value[5:7] or 12)
    days_in_month = calendar.monthrange(year, month)[1]
    return _wall_s(datetime(year, month, days_in_month)) + _DAY_S - date.start_s


def _wall_s(moment: datetime) -> int:
    """A wall clock time in seconds since the epoch, read as if it were UTC."""
    return (moment.replace(tzinfo=None) - _EPOCH) // timedelta(seconds=1)


def _instant_s(wall_s: int, zone: tzinfo) -> int:
    """The first instant at which a clock in `zone` shows this time or a later one."""
    wall = _at(wall_s).replace(tzinfo=zone)
    before_s, after_s = (_offset_s_of(wall.replace(fold=fold)) for fold in (0, 1))
    if before_s >= after_s:  # the usual case, and clocks set back: the first of two
        return wall_s - before_s
    # The clocks skip this time: use the instant at which they do.
    possible = range(wall_s - after_s, wall_s - before_s)
    return possible[0] + bisect.bisect_left(
        possible, True, key=lambda at_s: at_s + _offset_at_instant_s(at_s, zone) >= wall_s
    )


def _offset_at_instant_s(at_s: int, zone: tzinfo) -> int:
    # A day's margin keeps the first and last years within the calendar.
    inside_s = min(max(at_s, _MIN_WALL_S + 2 * _DAY_S), _MAX_WALL_S - 2 * _DAY_S)
    return _offset_s_of(_at(inside_s).replace(tzinfo=UTC).astimezone(zone))


def _at(wall_s: int) -> datetime:
    return _EPOCH + timedelta(seconds=min(max(wall_s, _MIN_WALL_S), _MAX_WALL_S))


def _offset_s_of(moment: datetime) -> int:
    return (moment.utcoffset() or timedelta()) // timedelta(seconds=1)


def _is_complete(match: re.Match[str]) -> bool:
    """Whether any time or zone follows a day."""
    return match["day"] is not None or (match["hour"] is None and match["zone"] is None)


def _from_iso(match: re.Match[str], text: str) -> NewsDate:
    precision = _precision(match)
    year, month, day = (int(match[name] or 1) for name in ("year", "month", "day"))
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    # datetime has no leap seconds: read it as the second before.
    second = 59 if second == 60 else second
    # ISO 8601-1:2004 ends a day with 24:00, the first minute of the next.
    is_day_end = (hour, minute, second) == (24, 0, 0)
    try:
        moment = datetime(year, month, day, 0 if is_day_end else hour, minute, second)
        moment += timedelta(days=is_day_end)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{_shown(text)} is not a date: {error}") from error
    offset_s = _zone_offset_s(match["zone"], text)
    return _news_date(moment, precision, offset_s)


def _precision(match: re.Match[str]) -> DatePrecision:
    if match["second"]:
        return DatePrecision.SECOND
    if match["hour"]:
        return DatePrecision.MINUTE
    if match["day"]:
        return DatePrecision.DAY
    return DatePrecision.MONTH if match["month"] else DatePrecision.YEAR


def _zone_offset_s(zone: str | None, text: str) -> int | None:
    if zone is None:
        return None
    if zone[0] not in "+-":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    offset_s = hours * 3600 + minutes * 60
    if minutes > 59 or offset_s > _MAX_OFFSET_S:
        raise ValueError(f"{_shown(text)} is not a date: no time zone is {zone} from UTC")
    return -offset_s if zone[0] == "-" else offset_s


def _from_rfc_2822(text: str, zone: str | None, has_seconds: bool) -> NewsDate:
    fields = parsedate_tz(text)
    offset_text = _NAMED_ZONES.get(zone.upper(), zone) if zone else None
    if fields is None or (offset_text and offset_text[0] not in "+-"):
        raise ValueError(
            f"{_shown(text)} is not a date: {zone} is not a known time zone; use +hhmm"
        )
    offset_s = _zone_offset_s(offset_text, text)
    try:
        moment = datetime(*fields[:5], min(fields[5], 59))
    except ValueError as error:
        raise ValueError(f"{_shown(text)} is not a date: {error}") from error
    return _news_date(
        moment, DatePrecision.SECOND if has_seconds else DatePrecision.MINUTE, offset_s
    )


_FORMATS = {
    DatePrecision.YEAR: slice(4),
    DatePrecision.MONTH: slice(7),
    DatePrecision.DAY: slice(10),
    DatePrecision.MINUTE: slice(16),
    DatePrecision.SECOND: slice(19),
}


def _news_date(moment: datetime, precision: DatePrecision, offset_s: int | None) -> NewsDate:
    value = moment.isoformat()[_FORMATS[precision]]
    if offset_s is not None:
        value += _zone_text(offset_s)
    start_s = _wall_s(moment) - (offset_s or 0)
    return NewsDate(value, precision, offset_s is not None, start_s)


def _zone_text(offset_s: int) -> str:
    if offset_s == 0:
        return "Z"
    hours, minutes = divmod(abs(offset_s) // 60, 60)
    return f"{'-' if offset_s < 0 else '+'}{hours:02}:{minutes:02}"


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:60]}…")
