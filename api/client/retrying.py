"""Whether and when a failed call is sent again. Pure."""

import random
from dataclasses import dataclass

import httpx

FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 30.0
_PASSING = (429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Retrying:
    """Up to `retries` retries, each after twice the pause, or when the server asks for it.

    Only calls that change nothing are sent again: a post without an answer may have succeeded.
    """

    retries: int

    def wait_s(self, is_safe: bool, tried: int, answer: httpx.Response | None) -> float | None:
        """Return the seconds until the next try after `tried` tries; None to give up."""
        if not is_safe or tried > self.retries:
            return None
        if answer is not None and answer.status_code not in _PASSING:
            return None
        backoff_s = FIRST_WAIT_S * 2.0 ** (tried - 1) * (0.5 + random.random() / 2)  # noqa: S311
        asked = answer.headers.get("retry-after", "") if answer is not None else ""
        asked_s = float(asked) if asked.isdecimal() else 0.0
        return min(max(backoff_s, asked_s), LONGEST_WAIT_S)
