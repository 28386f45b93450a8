"""Connections for one fetch: only to checked addresses, and never beyond the deadline.

Owns the httpcore adapter. The name is resolved here, checked here, and the socket is opened to the
address that was checked; TLS and the Host header still use the name, so the certificate must match
it. It does not matter if the resolver answers differently the next time.
"""

import queue
import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import httpcore
import httpx

from index.errors import OutboundError
from index.outbound.addresses import AddressPolicy, Resolve


class Deadline:
    """A point in time after which nothing may wait any longer."""

    def __init__(self, total_s: float) -> None:
        self._total_s = total_s
        self._at_s = time.monotonic() + total_s

    def left_s(self, at_most_s: float | None = None) -> float:
        """The remaining seconds, at most `limit_s`. Raises OutboundError if there are none."""
        left_s = self._at_s - time.monotonic()
        if left_s <= 0:
            raise OutboundError(f"it took longer than {self._total_s:g} seconds altogether")
        return left_s if at_most_s is None else min(left_s, at_most_s)


class GuardedTransport(httpx.BaseTransport):
    """An httpx transport for one fetch; httpcore's errors become OutboundErrors."""

    def __init__(
        self,
        policy: AddressPolicy,
        resolve: Resolve,
        deadline: Deadline,
        tls: ssl.SSLContext,
    ) -> None:
        backend = _GuardedBackend(policy, resolve, deadline)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, network_backend=backend, keepalive_expiry=0
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and read the head of the response; the body is read on demand."""
        assert isinstance(request.stream, httpx.SyncByteStream)
        sent = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        try:
            answer = self._pool.handle_request(sent)
        except _FAILURES as error:
            raise _failed(error) from error
        assert isinstance(answer.stream, Iterable)
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


_FAILURES = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
)


def _failed(error: Exception) -> OutboundError:
    if isinstance(error, httpcore.TimeoutException):
        return OutboundError("it did not respond in time")
    return OutboundError(f"the connection failed ({str(error) or type(error).__name__})")


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._stream
        except _FAILURES as error:
            raise _failed(error) from error

    def close(self) -> None:
        if hasattr(self._stream, "close"):
            self._stream.close()


class _GuardedBackend(httpcore.NetworkBackend):
    def __init__(self, policy: AddressPolicy, resolve: Resolve, deadline: Deadline) -> None:
        self._policy = policy
        self._resolve = resolve
        self._deadline = deadline
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception | None = None
        for address in self._policy.checked(host, port, self._resolved_in_time):
            try:
                stream = self._backend.connect_tcp(
                    address,
                    port,
                    timeout=self._deadline.left_s(timeout),
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        assert failure is not None
        raise failure

    def _resolved_in_time(self, host: str, port: int) -> Sequence[str]:
        """Resolve in a thread, because the system's resolver has no timeout."""
        answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._resolve(host, port))
            except (OSError, UnicodeError) as error:
                answers.put(error)

        threading.Thread(target=ask, name="resolving", daemon=True).start()
        try:
            answer = answers.get(timeout=self._deadline.left_s())
        except queue.Empty as error:
            raise OutboundError(f"{host}: the name could not be resolved in time") from error
        if isinstance(answer, Exception):
            raise answer
        return answer


class _TimedStream(httpcore.NetworkStream):
    """A stream whose every wait ends at the deadline, so that a trickle cannot go on forever."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left_s(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left_s(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(
            ssl_context, server_hostname, self._deadline.left_s(timeout)
        )
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
