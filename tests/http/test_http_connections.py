"""Connections: too many, idle, slow, with bodies nobody wants, and when the server stops."""

import json
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import h11
import httpx
import pytest
from live_server import live
from newsrooms import RECORDS, service_in
from server_process import running
from waiting import PATIENCE_S, wait_until

from api.http import connections, unread_bodies
from api.http.connections import listening
from api.http.limits import MAX_HEAD_BYTES, QUESTION_BYTES
from api.service.service import Service
from api.stores.keys import Scope

CHUNK = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
ENDLESS = 64 * 2**20
"""More than any buffer between a client and a server that does not read."""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with service_in(tmp_path / "data", index_wait_s=60) as service:
        yield service


@pytest.fixture
def url(service: Service) -> Iterator[str]:
    with live(service) as url:
        yield url


def connect(url: str) -> socket.socket:
    address = urlsplit(url)
    assert address.hostname is not None
    return socket.create_connection((address.hostname, address.port or 80), PATIENCE_S)


def answer(connection: socket.socket) -> tuple[h11.Response, bytes]:
    """The answer on a connection, read to its end."""
    reader = h11.Connection(h11.CLIENT)
    reader.send(h11.Request(method="GET", target="/", headers=[("Host", "x")]))
    reader.send(h11.EndOfMessage())
    response, body = None, b""
    while True:
        event = reader.next_event()
        if event is h11.NEED_DATA:
            reader.receive_data(connection.recv(65536))
        elif isinstance(event, h11.Response):
            response = event
        elif isinstance(event, h11.Data):
            body += event.data
        else:
            assert response is not None
            return response, body


def header(response: h11.Response, name: bytes) -> bytes | None:
    return dict(response.headers).get(name)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/articles", "", 401),
        ("/v1/alerts", "Authorization: Bearer {token}\r\n", 413),
        ("/v1/nothing", "Authorization: Bearer {token}\r\n", 404),
    ],
)
def test_a_refused_body_without_end_is_not_read_on(
    url: str, service: Service, path: str, headers: str, status: int
) -> None:
    _, token = service.keys.add("all", list(Scope))
    with closing(connect(url)) as connection:
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        head += headers.format(token=token) + "Transfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head.encode())
        sent = 0
        try:
            while sent < ENDLESS:
                connection.sendall(CHUNK)
                sent += len(CHUNK)
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert sent < ENDLESS, "the server went on reading"


@pytest.mark.parametrize("path", ["/v1/alerts", "/v1/articles"])
def test_a_client_that_is_still_sending_gets_its_refusal(
    url: str, service: Service, path: str
) -> None:
    service.keys.add("all", list(Scope))
    with closing(connect(url)) as connection:
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head.encode() + CHUNK)
        response, body = answer(connection)
        assert response.status_code == 401
        assert header(response, b"connection") == b"close"
        assert json.loads(body)["type"].endswith(":unauthorized")
        assert connection.recv(1) == b"", "the server closes"


def test_a_short_body_that_nobody_read_keeps_the_connection(url: str, service: Service) -> None:
    service.keys.add("all", list(Scope))
    with httpx.Client(base_url=url, timeout=PATIENCE_S) as client:
        refused = client.post("/v1/articles", json=list(RECORDS))
        assert refused.status_code == 401
        assert "connection" not in refused.headers
        assert client.get("/health/live").is_success
    assert unread_bodies.REST_BYTES < QUESTION_BYTES


@pytest.mark.parametrize("in_one_piece", [True, False])
def test_a_head_that_is_too_long_is_refused(url: str, in_one_piece: bool) -> None:
    with closing(connect(url)) as connection:
        head = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * 99_000
        connection.sendall(head)
        if in_one_piece:
            connection.sendall(b"\r\n\r\n")
        response, body = answer(connection)
        assert response.status_code == 400
        assert header(response, b"connection") == b"close"
        assert json.loads(body)["type"].endswith(":head-too-large")
    with httpx.Client(base_url=url, timeout=PATIENCE_S) as client:
        long = {"X-Long": "x" * (MAX_HEAD_BYTES - 2000)}
        assert client.get("/health/live", headers=long).is_success


def test_what_is_not_a_request_is_told_so(url: str) -> None:
    with closing(connect(url)) as connection:
        connection.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        response, body = answer(connection)
        assert (response.status_code, json.loads(body)["status"]) == (400, 400)
        assert header(response, b"content-type") == b"application/problem+json"


def test_a_client_that_never_finishes_its_head_is_let_go(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(connections, "HEAD_S", 0.1)
    with closing(connect(url)) as silent, closing(connect(url)) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: loc")
        assert silent.recv(1) == b""
        assert slow.recv(1) == b""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of descriptors")
@pytest.mark.parametrize("descriptors", [64, 128])
def test_idle_connections_leave_a_small_machine_usable(tmp_path: Path, descriptors: int) -> None:
    with running(tmp_path / "data", descriptors=descriptors) as server, ExitStack() as held:
        url = server.address()
        wait_until(lambda: httpx.get(f"{url}/health/ready").is_success, "the server")
        posted = httpx.post(f"{url}/v1/articles", json=list(RECORDS), timeout=PATIENCE_S)
        assert posted.json()["searchable"]
        for _ in range(160):
            held.enter_context(closing(connect(url)))
        for _ in range(5):
            assert httpx.get(f"{url}/health/live", timeout=PATIENCE_S).is_success
            found = httpx.get(f"{url}/v1/search?q=ferry&mode=keyword", timeout=PATIENCE_S)
            assert len(found.json()["hits"]) == 2
        assert len("".join(server.log)) < 20_000


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_answers_of_a_server_that_stops_close_their_connection(tmp_path: Path) -> None:
    with running(tmp_path / "data", drain_s=60) as server:
        url = server.address()
        with httpx.Client(base_url=url, timeout=PATIENCE_S) as client:
            assert "connection" not in client.get("/health/live").headers
            server.process.send_signal(signal.SIGTERM)
            wait_until(lambda: is_stopping(url), "the server to notice")
            told = client.get("/health/live")
            assert (told.status_code, told.headers["connection"]) == (200, "close")
            told = client.get("/v1/search?q=ferry")
            assert told.headers["connection"] == "close"
        assert server.stop(signal.SIGINT) == 0


def is_stopping(url: str) -> bool:
    answer = httpx.get(f"{url}/health/ready", timeout=PATIENCE_S)
    return answer.status_code == 503 and answer.json()["type"].endswith(":draining")


def test_a_host_with_several_addresses_has_one_port(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, port: int, **_told: object) -> list[object]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("127.0.0.1", "127.0.0.2")
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with ExitStack() as closes:
        opened = [closes.enter_context(closing(one)) for one in listening("two.example", 0)]
        assert len({one.getsockname()[1] for one in opened}) == 1
