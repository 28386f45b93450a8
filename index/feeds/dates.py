"""When an entry of a feed was published and updated, in ISO 8601, no more precise than stated.

Standard dates keep their zone and precision. feedparser knows more notations, but converts them all
to UTC, and treats a time without a zone, or with an unknown one, as UTC. In those cases the zone is
left out, so that the zone of the source can be used.
"""

import re
import time

from index.dates.dates import parse_date
from index.dates.written_dates import read_date

_TIME = re.compile(
    r"\d:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:etc/)?(?P<zone>[+-]\d{2}|[a-z]{1,4}(?![a-z.]))?",
    re.IGNORECASE,
)
_ZONES = frozenset(
    {"ut", "utc", "gmt", "z", "ast", "adt", "at", "est", "edt", "et", "cst", "cdt", "ct", "mst"}
    | {"mdt", "mt", "pst", "pdt", "pt", "met", "mest", "a", "n", "m", "y"}
)
"""The zone names that feedparser knows."""


def written_date(
    written: str | None, moment: time.struct_time | None, language: str | None
) -> str | None:
    """A date as ISO 8601, or None. `moment` is feedparser's reading of it."""
    text = written or ""
    if standard := _standard(text):
        return standard
    has_time = _TIME.search(text)
    if moment is not None and has_time and _has_zone(has_time):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", moment)
    # Words only now: `ET` is a zone here, and French for `and` there.
    if words := _words(text, language):
        return words
    if moment is None:
        return None
    return time.strftime("%Y-%m-%dT%H:%M:%S" if has_time else "%Y-%m-%d", moment)


def _standard(text: str) -> str | None:
    try:
        return parse_date(text).value
    except ValueError:
        return None


def _words(text: str, language: str | None) -> str | None:
    try:
        return read_date(text, language or "").value
    except ValueError:
        return None


def _has_zone(has_time: re.Match[str]) -> bool:
    zone = (has_time["zone"] or "").lower()
    return zone.startswith(("+", "-")) or zone in _ZONES
