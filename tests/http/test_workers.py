"""A server of two workers: they share the index, one works in the background, deaths pass."""

import os
import re
import signal
import threading
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from newsrooms import RECORDS, service_in
from server_process import Server, running
from waiting import PATIENCE_S, wait_until

PROGRAM = "serve_workers.py"
ASKED = 40

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills processes by signals")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with running(tmp_path / "data", PROGRAM) as server:
        yield server


def elected(server: Server) -> int:
    """The process that does the background work."""
    return int(server.wait_for(r"elected: process (\d+)")[1])


def workers(server: Server) -> set[int]:
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text()
    commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children.split()}
    return {pid for pid, command in commands.items() if b"spawn_main" in command}


def ask(server: Server, path: str) -> httpx.Response:
    """Each time on a connection of its own, which any worker may accept."""
    return httpx.get(f"{server.address()}{path}", timeout=PATIENCE_S)


def post(server: Server, record: Mapping[str, Any]) -> httpx.Response:
    return httpx.post(f"{server.address()}/v1/articles", json=dict(record), timeout=PATIENCE_S)


def searchable(server: Server) -> set[int]:
    """How many articles the workers say can be found."""
    answers = [ask(server, "/v1/stats") for _ in range(ASKED)]
    assert {answer.status_code for answer in answers} == {200}
    return {answer.json()["articles"] for answer in answers}


def all_find(server: Server, articles: int) -> bool:
    return searchable(server) == {articles}


def test_what_one_worker_takes_all_of_them_find(server: Server) -> None:
    for number, record in enumerate(RECORDS, start=1):
        assert post(server, record).json()["searchable"]
        wait_until(partial(all_find, server, number), "that all workers find it")


def test_metrics_are_those_of_all_workers(server: Server) -> None:
    post(server, RECORDS[0])
    before = counted(server, "/v1/stats")
    searchable(server)
    assert counted(server, "/v1/stats") == before + ASKED
    text = ask(server, "/metrics").text
    assert len(re.findall(r"^newsearch_archived_articles ", text, re.M)) == 1
    assert re.search(r'^newsearch_working\{lane="questions"\} 0', text, re.M)
    assert re.search(r"^process_resident_memory_bytes \d", text, re.M)


def counted(server: Server, route: str) -> float:
    found = re.findall(
        rf'^newsearch_requests_total\{{.*route="{route}".*\}} (\S+)',
        ask(server, "/metrics").text,
        re.M,
    )
    return sum(map(float, found))


def test_the_death_of_the_elected_worker_fails_no_later_request(server: Server) -> None:
    post(server, RECORDS[0])
    wait_until(lambda: len(workers(server)) == 2, "both workers")
    before, first = workers(server), elected(server)
    assert first in before
    os.kill(first, signal.SIGKILL)
    heir = server.wait_for(rf"elected: process (?!{first}\b)(\d+)")[1]
    assert post(server, RECORDS[1]).json()["searchable"], f"indexed by {heir}"
    wait_until(lambda: len(workers(server) - {first}) == 2, "the worker in its place")
    wait_until(partial(all_find, server, 2), "that all workers find it")


def test_requests_in_progress_are_answered_before_it_stops(server: Server, tmp_path: Path) -> None:
    post(server, RECORDS[0])
    answers: list[int] = []

    def ask_held() -> None:
        answers.append(ask(server, "/v1/search?q=held+ferry").status_code)

    askers = [threading.Thread(target=ask_held) for _ in range(4)]
    for asker in askers:
        asker.start()
    wait_until(lambda: working(server) >= len(askers), "that all requests are in progress")
    server.process.send_signal(signal.SIGTERM)
    (tmp_path / "go").touch()
    for asker in askers:
        asker.join(PATIENCE_S)
    assert answers == [200] * len(askers)
    assert server.process.wait(PATIENCE_S) == 0
    assert "Traceback" not in "".join(server.log)
    with service_in(tmp_path / "data") as service:
        assert service.upkeep.pending() == 0


def working(server: Server) -> float:
    found = re.search(
        r'^newsearch_working\{lane="questions"\} (\S+)', ask(server, "/metrics").text, re.M
    )
    return float(found[1]) if found else 0.0


def test_workers_do_not_outlive_the_supervisor(server: Server) -> None:
    post(server, RECORDS[0])
    left = workers(server)
    server.process.kill()
    server.process.wait()
    wait_until(lambda: not any(map(is_alive, left)), "that the workers end")


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
