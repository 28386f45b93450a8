"""A real server in a process of its own: it starts with nothing, notices other writers, and stops.

Port 0 everywhere; the printed address is the one to ask.
"""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from newsrooms import RECORDS, articles_of, service_in
from server_process import START_S, Server, running

from api.service import Service
from index.errors import IndexLocked
from index.protocols import IndexWriter

NOTICE_S = 2.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path / "data") as server:
        yield server


def test_another_process_commits_while_it_answers(server: Server, tmp_path: Path) -> None:
    with httpx.Client(base_url=server.address(), timeout=30) as client:
        assert client.get("/health/live").status_code == 200
        assert client.get("/health/ready").status_code == 503
        assert client.post("/v1/articles", json=RECORDS[0]).json()["searchable"]
        with service_in(tmp_path / "data") as other:
            others = articles_of(other, RECORDS[1:])
            for number, article in enumerate(others, start=2):
                with writing_when_free(other) as writer:
                    other.put([article])
                    other.catch_up(writer)
                committed_s = time.monotonic()
                while (total := searched(client)) < number:
                    assert time.monotonic() - committed_s < NOTICE_S
                assert total == number
        assert client.get("/v1/stats").json()["pending"] == 0


@contextmanager
def writing_when_free(service: Service) -> Iterator[IndexWriter]:
    """The writer, once the server has put the lock down that it may just be holding."""
    deadline_s = time.monotonic() + START_S
    with ExitStack() as stack:
        while True:
            try:
                writer = stack.enter_context(service.writing())
                break
            except IndexLocked:
                assert time.monotonic() < deadline_s
                time.sleep(0.01)
        yield writer


def searched(client: httpx.Client) -> int:
    """How many articles a search finds; it must never fail."""
    answer = client.get("/v1/search", params={"q": "ferry", "mode": "semantic"})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["total"]["value"])


def test_many_askers_at_once(server: Server) -> None:
    statuses: list[int] = []
    with httpx.Client(base_url=server.address(), timeout=30) as client:
        client.post("/v1/articles", json=list(RECORDS))

        def ask() -> None:
            for _ in range(10):
                statuses.append(client.get("/v1/search?q=ferry").status_code)

        askers = [threading.Thread(target=ask) for _ in range(8)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
    assert statuses == [200] * 80


def test_ctrl_c_stops_it_quietly(server: Server) -> None:
    server.address()
    assert server.stop(signal.SIGINT) == 0
    assert "Traceback" not in "".join(server.log)


def test_a_request_under_way_is_answered_before_it_stops(server: Server, tmp_path: Path) -> None:
    with httpx.Client(base_url=server.address(), timeout=30) as client:
        client.post("/v1/articles", json=RECORDS[0])
        answers: list[object] = []

        def ask() -> None:
            answer = client.post("/v1/articles", json=RECORDS[1])
            answers.append((answer.status_code, answer.json().get("searchable")))

        # Held by another writer, the request waits for the index until the server is told to stop.
        with service_in(tmp_path / "data") as other, writing_when_free(other):
            asker = threading.Thread(target=ask)
            asker.start()
            deadline_s = time.monotonic() + START_S
            while other.archive.article_count() < 2 and time.monotonic() < deadline_s:
                time.sleep(0.01)
            server.stop(signal.SIGTERM)
            asker.join()
    assert answers == [(200, False)]
