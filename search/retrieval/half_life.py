"""Read a request's recency: a half-life, and the instant from which ages count."""

import re
from zoneinfo import ZoneInfo

from index.dates import dates
from index.errors import FilterError
from search.request import AUTO, OFF, SearchRequest

_HALF_LIFE = re.compile(r"0*([1-9]\d{0,3})([hdwmy])", re.ASCII | re.IGNORECASE)
_DAY_S = 86_400
_UNITS_S = {"h": 3600, "d": _DAY_S, "w": 7 * _DAY_S, "m": 30 * _DAY_S, "y": 365 * _DAY_S}


def half_life_s(request: SearchRequest) -> float | None:
    """Return the half-life in a request; None for `off` and `auto`. Raises FilterError."""
    if request.recency in (OFF, AUTO):
        return None
    match = _HALF_LIFE.fullmatch(request.recency.strip())
    if match is None:
        raise FilterError(
            f"the recency of the search: expected {AUTO}, {OFF} or a half-life such as 12h, 7d, "
            f"2w, 3m or 1y, not “{request.recency}”"
        )
    return float(int(match[1]) * _UNITS_S[match[2].lower()])


def as_of_s(request: SearchRequest, now_s: int, zone: ZoneInfo) -> int:
    """Return the instant from which ages count: the last of `as_of`, or now. Raises FilterError."""
    if request.as_of is None:
        return now_s
    try:
        end_s = dates.interval(request.as_of, zone).end_s
    except ValueError as error:
        raise FilterError(f"the as_of of the search: {error}") from error
    assert end_s is not None, "the interval of one value has an end"
    return end_s
