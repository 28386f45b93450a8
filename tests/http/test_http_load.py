"""A busy server: overload is refused and passes, deadlines stop work, nobody pays for another.

Real uvicorn, real sockets. Deadlines pass when a test puts the clock forward, not before: however
busy the machine is, work has begun by then.
"""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from clocks import clock_of
from hashing_encoder import HashingEncoder
from live_server import live
from newsrooms import RECORDS, settings_in
from waiting import PATIENCE_S

from api.http.admission import middleware, request_body
from api.http.admission.queue import RequestQueue
from api.service.service import Service
from index.domain import Vector
from index.runtime import deadline

DEADLINE_S = 3600.0
PLACES = 2
PROBLEM = "application/problem+json"
TYPE = "urn:problem-type:newsearch:"
KEYWORD = {"q": "ferry", "mode": "keyword"}


class HeldEncoder(HashingEncoder):
    """Queries that hold the word `hold` are encoded when `go` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.held = threading.Semaphore(0)

    def encode_query(self, text: str) -> Vector:
        if "hold" in text:
            self.held.release()
            assert self.go.wait(PATIENCE_S)
        return super().encode_query(text)


class Busy:
    """A server, its encoder, and clients that ask it side by side."""

    def __init__(self, url: str, encoder: HeldEncoder, pool: ThreadPoolExecutor) -> None:
        self.url = url
        self.encoder = encoder
        self._pool = pool

    def get(self, path: str = "/v1/search", **parameters: Any) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", params=parameters or KEYWORD, timeout=PATIENCE_S)

    def ask(self, path: str = "/v1/search", **parameters: Any) -> "Future[httpx.Response]":
        return self._pool.submit(self.get, path, **parameters)

    def hold(self, count: int) -> "list[Future[httpx.Response]]":
        """Requests that are being worked on, and stay so."""
        asked = [self.ask(q=f"hold {number}") for number in range(count)]
        for _ in asked:
            assert self.encoder.held.acquire(timeout=PATIENCE_S)
        return asked

    def connect(self) -> socket.socket:
        address = urlsplit(self.url)
        assert address.hostname is not None
        return socket.create_connection((address.hostname, address.port or 80), PATIENCE_S)


@contextmanager
def busy(folder: Path, **flags: object) -> Iterator[Busy]:
    encoder = HeldEncoder()
    settings = settings_in(folder, **{"max_concurrent": PLACES, "index_wait_s": 60, **flags})
    with (
        Service(settings, encoder=encoder, creates=True) as service,
        live(service) as url,
        ThreadPoolExecutor(32) as pool,
    ):
        httpx.post(f"{url}/v1/articles", json=list(RECORDS), timeout=PATIENCE_S)
        try:
            yield Busy(url, encoder, pool)
        finally:
            encoder.go.set()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Busy]:
    with busy(tmp_path, max_queued=2, request_deadline_s=DEADLINE_S) as server:
        yield server


def test_overload_is_refused_and_passes(server: Busy) -> None:
    working = server.hold(PLACES)
    more = [server.ask(q=f"hold more {number}") for number in range(6)]
    told = as_completed(more, timeout=PATIENCE_S)
    refused = [next(told).result() for _ in range(4)][-1]  # two wait
    assert (refused.status_code, refused.headers["content-type"]) == (503, PROBLEM)
    assert refused.json()["type"] == f"{TYPE}overloaded"
    assert int(refused.headers["retry-after"]) >= 1
    page = server.get("/", q="ferry")
    assert (page.status_code, page.headers["retry-after"]) == (503, "1")
    assert page.headers["content-type"].startswith("text/html")
    assert "The server is busy" in page.text
    # Health and writes do not wait behind questions.
    assert httpx.get(f"{server.url}/health/live", timeout=PATIENCE_S).status_code == 200
    record = {"id": "late", "text": "Written while others wait."}
    assert httpx.post(f"{server.url}/v1/articles", json=record, timeout=PATIENCE_S).is_success
    server.encoder.go.set()
    statuses = [one.result(PATIENCE_S).status_code for one in (*working, *more)]
    assert sorted(statuses) == [200] * 4 + [503] * 4
    assert server.get().status_code == 200


def test_waiting_and_work_end_at_the_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = clock_of(monkeypatch, middleware, deadline)
    with busy(tmp_path, request_deadline_s=DEADLINE_S) as server:
        working = server.hold(PLACES)
        with monkeypatch.context() as soon:
            waits_s = impatient(soon)
            waited = server.get()
        assert waited.json()["type"] == f"{TYPE}overloaded"
        assert waits_s == [DEADLINE_S]
        clock.forward(DEADLINE_S)
        server.encoder.go.set()
        for one in working:
            answer = one.result(PATIENCE_S)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
            assert answer.json()["type"] == f"{TYPE}took-too-long"
        assert server.get().status_code == 200


def impatient(monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """Who waits for a place gives up soon; how long it should have waited."""
    enter, waits_s = RequestQueue.enter, list[float | None]()

    async def enter_soon(lane: RequestQueue, patience_s: float | None) -> None:
        waits_s.append(patience_s)
        await enter(lane, 0.01)

    monkeypatch.setattr(RequestQueue, "enter", enter_soon)
    return waits_s


def test_a_page_that_takes_too_long_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = clock_of(monkeypatch, middleware, deadline)
    with busy(tmp_path, request_deadline_s=DEADLINE_S) as server:
        held = server.ask("/", q="hold")
        assert server.encoder.held.acquire(timeout=PATIENCE_S)
        clock.forward(DEADLINE_S)
        server.encoder.go.set()
        answer = held.result(PATIENCE_S)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert "This search took too long" in answer.text


def test_slow_clients_hold_no_place(server: Busy) -> None:
    """More of them than there are places and waiting places together."""
    starts = [
        b"GET /v1/search?q=ferry HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
        b"POST /v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: 1000\r\n\r\n{",
        b"POST /v1/articles HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    ]
    with ExitStack() as stack:
        for number in range(4 * len(starts)):
            slow = stack.enter_context(server.connect())
            slow.sendall(starts[number % len(starts)])
        for _ in range(5):
            assert server.get().status_code == 200
        record = {"id": "quick", "text": "Written beside the slow."}
        assert httpx.post(f"{server.url}/v1/articles", json=record, timeout=PATIENCE_S).is_success


def test_who_reads_slowly_holds_no_place(server: Busy) -> None:
    large = {"id": "large", "text": "Ferries come and go. " * 10_000}
    httpx.post(f"{server.url}/v1/articles", json=large, timeout=PATIENCE_S)
    with ExitStack() as stack:
        for _ in range(PLACES + 1):
            slow = stack.enter_context(server.connect())
            slow.sendall(b"GET /v1/articles/large HTTP/1.1\r\nHost: localhost\r\n\r\n" * 50)
        for _ in range(5):
            assert server.get().status_code == 200


def test_a_body_that_falls_silent_is_given_up(
    server: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_body, "SILENCE_S", 0.2)
    for path in (b"/v1/search", b"/v1/articles"):
        with server.connect() as slow:
            slow.sendall(
                b"POST "
                + path
                + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Content-Length: 1000\r\n\r\n{"
            )
            answer = slow.recv(65536)
        assert b" 408 " in answer.split(b"\r\n")[0]
        assert PROBLEM.encode() in answer


def test_huge_bodies_are_refused(server: Busy) -> None:
    body = b'{"q": "' + b"x" * 2**21 + b'"}'
    headers = {"Content-Type": "application/json"}
    for content in (body, iter([body[:1000], body[1000:]])):
        answer = httpx.post(
            f"{server.url}/v1/search", content=content, headers=headers, timeout=PATIENCE_S
        )
        assert (answer.status_code, answer.headers["content-type"]) == (413, PROBLEM)
        assert str(2**20) in answer.json()["detail"]
    assert server.get().status_code == 200


HARD = (
    {"q": "ferry", "facets": ["source"] * 10_000},
    {"q": "ferry", "facets": [f"made-up-{number}" for number in range(10_000)]},
    {"q": "ferry", "facets": ",".join(["source"] * 10_000)},
    {"q": "a*a*a*a*a*a*a*a*a*a*a*a*b"},
    {"q": "*ferry* " * 200},
    {"q": "f*?r*?y*? " * 200},
    {"q": " ".join(f"word{number}" for number in range(10_000))},
    {"q": '"' + "ferry " * 600 + '"'},
    {"q": "(" * 2000 + "ferry" + ")" * 2000},
    {"q": "ferry", "source": [f"source {number}" for number in range(10_000)]},
)


def test_hard_questions_get_a_clear_answer_and_cost_no_one_else(server: Busy) -> None:
    """A question that is hard is answered or refused, while others ask on."""
    stop = threading.Event()
    statuses: list[int] = []

    def ask_on() -> None:
        while not stop.is_set():
            statuses.append(server.get().status_code)

    asker = threading.Thread(target=ask_on)
    asker.start()
    try:
        for question in HARD:
            answer = httpx.post(
                f"{server.url}/v1/search",
                json={"mode": "keyword", **question},
                timeout=PATIENCE_S,
            )
            assert answer.status_code in (200, 400), answer.text
            if answer.status_code == 400:
                body = answer.json()
                assert body["detail"]
                assert len(answer.content) < 50_000, "an error that is as large as the question"
    finally:
        stop.set()
        asker.join()
    assert statuses
    assert set(statuses) == {200}


def test_tools_have_a_deadline_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool's work runs in a task of its own, which inherits the instant."""
    call = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "search", "arguments": {"query": "hold"}},
    }
    headers = {"Accept": "application/json, text/event-stream"}
    clock = clock_of(monkeypatch, middleware, deadline)
    with busy(tmp_path, request_deadline_s=DEADLINE_S) as server, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(
            httpx.post, f"{server.url}/mcp", json=call, headers=headers, timeout=PATIENCE_S
        )
        assert server.encoder.held.acquire(timeout=PATIENCE_S)
        clock.forward(DEADLINE_S)
        server.encoder.go.set()
        result = asked.result(PATIENCE_S).json()["result"]
    assert result["isError"]
    assert "took longer than this server allows" in result["content"][0]["text"]
