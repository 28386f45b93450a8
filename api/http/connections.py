"""Connections: how many there may be, and how long each may keep others waiting.

uvicorn's own protocol, with three additions. File descriptors are left for the files of the index:
if there are too many connections, a new one replaces the one that has been idle longest, or is
refused if all are busy. A request's head has to be complete within `HEAD_S`. A head that is
too long, or is not HTTP, is answered as a problem.
"""

import asyncio
import functools
import json
import socket
from http import HTTPStatus
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.http.limits import MAX_HEAD_BYTES, head_too_large
from api.http.problem_responses import MEDIA_TYPE, TYPE_PREFIX

try:
    import resource
except ImportError:  # Windows, which has no such limit
    resource = None  # type: ignore[assignment]

HEAD_S = 20.0
"""How long a client may take to send the head of a request, from when it connects or begins."""

ACCEPTED_AT_ONCE = 16
"""New connections before any of them is looked at, so that they cannot take every descriptor."""

RESERVED = 256
"""File descriptors that connections leave free, or half of all if these are few. A segment of the
index takes three.
"""

FEW = 8
"""Connections that are always allowed."""

MOST_DESCRIPTORS = 65_536
KEEP_ALIVE_S = 75
"""How long a connection may be idle: longer than clients and proxies keep one (up to 60 seconds),
so that none of them sends a request just as it is closed.
"""

LINGER_S = 1.0
BACKLOG = 2048
"""Connections that the system keeps waiting until they are accepted."""

_REFUSED = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\n"
    b"Content-Length: 0\r\n\r\n"
)


class Connection(H11Protocol):
    """One connection of a server, of which there may be `most`; None: any number."""

    most: int | None = None
    _head_timer: asyncio.TimerHandle | None = None
    _is_leaving = False
    _idle_since_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Accept a connection, or refuse it if there are too many."""
        assert isinstance(transport, asyncio.Transport)
        super().connection_made(transport)
        self._idle_since_s = self.loop.time()
        is_free = self.most is None or len(self.connections) <= self.most
        if is_free or self._replaces_another():
            self._wait_for_head()
        else:
            transport.write(_REFUSED)
            transport.close()

    def _replaces_another(self) -> bool:
        """Close the connection that has been idle longest; return whether there was one."""
        others = (one for one in self.connections if isinstance(one, Connection) and one.is_idle)
        idle = min(
            (one for one in others if one is not self),
            key=lambda one: one._idle_since_s,
            default=None,
        )
        if idle is None:
            return False
        idle.transport.abort()
        self.connections.discard(idle)
        return True

    @property
    def is_idle(self) -> bool:
        """Return whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def data_received(self, data: bytes) -> None:
        """Read a part of a request."""
        if self._is_leaving:
            return
        if self.is_idle and self._head_timer is None:
            self._wait_for_head()
        super().data_received(data)
        if not self.is_idle:
            self._head_arrived()

    def _wait_for_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_S, self.transport.close)

    def _head_arrived(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._idle_since_s = self.loop.time()
        self._head_arrived()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._head_arrived()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is not a request."""
        is_long = len(self.conn.trailing_data[0]) > MAX_HEAD_BYTES
        title, detail = head_too_large() if is_long else ("This is not an HTTP request", msg)
        name = "head-too-large" if is_long else "bad-request"
        status = HTTPStatus.BAD_REQUEST
        body = {"type": TYPE_PREFIX + name, "title": title, "status": status, "detail": detail}
        headers = [("content-type", MEDIA_TYPE), ("connection", "close")]
        events: tuple[Any, ...] = (
            h11.Response(status_code=status, headers=headers, reason=status.phrase.encode()),
            h11.Data(data=json.dumps(body).encode()),
            h11.EndOfMessage(),
        )
        if self.conn.our_state is h11.IDLE or self.conn.our_state is h11.SEND_RESPONSE:
            for event in events:
                self.transport.write(self.conn.send(event) or b"")
        self._leave()

    def _leave(self) -> None:
        """Close once the client has had time to read: closing at once could discard the answer."""
        self._is_leaving = True
        self.transport.write_eof()
        self._head_arrived()
        self.loop.call_later(LINGER_S, self.transport.close)


def guarded() -> type[Connection]:
    """Return the class of connections for the descriptors that this process may have.

    Raises the process's limit as far as the system allows without asking.
    """
    limit = _raised_limit()
    if limit is None:
        return Connection
    left = limit - min(RESERVED, limit // 2) - ACCEPTED_AT_ONCE
    return type("Connection", (Connection,), {"most": max(FEW, left)})


def connection(**given: Any) -> Connection:
    """Return a connection of a worker, which finds the class by this name in its own process."""
    return _own_class()(**given)


@functools.cache
def _own_class() -> type[Connection]:
    return guarded()


def _raised_limit() -> int | None:
    if resource is None:
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    wanted = MOST_DESCRIPTORS if hard == unlimited else min(hard, MOST_DESCRIPTORS)
    if soft != unlimited and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return None if soft == unlimited else soft


def listening(host: str, port: int) -> list[socket.socket]:
    """Return a listening socket for every address of a host. Raises OSError.

    Port 0 is one free port, the same for all of them.
    """
    opened: list[socket.socket] = []
    try:
        for family, _kind, _protocol, _name, address in socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            if opened and not port:
                address = (address[0], opened[0].getsockname()[1], *address[2:])
            opened.append(socket.create_server(address[:2], family=family, backlog=BACKLOG))
    except OSError:
        for one in opened:
            one.close()
        raise
    return opened
