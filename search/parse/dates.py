"""The values of `date:`: days, months, years, ranges, comparisons, and times before now.

The clock is never read: `now` comes with the question. `index.dates.dates` decides what one
date covers.
"""

import calendar
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from index.dates import dates
from index.query import DateInterval
from index.text.messages import Message

EXPECTED = Message(
    "a date such as 2024, 2024-06 or 2024-06-18, a range such as 2024-06-01..2024-06-30, "
    ">=2024-06-18, 7d (also h, w, m, y), today or yesterday"
)

_TODAY = frozenset(["today", "heute", "hoy", "aujourd'hui", "aujourd’hui", "oggi"])
_YESTERDAY = frozenset(["yesterday", "gestern", "ayer", "hier", "ieri"])

_RANGE = re.compile(r"^(.*?)(?:\.{2,3}|…|–|—)(.*)$")
_COMPARISON = re.compile(r"^(>=|<=|>|<|≥|≤|=)\s*(.+)$")
_RELATIVE = re.compile(r"^([1-9][0-9]{0,4})([hdwmy])$", re.IGNORECASE)
_ISO = re.compile(r"^([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?$")
_DOTTED = re.compile(r"^(?:([0-9]{1,2})\.)?([0-9]{1,2})\.([0-9]{4})$")


def read(value: str, now: datetime, zone: ZoneInfo) -> DateInterval:
    """The interval that `value` names in `zone`. Raises ValueError saying why it cannot be read.

    `7d` begins with the day seven days ago and ends with today, both whole; `h` counts hours back
    from the very moment.
    """
    value = value.strip()
    if comparison := _COMPARISON.match(value):
        return _compared(comparison[1], _one(comparison[2], now, zone))
    span = _RANGE.match(value)
    if not span:
        return _one(value, now, zone)
    if not span[1].strip() and not span[2].strip():
        raise ValueError(Message("this range contains no date"))
    lower = _one(span[1], now, zone) if span[1].strip() else None
    upper = _one(span[2], now, zone) if span[2].strip() else None
    return _joined(lower, upper)


def _compared(sign: str, point: DateInterval) -> DateInterval:
    match sign:
        case ">=" | "≥":
            return _joined(point, None)
        case "<=" | "≤":
            return _joined(None, point)
        case ">":
            return DateInterval(point.end_s, None, point.wall_end_s, None)
        case "<":
            return DateInterval(None, point.start_s, None, point.wall_start_s)
        case _:
            return point


def _joined(lower: DateInterval | None, upper: DateInterval | None) -> DateInterval:
    joined = DateInterval(
        lower.start_s if lower else None,
        upper.end_s if upper else None,
        lower.wall_start_s if lower else None,
        upper.wall_end_s if upper else None,
    )
    start_s, end_s = joined.wall_start_s, joined.wall_end_s
    if start_s is not None and end_s is not None and end_s <= start_s:
        raise ValueError(Message("this range of dates ends before it begins"))
    return joined


def _one(value: str, now: datetime, zone: ZoneInfo) -> DateInterval:
    value = value.strip()
    try:
        return _point(value, now.astimezone(zone), zone)
    except (ValueError, OverflowError, OSError) as cause:
        raise ValueError(Message("“{0}” is not a date", value)) from cause


def _point(value: str, here: datetime, zone: ZoneInfo) -> DateInterval:
    folded = value.casefold()
    if folded in _TODAY:
        return dates.interval(here.date().isoformat(), zone)
    if folded in _YESTERDAY:
        return dates.interval((here.date() - timedelta(days=1)).isoformat(), zone)
    if relative := _RELATIVE.match(value):
        return _back(int(relative[1]), relative[2].lower(), here, zone)
    return dates.interval(_iso(value), zone)


def _iso(value: str) -> str:
    """ISO 8601 for the other unambiguous ways to write a day or month."""
    plain = re.sub("[‐‑−]", "-", value)
    if match := _ISO.match(plain):
        return "-".join([match[1], *(part.zfill(2) for part in match.groups()[1:] if part)])
    if match := _DOTTED.match(plain):
        day = [match[1].zfill(2)] if match[1] else []
        return "-".join([match[3], match[2].zfill(2), *day])
    return plain


def _back(count: int, unit: str, here: datetime, zone: ZoneInfo) -> DateInterval:
    if unit == "h":
        return _hours_back(count, here, zone)
    today = here.date()
    match unit:
        case "d":
            first = today - timedelta(days=count)
        case "w":
            first = today - timedelta(weeks=count)
        case "m":
            first = _months_before(today, count)
        case _:
            first = _months_before(today, 12 * count)
    return _joined(dates.interval(first.isoformat(), zone), dates.interval(today.isoformat(), zone))


def _hours_back(count: int, here: datetime, zone: ZoneInfo) -> DateInterval:
    end_s = int(here.timestamp()) + 1
    start_s = end_s - 3600 * count
    return DateInterval(start_s, end_s, _wall_s(start_s, zone), _wall_s(end_s, zone))


def _wall_s(instant_s: int, zone: ZoneInfo) -> int:
    """The wall clock in `zone` at an instant, read as UTC."""
    offset = datetime.fromtimestamp(instant_s, zone).utcoffset()
    return instant_s + (round(offset.total_seconds()) if offset else 0)


def _months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last day if it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < 1:
        raise ValueError(Message("before the year 1"))
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
