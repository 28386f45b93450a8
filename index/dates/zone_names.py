"""Names of time zones: the table of those that are read, and what happens with the others.

A name counts only directly after a time. One that means several zones (`CST` is used in Chicago,
Havana and Shanghai) is decided by the zone of the source, if that uses the name; otherwise the time
is kept as printed, without a zone, and reported.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from index.dates.dates import in_zone, parse_date
from index.domain import NewsDate

OFFSETS: Mapping[str, str] = {
    "utc": "Z", "gmt": "Z", "z": "Z", "ut": "Z", "zulu": "Z", "tuc": "Z",
    "wet": "Z", "west": "+01:00", "weste": "+01:00",
    "cet": "+01:00", "met": "+01:00", "mez": "+01:00", "hnec": "+01:00",
    "cest": "+02:00", "mest": "+02:00", "mesz": "+02:00", "haec": "+02:00",
    "eet": "+02:00", "oez": "+02:00", "eest": "+03:00", "oesz": "+03:00",
    "msk": "+03:00", "мск": "+03:00", "trt": "+03:00", "sast": "+02:00", "eat": "+03:00",
    "wat": "+01:00", "pkt": "+05:00", "npt": "+05:45", "ict": "+07:00", "wib": "+07:00",
    "wita": "+08:00", "wit": "+09:00", "sgt": "+08:00", "hkt": "+08:00", "pht": "+08:00",
    "jst": "+09:00", "kst": "+09:00", "awst": "+08:00", "acst": "+09:30", "acdt": "+10:30",
    "aest": "+10:00", "aedt": "+11:00", "nzst": "+12:00", "nzdt": "+13:00", "brt": "-03:00",
    "est": "-05:00", "edt": "-04:00", "cdt": "-05:00", "mst": "-07:00", "mdt": "-06:00",
    "pst": "-08:00", "pdt": "-07:00", "akst": "-09:00", "akdt": "-08:00", "hst": "-10:00",
}  # fmt: skip
"""Names that mean one offset wherever they are written in news."""

REGIONS: Mapping[str, str] = {
    "et": "America/New_York", "eastern": "America/New_York", "eastern time": "America/New_York",
    "ct": "America/Chicago", "central time": "America/Chicago",
    "mt": "America/Denver", "mountain time": "America/Denver",
    "pt": "America/Los_Angeles", "pacific time": "America/Los_Angeles",
    "uk time": "Europe/London", "london time": "Europe/London",
    "moscow time": "Europe/Moscow", "beijing time": "Asia/Shanghai", "aet": "Australia/Sydney",
}  # fmt: skip
"""Names of the clocks of a region, in summer and in winter."""

PHRASES: Mapping[str, str] = {
    "coordinated universal time": "utc", "greenwich mean time": "gmt",
    "central european time": "cet", "central european summer time": "cest",
    "central european standard time": "cet", "central european daylight time": "cest",
    "mitteleuropäische zeit": "mez", "mitteleuropäische sommerzeit": "mesz",
    "eastern standard time": "est", "eastern daylight time": "edt",
    "central daylight time": "cdt", "mountain standard time": "mst",
    "mountain daylight time": "mdt", "pacific standard time": "pst",
    "pacific daylight time": "pdt",
}  # fmt: skip

AMBIGUOUS = frozenset({"cst", "ist", "bst", "ast", "adt", "gst", "sst", "amt", "ect", "nst", "wst"})
"""Names that mean several zones."""

_IANA = re.compile(r"\[?\b((?:[A-Za-z]+(?:_[A-Za-z]+)*/)+[A-Za-z]+(?:[_+-][A-Za-z0-9]+)*)\]?\s*$")


class UncertainZone(ValueError):
    """A time whose zone has a name that does not say which zone it is.

    `date` is the time as printed, without a zone.
    """

    def __init__(self, name: str, date: NewsDate) -> None:
        self.name = name.upper()
        self.date = date
        why = "can mean several time zones" if name in AMBIGUOUS else "is not a known time zone"
        super().__init__(
            f"{self.name} {why}; the time is kept without a zone (source_zones can name it)"
        )


def zone_after(
    text: str, original: str, is_word: Callable[[str, bool], bool]
) -> tuple[str, str] | None:
    """The zone name at the start of what follows a time, and the rest; None if there is none.

    `text` is in lower case; a name that is not in the table must be in capitals in `original`.
    `is_word` says of a name, and of whether it is in the table, that it means something else.
    """
    stripped = text.lstrip(" ,(")
    for phrase in (*PHRASES, *REGIONS):
        if " " in phrase and re.match(rf"{phrase}\b", stripped):
            return PHRASES.get(phrase, phrase), stripped[len(phrase) :].lstrip(" )")
    match = re.match(r"([^\W\d_]{1,8})(?![\w.’'])\)?", stripped)
    if match is None:
        return None
    name = match[1]
    is_known = name in OFFSETS or name in REGIONS or name in AMBIGUOUS
    is_capital = re.search(rf"(?<![^\W\d_]){re.escape(name.upper())}(?![^\W\d_])", original)
    if (is_known or (name.isascii() and is_capital)) and not is_word(name, is_known):
        return name, stripped[match.end() :]
    return None


def placed(date: NewsDate, name: str, source_zone: tzinfo | None) -> NewsDate:
    """A time without a zone, in the zone of this name. Raises UncertainZone."""
    if name in OFFSETS:
        return parse_date(date.value + OFFSETS[name])
    if name in REGIONS:
        return replace(in_zone(date, ZoneInfo(REGIONS[name])), is_zone_assumed=False)
    if source_zone is not None:
        there = in_zone(date, source_zone)
        moment = datetime.fromtimestamp(0, source_zone) + timedelta(seconds=there.start_s)
        if (moment.tzname() or "").lower() == name:
            return replace(there, is_zone_assumed=False)
    raise UncertainZone(name, date)


def iana_zone(text: str) -> tuple[ZoneInfo | None, str]:
    """The zone that a text ends with by its IANA name (`[Europe/Berlin]`), and the text before."""
    match = _IANA.search(text)
    if match is None or match[1] not in available_timezones():
        return None, text
    return ZoneInfo(match[1]), text[: match.start()].rstrip()
