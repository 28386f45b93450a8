"""A real server in a process of its own: it starts with nothing, notices other writers, and stops.

Port 0 everywhere; the printed address is the one to ask.
"""

import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from newsrooms import RECORDS, articles_of, service_in
from ports import closed_port
from server_process import Server, running
from waiting import PATIENCE_S, wait_until

from index.runtime.lock_wait import wait_for_lock


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path / "data") as server:
        yield server


def test_another_process_commits_while_it_answers(server: Server, tmp_path: Path) -> None:
    with httpx.Client(base_url=server.address(), timeout=PATIENCE_S) as client:
        assert client.get("/health/live").status_code == 200
        assert client.get("/health/ready").status_code == 200
        assert client.post("/v1/articles", json=RECORDS[0]).json()["searchable"]
        with service_in(tmp_path / "data") as other:
            others = articles_of(other, RECORDS[1:])
            for number, article in enumerate(others, start=2):
                with wait_for_lock(other.upkeep.writing, time.sleep) as writer:
                    other.archive.put([article])
                    other.upkeep.catch_up(writer)
                wait_until(partial(finds, client, number), "that the server sees the commit")
        assert client.get("/v1/stats").json()["pending"] == 0


def finds(client: httpx.Client, articles: int) -> bool:
    """Whether a search finds so many already; it must never fail, nor find more."""
    answer = client.get("/v1/search", params={"q": "ferry", "mode": "semantic", "match": "all"})
    assert answer.status_code == 200, answer.text
    found = answer.json()["total"]["value"]
    assert found <= articles
    return bool(found == articles)


def test_many_askers_at_once(server: Server) -> None:
    statuses: list[int] = []
    with httpx.Client(base_url=server.address(), timeout=PATIENCE_S) as client:
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


def test_ctrl_c_stops_it_quietly(tmp_path: Path) -> None:
    with running(tmp_path / "data") as server:
        server.address()
        assert server.stop(signal.SIGINT) == 0
    # Everything that it wrote has been read now.
    assert "Traceback" not in "".join(server.log)


def test_a_request_under_way_is_answered_before_it_stops(server: Server, tmp_path: Path) -> None:
    with httpx.Client(base_url=server.address(), timeout=PATIENCE_S) as client:
        client.post("/v1/articles", json=RECORDS[0])
        answers: list[object] = []

        def ask() -> None:
            answer = client.post("/v1/articles", json=RECORDS[1])
            answers.append((answer.status_code, answer.json().get("searchable")))

        # Held by another writer, the request waits for the index until the server is told to stop.
        with (
            service_in(tmp_path / "data") as other,
            wait_for_lock(other.upkeep.writing, time.sleep),
        ):
            asker = threading.Thread(target=ask)
            asker.start()
            wait_until(lambda: other.archive.article_count() == 2, "that it is archived")
            server.stop(signal.SIGTERM)
            asker.join()
    assert answers == [(200, False)]


def test_with_json_logs_every_line_is_json(tmp_path: Path) -> None:
    with running(tmp_path / "data", log_format="json") as server:
        with httpx.Client(base_url=server.address(), timeout=PATIENCE_S) as client:
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


def test_a_question_under_way_is_answered_before_it_stops(tmp_path: Path) -> None:
    with (
        running(tmp_path / "data", request_deadline_s=PATIENCE_S) as server,
        httpx.Client(base_url=server.address(), timeout=PATIENCE_S) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        assert client.post("/v1/articles", json=RECORDS[0]).json()["searchable"]
        url = f"{client.base_url}/v1/search?q=held"
        asked = pool.submit(httpx.get, url, timeout=PATIENCE_S)
        wait_until(lambda: metric(client, 'newsearch_working{lane="questions"}'), "the question")
        server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: is_refused(url), "that it takes no more requests")
        assert not asked.done()
        (tmp_path / "go").touch()
        assert asked.result(PATIENCE_S).status_code == 200
        assert server.process.wait(PATIENCE_S) == 0


def is_refused(url: str) -> bool:
    """Whether nobody takes connections there any more."""
    address = urlsplit(url)
    with socket.socket() as probe:
        return probe.connect_ex((address.hostname, address.port)) != 0


def metric(client: httpx.Client, name: str) -> float:
    """The value of a metric."""
    lines = client.get("/metrics").text.splitlines()
    return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} "))


def test_it_says_that_it_is_to_stop_while_it_still_answers(tmp_path: Path) -> None:
    """For as long as it was told to; a second signal, Ctrl-C, ends that."""
    with running(tmp_path / "data", drain_s=3600) as server:
        url = server.address()
        client = httpx.Client(base_url=url, timeout=PATIENCE_S)
        client.post("/v1/articles", json=RECORDS[0])
        assert client.get("/health/ready").status_code == 200
        server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: client.get("/health/ready").status_code != 200, "the signal")
        answer = client.get("/health/ready")
        assert answer.json()["type"] == "urn:problem-type:newsearch:draining"
        assert httpx.get(f"{url}/v1/search?q=ferry", timeout=PATIENCE_S).status_code == 200
        assert client.get("/health/live").status_code == 200
        client.close()
        assert server.stop(signal.SIGINT) == 0


def test_commits_and_rebuilds_beside_it_drop_no_request(server: Server) -> None:
    statuses: list[int] = []
    stop = threading.Event()
    url = server.address()

    def ask_on() -> None:
        with httpx.Client(base_url=url, timeout=PATIENCE_S) as client:
            while not stop.is_set():
                answer = client.get("/v1/search", params={"q": "ferry", "facets": "source"})
                statuses.append(answer.status_code)

    with httpx.Client(base_url=url, timeout=PATIENCE_S) as client:
        assert client.post("/v1/articles", json=list(RECORDS)).json()["searchable"]
        askers = [threading.Thread(target=ask_on) for _ in range(3)]
        for asker in askers:
            asker.start()
        snapshots = set()
        for number in range(5):
            record = {**RECORDS[0], "id": f"more-{number}", "text": f"Ferry number {number}."}
            assert client.post("/v1/articles", json=record).json()["searchable"]
            job = client.post("/v1/reindex").json()
            wait_until(partial(is_done, client, job["id"]), "the rebuild")
            snapshots.add(client.get("/health/ready").json()["snapshot"])
        wait_until(lambda: len(statuses) > 3, "that the askers ask")
        stop.set()
        for asker in askers:
            asker.join()
    assert len(snapshots) == 5
    assert set(statuses) == {200}


def is_done(client: httpx.Client, job_id: str) -> bool:
    return bool(client.get(f"/v1/jobs/{job_id}").json()["state"] == "done")


def test_a_collector_that_is_away_does_not_keep_it_from_stopping(tmp_path: Path) -> None:
    with (
        closed_port() as port,
        running(tmp_path / "data", otel_endpoint=f"http://127.0.0.1:{port}/v1/traces") as server,
    ):
        url = server.address()
        httpx.post(f"{url}/v1/articles", json=RECORDS[0], timeout=PATIENCE_S)
        assert httpx.get(f"{url}/v1/search?q=ferry", timeout=PATIENCE_S).status_code == 200
        assert server.stop(signal.SIGTERM) == 0
