"""`Crawler`: fetches from other servers politely.

One request at a time per host, with a pause in between, and nothing that its robots.txt forbids.
robots.txt is cached for a day (RFC 9309). If a server fails to deliver it, nothing is requested
from that server; if there is none, everything is allowed.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from protego import Protego

from index.errors import AddressRefused, OutboundError, RobotsForbid
from index.outbound.client import Fetched, Outbound

HOST_DELAY_S = 1.0
LONGEST_DELAY_S = 30.0
"""The longest pause between two requests that robots.txt may demand."""

ROBOTS_AGE_S = 86_400.0
FAILED_ROBOTS_AGE_S = 600.0

Sleep = Callable[[float], object]


@dataclass(slots=True)
class _Host:
    """What is known about one scheme, host and port.

    `rules` None means that everything is forbidden for now.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at_s: float = 0.0
    rules: Protego | None = None
    rules_until_s: float = 0.0


class Crawler:
    """Safe to share between threads, which wait for each other if they use the same host.

    `sleep` waits the given number of seconds and may raise to end a wait early.
    """

    def __init__(
        self, outbound: Outbound, *, delay_s: float | None = None, sleep: Sleep = time.sleep
    ) -> None:
        self._outbound = outbound
        self._delay_s = HOST_DELAY_S if delay_s is None else delay_s
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        """One answer. Raises RobotsForbid and what `Outbound.fetch` raises."""
        host = self._host(url)
        with host.lock:
            rules = self._rules(host, url)
            if rules is None:
                raise RobotsForbid(
                    f"{url}: the site's robots.txt could not be fetched, so nothing else "
                    "is requested from it"
                )
            if not rules.can_fetch(url, self._outbound.user_agent):
                raise RobotsForbid(f"{url}: the site's robots.txt disallows it")
            self._wait(host)
            try:
                return self._outbound.fetch(url, headers=headers)
            finally:
                asked_s = rules.crawl_delay(self._outbound.user_agent) or 0.0
                pause_s = max(self._delay_s, min(asked_s, LONGEST_DELAY_S))
                host.free_at_s = time.monotonic() + pause_s

    def _host(self, url: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(_site(url), _Host())

    def _wait(self, host: _Host) -> None:
        if (left_s := host.free_at_s - time.monotonic()) > 0:
            self._sleep(left_s)

    def _rules(self, host: _Host, url: str) -> Protego | None:
        if time.monotonic() < host.rules_until_s:
            return host.rules
        self._wait(host)
        age_s = ROBOTS_AGE_S
        try:
            answer = self._outbound.fetch(f"{_site(url)}/robots.txt")
        except AddressRefused:
            raise
        except OutboundError:
            host.rules, age_s = None, FAILED_ROBOTS_AGE_S
        else:
            if answer.status >= 500 or answer.status == 429:
                host.rules, age_s = None, FAILED_ROBOTS_AGE_S
            else:
                text = answer.body.decode("utf-8", "replace") if answer.is_success else ""
                host.rules = Protego.parse(text)
        now_s = time.monotonic()
        host.rules_until_s, host.free_at_s = now_s + age_s, now_s + self._delay_s
        return host.rules


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
