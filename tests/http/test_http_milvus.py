"""The whole product on a real Milvus server: as on one machine, and through restarts and kills."""

import functools
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import milvus_server
import pytest
from bodies import difference, parsed
from fastapi.testclient import TestClient
from milvus_server import MilvusServer
from newsrooms import RECORDS, articles_of, service_in
from waiting import wait_until

from api.app import create_app
from api.service.service import Service
from index.build.pipeline import catch_up
from index.errors import IndexLocked, IndexMissing, IndexUnreachable
from index.milvus.connection import Connection
from index.milvus.writer import MilvusWriter
from index.query import Everything, Word

IMPATIENCE_S = 1.0
ARTICLES = 300
HERE = "http://127.0.0.1:8000"


@pytest.fixture
def own_server() -> Iterator[MilvusServer]:
    """A server that a test may stop and kill."""
    if not milvus_server.is_installed():
        pytest.skip("Milvus Lite is not installed (pip install 'newsearch[dev]')")
    server = MilvusServer()
    server.start()
    yield server
    server.close()


@contextmanager
def newsroom(folder: Path, server: MilvusServer, **flags: object) -> Iterator[Service]:
    """A service whose index lies on a server, where it has a prefix of its own."""
    place = {"backend": "milvus", "milvus_uri": server.uri, "milvus_prefix": prefix_of(folder)}
    with service_in(folder, **place, **flags) as service:
        yield service


def prefix_of(folder: Path) -> str:
    return f"news_{uuid.uuid5(uuid.NAMESPACE_URL, str(folder)).hex}"


def serving(service: Service) -> TestClient:
    return TestClient(create_app(service), base_url=HERE, raise_server_exceptions=False)


def be_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a server count as unreachable soon."""
    impatient = functools.partial(Connection, patience_s=IMPATIENCE_S)
    monkeypatch.setattr("api.service.milvus_index.Connection", impatient)


def quay(number: int) -> str:
    """A word that no other record has."""
    return "quay" + "".join("bcdfghjklm"[int(digit)] for digit in f"{number:03d}")


def record(number: int) -> dict[str, Any]:
    text = f"The ferry left {quay(number)}. Nobody saw it leave."
    return {"id": f"n{number}", "title": f"Ferry {number}", "text": text, "lang": "en"}


def total(client: TestClient, query: str) -> int:
    answer = client.get("/v1/search", params={"q": query, "mode": "keyword"})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["total"]["value"])


def until_found(client: TestClient, query: str) -> None:

    def is_found() -> bool:
        answer = client.get("/v1/search", params={"q": query, "mode": "keyword"})
        return answer.status_code == 200 and answer.json()["total"]["value"] > 0

    wait_until(is_found, f"that {query} is found")


def test_a_restarted_milvus_loses_nothing_and_is_answered_503_meanwhile(
    tmp_path: Path, own_server: MilvusServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_impatient(monkeypatch)
    with newsroom(tmp_path, own_server, index_wait_s=1) as service, serving(service) as client:
        assert client.post("/v1/articles", json=[record(1)]).status_code == 200
        until_found(client, quay(1))
        own_server.stop(kill=True)
        refused = client.get("/v1/search", params={"q": quay(1), "mode": "keyword"})
        assert (refused.status_code, refused.json()["type"].rsplit(":", 1)[-1]) == (
            503, "index-unreachable",
        )  # fmt: skip
        assert int(refused.headers["Retry-After"]) > 0
        posted = client.post("/v1/articles", json=[record(2)])
        assert (posted.status_code, posted.json()["searchable"]) == (200, False)
        assert client.get("/v1/articles/n2").status_code == 200
        assert client.get("/health/live").status_code == 200
        own_server.start()
        until_found(client, quay(2))
        assert total(client, "ferry") == 2


def test_questions_during_a_restart_are_answered_or_refused(
    tmp_path: Path, own_server: MilvusServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never a wrong answer, never an unexpected error."""
    be_impatient(monkeypatch)
    with newsroom(tmp_path, own_server) as service, serving(service) as client:
        client.post("/v1/articles", json=[record(number) for number in range(5)])
        until_found(client, quay(4))
        answers: Counter[tuple[int, int | None]] = Counter()
        ended = threading.Event()

        def ask() -> None:
            while not ended.is_set():
                answer = client.get("/v1/search", params={"q": "ferry", "mode": "keyword"})
                body = answer.json()
                count = body["total"]["value"] if answer.status_code == 200 else None
                answers[answer.status_code, count] += 1

        asking = [threading.Thread(target=ask) for _ in range(3)]
        for thread in asking:
            thread.start()
        own_server.stop(kill=True)
        wait_until(lambda: answers[503, None], "a refusal")
        before = answers[200, 5]
        own_server.start()
        wait_until(lambda: answers[200, 5] > before, "an answer after the restart")
        ended.set()
        for thread in asking:
            thread.join()
    assert set(answers) == {(200, 5), (503, None)}, answers


def assert_whole(service: Service) -> None:
    snapshot = service.store.snapshot()
    ids = snapshot.article_ids(snapshot.match(Everything(), 2 * ARTICLES).keys)
    assert sorted(ids) == sorted(f"n{number}" for number in range(ARTICLES))
    stats = snapshot.stats()
    assert (stats.articles, stats.chunks) == (ARTICLES, ARTICLES)
    for number in (0, 17, 255, ARTICLES - 1):
        found = snapshot.match(Word(quay(number)), 5)
        assert snapshot.article_ids(found.keys) == [f"n{number}"]


@pytest.mark.parametrize("kills_at", [1, 2, 3])
def test_milvus_is_killed_while_it_is_written_to(
    tmp_path: Path,
    own_server: MilvusServer,
    monkeypatch: pytest.MonkeyPatch,
    kills_at: int,
) -> None:
    """Killed before one of the calls that write rows; what was half written is not shown twice."""
    be_impatient(monkeypatch)
    monkeypatch.setattr("index.milvus.writer.ROWS_OF_A_CALL", 100)
    writes = 0
    whole_upsert = MilvusWriter._upsert

    def kill_then_upsert(writer: MilvusWriter, data: list[dict[str, Any]]) -> None:
        nonlocal writes
        writes += 1
        if writes == kills_at:
            own_server.stop(kill=True)
        whole_upsert(writer, data)

    with newsroom(tmp_path, own_server) as service:
        service.archive.put(articles_of(service, [record(number) for number in range(ARTICLES)]))
        monkeypatch.setattr(MilvusWriter, "_upsert", kill_then_upsert)
        with pytest.raises(IndexUnreachable):
            service.upkeep.sync()
        own_server.start()
        index_when_possible(service)
        assert_whole(service)
        assert service.upkeep.pending() == 0


PROGRAM = Path(__file__).parents[1] / "support" / "killed_on_milvus.py"


@pytest.mark.parametrize(("step", "count"), [("rows", 1), ("rows", 3), ("seen", 1), ("ledger", 1)])
def test_an_indexer_killed_in_a_commit_shows_nothing_half(
    tmp_path: Path, milvus: MilvusServer, step: str, count: int
) -> None:
    command = [sys.executable, str(PROGRAM), str(tmp_path), milvus.uri, prefix_of(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with newsroom(tmp_path, milvus) as service:
        service.archive.put(articles_of(service, [record(number) for number in range(ARTICLES)]))
        done = subprocess.run(
            [*command, step, str(count)], env=environment, capture_output=True, check=False
        )
        assert done.returncode == -signal.SIGKILL, done.stderr.decode()
        with pytest.raises(IndexMissing):
            service.store.snapshot()
        index_when_possible(service)
        assert_whole(service)


def index_when_possible(service: Service) -> None:
    """Index, once the lease of a killed one has run out, and the server is back."""

    def is_indexed() -> bool:
        try:
            with service.upkeep.writing() as writer:
                catch_up(service.archive, writer, service.upkeep.encoder())
        except (IndexLocked, IndexUnreachable):
            return False
        return True

    wait_until(is_indexed, "that it can be indexed")


Probe = tuple[str, str, Mapping[str, Any]]

WORDS = (
    "ferry",
    "Hafen",
    "fer*",
    '"night ferry"',
    "brigde~1",
    "mayor OR fares",
    "ferry -fares",
    "",
)
PROBES: tuple[Probe, ...] = (
    *(("GET", "/v1/search", {"q": word, "mode": mode, "facets": "source,language,date,section"})
      for word in WORDS for mode in ("keyword", "hybrid", "semantic")
      if word or mode == "keyword"),
    ("GET", "/v1/search", {"q": "ferry", "source": "Port Gazette", "sort": "newest"}),
    ("GET", "/v1/search", {"q": "ferry", "from": "2025-04", "limit": 1}),
    ("GET", "/v1/search", {"q": "ferry", "feedback": True, "mode": "keyword"}),
    ("GET", "/v1/search.rss", {"q": "ferry"}),
    ("GET", "/v1/suggest", {"q": "fer"}),
    ("GET", "/v1/suggest", {"q": "night f"}),
    ("GET", "/v1/stories", {}),
    ("GET", "/v1/trends", {"q": "ferry", "by": "month", "normalise": True}),
    ("GET", "/v1/similar/ferry-1", {}),
    ("GET", "/v1/copies/ferry-1", {}),
    ("GET", "/v1/articles/ferry-1", {}),
    ("GET", "/v1/articles/nowhere", {}),
)  # fmt: skip


def told(client: TestClient, probe: Probe) -> object:
    """An answer without what says where and when it was made.

    Without scores, too: on Milvus they keep the mean length of the first commit until a rebuild.
    """
    method, path, parameters = probe
    answer = client.request(method, path, params=dict(parameters))
    return [answer.status_code, parsed(answer, omitted_keys=VARYING)]


VARYING = {
    "took_ms", "snapshot", "cursor", "next", "request_id", "ingested_at", "stages", "score",
    "parts",
}  # fmt: skip


def test_every_route_answers_as_on_one_machine(
    tmp_path: Path, milvus: MilvusServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.archive.sql_archive.now", lambda: "2026-01-02T03:04:05+00:00")
    with (
        service_in(tmp_path / "here", index_wait_s=60) as local,
        newsroom(tmp_path / "there", milvus, index_wait_s=60) as remote,
        serving(local) as here,
        serving(remote) as there,
    ):
        for client in (here, there):
            answer = client.post("/v1/articles", json=list(RECORDS))
            assert answer.json()["searchable"], answer.text
        settled(local, remote)
        assert_same(here, there)
        for client in (here, there):
            assert client.delete("/v1/articles/ferry-2").status_code == 200
        settled(local, remote)
        for client in (here, there):
            changed = {**RECORDS[3], "text": "The mayor closed the bridge. A ferry goes instead."}
            assert client.post("/v1/articles", json=[changed]).json()["searchable"]
        settled(local, remote)
        assert_same(here, there)
        for client in (here, there):
            job = client.post("/v1/reindex").json()
            assert_done(client, job["id"])
            assert client.get("/v1/stats").json()["pending"] == 0
        settled(local, remote)
        assert_same(here, there)


def settled(*services: Service) -> None:
    """Wait for copies and stories, which come after an article can be found."""
    wait_until(lambda: not any(service.upkeep.is_behind() for service in services))


def assert_same(here: TestClient, there: TestClient) -> None:
    for probe in PROBES:
        assert not difference(told(there, probe), told(here, probe)), probe


def assert_done(client: TestClient, job_id: str) -> None:
    def state() -> str:
        return str(client.get(f"/v1/jobs/{job_id}").json()["state"])

    wait_until(lambda: state() not in ("queued", "running"), "the end of the job")
    assert state() == "done"
