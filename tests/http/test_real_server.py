"""A real server in a process of its own: it starts with nothing, notices other writers, and stops.

Port 0 everywhere; the printed address is the one to ask.
"""

import json
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from newsrooms import RECORDS, articles_of, service_in
from server_process import START_S, Server, running

from api.service.service import Service
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
                    other.upkeep.catch_up(writer)
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
                writer = stack.enter_context(service.upkeep.writing())
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


def test_with_json_logs_every_line_is_json(tmp_path: Path) -> None:
    with running(tmp_path / "data", log_format="json") as server:
        with httpx.Client(base_url=server.address(), timeout=30) as client:
            client.post("/v1/articles", json=RECORDS[0])
            client.get("/v1/search?q=%0Aferry")
            client.get("/v1/search?q=%22", headers={"X-Request-Id": "mine"})
        assert server.stop(signal.SIGTERM) == 0
    # Everything that it wrote has been read now.
    entries = [json.loads(line) for line in server.log]
    asked = [entry for entry in entries if entry["logger"] == "newsearch.access"]
    assert [entry["status"] for entry in asked] == [200, 200, 400]
    assert asked[-1]["request_id"] == "mine"
    assert entries[-1]["message"] == "stopped"


def test_a_question_under_way_is_answered_before_it_stops(server: Server) -> None:
    with httpx.Client(base_url=server.address(), timeout=30) as client:
        assert client.post("/v1/articles", json=RECORDS[0]).json()["searchable"]
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(httpx.get, f"{client.base_url}/v1/search?q=slowly", timeout=30)
            while not metric(client, 'newsearch_working{lane="questions"}'):
                assert not asked.done()
            assert server.stop(signal.SIGTERM) == 0
            assert asked.result().status_code == 200


def metric(client: httpx.Client, name: str) -> float:
    """The value of a metric."""
    lines = client.get("/metrics").text.splitlines()
    return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} "))


def test_it_says_that_it_is_to_stop_while_it_still_answers(tmp_path: Path) -> None:
    with running(tmp_path / "data", drain_s=2.0) as server:
        url = server.address()
        client = httpx.Client(base_url=url, timeout=30)
        client.post("/v1/articles", json=RECORDS[0])
        assert client.get("/health/ready").status_code == 200
        server.process.send_signal(signal.SIGTERM)
        deadline_s = time.monotonic() + START_S
        while client.get("/health/ready").status_code == 200:
            assert time.monotonic() < deadline_s
        answer = client.get("/health/ready")
        assert answer.json()["type"] == "urn:problem-type:newsearch:draining"
        assert httpx.get(f"{url}/v1/search?q=ferry", timeout=30).status_code == 200
        assert client.get("/health/live").status_code == 200
        client.close()
        assert server.process.wait(START_S) == 0


def test_commits_and_rebuilds_beside_it_drop_no_request(server: Server) -> None:
    statuses: list[int] = []
    stop = threading.Event()
    url = server.address()

    def ask_on() -> None:
        with httpx.Client(base_url=url, timeout=30) as client:
            while not stop.is_set():
                answer = client.get("/v1/search", params={"q": "ferry", "facets": "source"})
                statuses.append(answer.status_code)

    with httpx.Client(base_url=url, timeout=30) as client:
        assert client.post("/v1/articles", json=list(RECORDS)).json()["searchable"]
        askers = [threading.Thread(target=ask_on) for _ in range(3)]
        for asker in askers:
            asker.start()
        snapshots = set()
        for number in range(5):
            record = {**RECORDS[0], "id": f"more-{number}", "text": f"Ferry number {number}."}
            assert client.post("/v1/articles", json=record).json()["searchable"]
            job = client.post("/v1/reindex").json()
            deadline_s = time.monotonic() + START_S
            while client.get(f"/v1/jobs/{job['id']}").json()["state"] != "done":
                assert time.monotonic() < deadline_s
                time.sleep(0.05)
            snapshots.add(client.get("/health/ready").json()["snapshot"])
        stop.set()
        for asker in askers:
            asker.join()
    assert len(snapshots) == 5
    assert len(statuses) > 3
    assert set(statuses) == {200}


def test_a_collector_that_is_away_does_not_keep_it_from_stopping(tmp_path: Path) -> None:
    endpoint = "http://127.0.0.1:9/v1/traces"  # where nobody listens
    with running(tmp_path / "data", otel_endpoint=endpoint) as server:
        url = server.address()
        httpx.post(f"{url}/v1/articles", json=RECORDS[0], timeout=30)
        assert httpx.get(f"{url}/v1/search?q=ferry", timeout=30).status_code == 200
        assert server.stop(signal.SIGTERM) == 0
