"""`Outbound`: one guarded request and its response, redirects included."""

import functools
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

import httpx

from index.errors import AddressRefused, OutboundError
from index.outbound.addresses import AddressPolicy, Resolve, system_addresses
from index.outbound.bodies import ACCEPTED, read_body
from index.outbound.connecting import Deadline, GuardedTransport

USER_AGENT = "newsearch"
MAX_URL_CHARS = 4_000

_SCHEMES = ("http", "https")
_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_BETWEEN_ORIGINS = ("authorization", "cookie", "proxy-authorization")


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on time and size. `max_bytes` applies to a body as sent and as decompressed."""

    connect_s: float = 10.0
    read_s: float = 20.0
    total_s: float = 60.0
    max_bytes: int = 16 * 2**20
    max_redirects: int = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response with any status.

    `url` is the address it finally came from. `moved_to` is the new permanent address, set if every
    redirect on the way was permanent.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    moved_to: str | None = None

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    def retry_after_s(self, now_s: float | None = None) -> float | None:
        """The seconds to wait that the server asks for, if any (RFC 9110, 10.2.3)."""
        value = self.headers.get("retry-after", "").strip()
        if value.isascii() and value.isdigit():
            return float(value)
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        return max(0.0, moment.timestamp() - (time.time() if now_s is None else now_s))


@dataclass(frozen=True)
class Outbound:
    """The guarded client; safe to share between threads.

    Every fetch has its own connections. Tests replace the system's `resolve` and `tls`.
    """

    policy: AddressPolicy = field(default_factory=AddressPolicy)
    limits: Limits = field(default_factory=Limits)
    user_agent: str = USER_AGENT
    resolve: Resolve = system_addresses
    tls: ssl.SSLContext | None = None

    @functools.cached_property
    def _tls(self) -> ssl.SSLContext:
        return self.tls or httpx.create_ssl_context(trust_env=False)

    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Fetched:
        """Send a request, follow redirects of GET and HEAD, and read the whole response.

        Raises AddressRefused for an address that may not be reached, and OutboundError for anything
        else that prevents a response; a response with an error status is returned. Redirects of
        other methods are returned, not followed: what is posted is meant for the address that was
        given.
        """
        try:
            return self._fetched(_url(url), method, dict(headers or {}), content)
        except OutboundError as error:
            raise type(error)(f"{_shown(url)}: {error}") from error
        except httpx.HTTPError as error:
            raise OutboundError(f"{_shown(url)}: its response violates HTTP ({error})") from error

    def _fetched(
        self, url: httpx.URL, method: str, headers: dict[str, str], content: bytes | None
    ) -> Fetched:
        tls = self._tls  # reading the system's certificates does not count towards the deadline
        deadline = Deadline(self.limits.total_s)
        moved_for_good, first = True, url
        for _ in range(self.limits.max_redirects + 1):
            with self._client(deadline, tls) as client:
                answer = self._answer(client, url, method, headers, content)
            target = _redirect(answer) if method in ("GET", "HEAD") else None
            if target is None:
                moved_to = str(url) if moved_for_good and url != first else None
                return Fetched(str(url), answer.status, answer.headers, answer.body, moved_to)
            moved_for_good = moved_for_good and answer.status in _PERMANENT
            if _origin(target) != _origin(url):
                for name in [name for name in headers if name.lower() in _BETWEEN_ORIGINS]:
                    del headers[name]
            url = target
        raise OutboundError(f"it redirects more than {self.limits.max_redirects} times")

    def _client(self, deadline: Deadline, tls: ssl.SSLContext) -> httpx.Client:
        limits = self.limits
        return httpx.Client(
            transport=GuardedTransport(self.policy, self.resolve, deadline, tls),
            timeout=httpx.Timeout(limits.read_s, connect=limits.connect_s),
            headers={"User-Agent": self.user_agent, "Accept-Encoding": ACCEPTED},
            follow_redirects=False,
            trust_env=False,
        )

    def _answer(
        self,
        client: httpx.Client,
        url: httpx.URL,
        method: str,
        headers: Mapping[str, str],
        content: bytes | None,
    ) -> Fetched:
        with client.stream(method, url, headers=headers, content=content) as answer:
            declared = answer.headers.get("content-length", "")
            if method != "HEAD" and declared.isdecimal() and int(declared) > self.limits.max_bytes:
                raise OutboundError(f"it has more than {self.limits.max_bytes:,} bytes")
            encoding = answer.headers.get("content-encoding", "").strip().lower()
            body = read_body(answer.iter_raw(), encoding, self.limits.max_bytes)
            return Fetched(str(url), answer.status_code, answer.headers, body)


def _url(text: str) -> httpx.URL:
    """A web address that can be fetched. Raises OutboundError."""
    if len(text) > MAX_URL_CHARS:
        raise OutboundError(f"the address has more than {MAX_URL_CHARS:,} characters")
    try:
        url = httpx.URL(text)
        if url.scheme not in _SCHEMES:
            raise AddressRefused("only http:// and https:// addresses are fetched")
        if not url.host:
            raise OutboundError("the address has no host")
    except httpx.InvalidURL as error:
        raise OutboundError(f"this is not a web address ({error})") from error
    return url


def _redirect(answer: Fetched) -> httpx.URL | None:
    location = answer.headers.get("location")
    if answer.status not in _REDIRECTS or not location:
        return None
    try:
        return _url(str(httpx.URL(answer.url).join(location)))
    except httpx.InvalidURL as error:
        raise OutboundError(
            f"it redirects to something that is not a web address ({error})"
        ) from error


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _shown(url: str) -> str:
    """An address without any password in it, shortened to a reasonable length."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return repr(url[:200])
    return str(parsed.copy_with(username=None, password=None) if parsed.userinfo else parsed)[:200]
