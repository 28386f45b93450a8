"""The gate for every request: key, scope, rate, and a log line for every write.

Without keys the server trusts whoever can reach it ('serve' makes sure that this is only this
machine, unless told otherwise). Once there is a key, each request needs one.
"""

import asyncio
import base64
import binascii
import json
import logging
import math
from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus

from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as AsgiScope

from api.http.access.hosts import HostNames
from api.http.access.key_ring import KeyRing
from api.http.access.rates import Rates
from api.http.access.rules import Needs, Rules
from api.http.problem_responses import answer_to, problem
from api.stores.keys import Key, Scope
from index.errors import NewsearchError
from index.permitted_sources import PermittedSources

FAILURES_PER_S = 0.2
FAILURES_AT_ONCE = 10
"""Wrong keys per address that are answered 401; beyond that, 429. A valid key always passes."""

_AUDIT = logging.getLogger("newsearch.audit")
_ALL = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller: what it may do, and the sources it is limited to (None: all)."""

    name: str
    scopes: frozenset[Scope]
    sources: PermittedSources | None = None
    key_id: str | None = None

    @property
    def is_admin(self) -> bool:
        """Whether it may see what belongs to others."""
        return Scope.ADMIN in self.scopes


ANYBODY = Caller("anybody", _ALL)
"""The caller if there are no keys, or outside a server."""


class Gate:
    """Middleware. `allows_anonymous`: requests without a key may search even if there are keys.

    `names` are the host names that requests without a key may use; None: any. Pages of `origins`
    may write from a browser.
    """

    def __init__(
        self,
        app: ASGIApp,
        rules: Rules,
        ring: KeyRing,
        rates: Rates,
        *,
        allows_anonymous: bool,
        names: HostNames | None = None,
        origins: Collection[str] = (),
    ) -> None:
        self.app = app
        self._rules = rules
        self._ring = ring
        self._rates = rates
        self._failures = Rates(FAILURES_PER_S, FAILURES_AT_ONCE)
        self._allows_anonymous = allows_anonymous
        self._names = names
        self._origins = frozenset(origins)
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Pass a request on with its caller in the state, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        needed = self._rules.of(scope["method"], scope["path"])
        try:
            caller = await self._caller(headers, _address(scope), needed)
        except NewsearchError as error:
            caller = answer_to(error)
        is_known = headers.get("origin") in self._origins
        refusal = (
            caller
            if isinstance(caller, JSONResponse)
            else _refusal(caller, needed, headers, is_known_origin=is_known)
        )
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        assert isinstance(caller, Caller)
        scope.setdefault("state", {})["caller"] = caller
        if scope["method"] in ("GET", "HEAD") or needed.scope in (None, Scope.SEARCH):
            await self.app(scope, receive, send)
        else:
            await self.app(scope, receive, _audited(scope, caller, send))

    async def _caller(self, headers: Headers, address: str, needed: Needs) -> Caller | JSONResponse:
        if needed.scope is None:
            return ANYBODY  # a health check answers even if the keys cannot be read
        if not self._ring.is_fresh():
            await run_in_threadpool(self._ring.refresh)
        token, is_browser = _token(headers)
        is_open = not self._ring.is_guarded or (token is None and self._allows_anonymous)
        if is_open and self._names and not self._names.allow(headers.getlist("host")):
            return _misdirected(headers.get("host", ""))
        if not self._ring.is_guarded:
            return self._slowed(f"address {address}", ANYBODY)
        if token is None:
            scopes = frozenset({Scope.SEARCH} if self._allows_anonymous else ())
            return self._slowed(f"address {address}", Caller("nobody", scopes))
        key = self._ring.known(token)
        if key is None and self._ring.has_slow:
            async with self._one_at_a_time:  # each takes 32 MB, and a core for 50 ms
                key = await run_in_threadpool(self._ring.verified, token)
        if key is None:
            return self._failed(address)
        return self._slowed(f"key {key.id}", _caller_of(key, is_browser=is_browser))

    def _failed(self, address: str) -> JSONResponse:
        """Refuse a wrong key; only wrong keys are counted."""
        wait_s = self._failures.wait_s(address)
        if wait_s:
            why = "Too many wrong keys came from this address; a valid key is accepted at any time."
            return _too_many(wait_s, why)
        return _unauthorised("This key is not valid here: it is unknown, wrong or revoked.")

    def _slowed(self, who: str, caller: Caller) -> Caller | JSONResponse:
        """Return the caller, unless it sends requests too often."""
        wait_s = self._rates.wait_s(who)
        return _too_many(wait_s, _LIMITS) if wait_s else caller


def _caller_of(key: Key, *, is_browser: bool) -> Caller:
    # A browser also sends a remembered password with requests from other sites' pages.
    scopes = key.scopes & {Scope.SEARCH} if is_browser else key.scopes
    return Caller(f"{key.id} ({key.name})", scopes, key.limit, key.id)


def _token(headers: Headers) -> tuple[str | None, bool]:
    """Return the token of a request, and whether it was sent as a browser's password."""
    kind, _, value = headers.get("authorization", "").partition(" ")
    match kind.lower():
        case "bearer":
            return value.strip(), False
        case "basic":
            try:
                told = base64.b64decode(value, validate=True).decode()
            except (binascii.Error, ValueError):
                return "", True
            return told.partition(":")[2], True
    return headers.get("x-api-key"), False


def _refusal(
    caller: Caller, needed: Needs, headers: Headers, *, is_known_origin: bool
) -> JSONResponse | None:
    if needed.scope is None:
        return None
    if not needed.scopes <= caller.scopes:
        if not caller.scopes:
            return _unauthorised("This server needs a key: send 'Authorization: Bearer KEY'.")
        named = " and ".join(sorted(needed.scopes))
        is_one = len(needed.scopes) == 1
        return _forbidden(f"This request needs a key with the scope{'s' * (not is_one)} {named}.")
    if caller.sources is not None and not needed.is_limitable:
        return _forbidden(
            "A key that is limited to sources cannot be used here: this is about the whole archive."
        )
    from_site = headers.get("sec-fetch-site", "none")
    is_elsewhere = from_site not in ("none", "same-origin") and not is_known_origin
    if needed.scope is not Scope.SEARCH and is_elsewhere:
        return _forbidden("Other sites' pages cannot control this server from a browser.")
    return None


def _unauthorised(detail: str) -> JSONResponse:
    # Basic makes browsers ask the user: the password is the key, the user name does not matter.
    headers = {"WWW-Authenticate": 'Bearer realm="newsearch", Basic realm="newsearch"'}
    return problem(
        HTTPStatus.UNAUTHORIZED, "unauthorized", "A key is required", detail, headers=headers
    )


def _misdirected(host: str) -> JSONResponse:
    return problem(
        HTTPStatus.MISDIRECTED_REQUEST,
        "unknown-host",
        "This server has a different name",
        f"Without a key this server accepts only the names of its own machine, not "
        f"{host[:200]!r}. The setting host_names adds names; with a key, any name is accepted.",
    )


def _forbidden(detail: str) -> JSONResponse:
    return problem(HTTPStatus.FORBIDDEN, "forbidden", "This is not allowed", detail)


_LIMITS = "The settings rate_per_s and rate_burst set the limit."


def _too_many(wait_s: float, why: str) -> JSONResponse:
    return problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too-many-requests",
        "Too many requests",
        f"Try again in {math.ceil(wait_s)} seconds. {why}",
        headers={"Retry-After": str(math.ceil(wait_s))},
    )


def _address(scope: AsgiScope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


def _audited(scope: AsgiScope, caller: Caller, send: Send) -> Send:
    """Logs a write once its status is known, as JSON, so that no input can forge a log line."""

    async def audited(message: Message) -> None:
        if message["type"] == "http.response.start":
            entry = {
                "who": caller.name,
                "address": _address(scope),
                "method": scope["method"],
                "path": scope["path"],
                "status": message["status"],
            }
            _AUDIT.info("%s", json.dumps(entry))
        await send(message)

    return audited
