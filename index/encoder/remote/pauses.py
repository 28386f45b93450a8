"""How long to wait before retrying a server."""

import email.utils
import random
from collections.abc import Callable
from datetime import UTC, datetime

_FIRST_S = 1.0


def backoff_s(
    tried: int, longest_s: float, draw: Callable[[float, float], float] = random.uniform
) -> float:
    """A random pause between 0 and a limit that doubles with each try ("full jitter")."""
    return draw(0.0, min(longest_s, _FIRST_S * 2 ** (tried - 1)))


def retry_after_s(given: str, now: datetime) -> float:
    """The seconds in a `Retry-After`, which may be a date (RFC 9110); 0 if there are none."""
    if given.strip().isdecimal():
        return float(given)
    try:
        until = email.utils.parsedate_to_datetime(given)
    except ValueError:
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())
