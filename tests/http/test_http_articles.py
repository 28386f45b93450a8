"""Articles over HTTP: posting, reading, deleting, and what is refused."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from newsrooms import RECORDS, articles_of, service_in
from waiting import wait_until

from api.app import create_app
from api.service.reading_room import ReadingRoom
from search.request import Mode

PROBLEM = "application/problem+json"
LINES = {"Content-Type": "application/x-ndjson"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A server that starts with nothing at all."""
    flags = {"index_wait_s": 60, "max_body_bytes": 20_000, "max_batch": 10}
    with (
        service_in(tmp_path / "data", **flags) as service,
        TestClient(create_app(service), raise_server_exceptions=False) as client,
    ):
        yield client


def found(client: TestClient, query: str) -> list[str]:
    answer = client.get("/v1/search", params={"q": query, "mode": "keyword"})
    assert answer.status_code == 200, answer.text
    return [hit["id"] for hit in answer.json()["hits"]]


def test_an_empty_archive_is_ready_and_finds_nothing(client: TestClient) -> None:
    assert client.get("/health/live").json() == {"status": "live"}
    wait_until(lambda: client.get("/health/ready").is_success, "the server")
    assert client.get("/health/ready").json()["status"] == "ready"
    for mode in Mode:
        empty = client.get("/v1/search", params={"q": "ferry", "mode": mode, "facets": "source"})
        assert (empty.status_code, empty.json()["hits"]) == (200, []), empty.text
        assert empty.json()["total"]["value"] == 0
    for path in (
        "/v1/search?q=source:gazette", "/v1/search?q=ferry&sort=newest",
        "/v1/search?q=ferry&fusion=rrf", "/v1/search?q=%22night+ferry%22&feedback=true&by=month",
        "/v1/suggest?q=fer", "/v1/trends?q=ferry&q=bridge", "/v1/stories",
        "/v1/search.atom?q=ferry", "/stories", "/trends?q=ferry", "/status",
    ):  # fmt: skip
        assert client.get(path).status_code == 200, (path, client.get(path).text)
    assert client.get("/v1/articles/nothing").status_code == 404
    assert client.get("/v1/stats").json()["articles"] == 0
    for page in (client.get("/"), client.get("/?q=ferry")):
        assert (page.status_code, "newsearch index" in page.text) == (200, True)
    client.post("/v1/articles", json=RECORDS[0])
    assert client.get("/health/ready").json()["status"] == "ready"
    assert found(client, "harbour") == ["ferry-1"]


def test_an_index_that_was_lost_is_not_an_empty_archive(tmp_path: Path) -> None:
    with service_in(tmp_path / "data") as service:
        client = TestClient(create_app(service))  # nothing runs in the background
        assert client.get("/v1/search?q=ferry").status_code == 200
        service.archive.put(articles_of(service))
        assert client.get("/v1/search?q=ferry").json()["hits"] == [], "the first are being indexed"
        service.upkeep.sync()
        assert found(client, "ferry")
        shutil.rmtree(service.settings.index_folder)
        lost = client.get("/v1/search?q=ferry")
        assert (lost.status_code, lost.headers["content-type"]) == (503, PROBLEM)
        assert lost.json()["type"] == "urn:problem-type:newsearch:no-index"
        assert client.get("/health/ready").status_code == 503


def test_one_article_posted_read_updated_deleted(client: TestClient) -> None:
    body = client.post("/v1/articles", json=RECORDS[0]).json()
    assert (body["added"], body["updated"], body["failed"]) == (1, 0, 0)
    assert body["articles"] == [{"id": "ferry-1", "status": "added"}]
    assert body["searchable"] is True
    assert found(client, "harbour") == ["ferry-1"]

    article = client.get("/v1/articles/ferry-1").json()
    assert article["text"] == RECORDS[0]["text"]
    assert article["authors"] == ["Ada Quill"]
    assert article["metadata"] == {"desk": "harbour"}

    again = client.post("/v1/articles", json=RECORDS[0]).json()
    assert (again["unchanged"], again["searchable"]) == (1, True)
    changed = {**RECORDS[0], "text": "The lighthouse keeper retires."}
    assert client.post("/v1/articles", json=changed).json()["updated"] == 1
    assert (found(client, "dockers"), found(client, "lighthouse")) == ([], ["ferry-1"])

    assert client.delete("/v1/articles/ferry-1").json() == {
        "deleted": ["ferry-1"],
        "searchable": True,
    }
    assert found(client, "lighthouse") == []
    assert client.get("/v1/articles/ferry-1").status_code == 404
    gone = client.delete("/v1/articles/ferry-1")
    assert (gone.status_code, gone.headers["content-type"]) == (404, PROBLEM)


def test_ids_may_hold_slashes(client: TestClient) -> None:
    client.post("/v1/articles", json=list(RECORDS))
    assert client.get("/v1/articles/world/bridge-1").json()["id"] == "world/bridge-1"
    assert client.get("/v1/articles/world%2Fbridge-1").json()["id"] == "world/bridge-1"


def test_lines_with_broken_ones_between(client: TestClient) -> None:
    lines = [
        json.dumps(RECORDS[0]),
        '{"text": "cut off',
        "",
        json.dumps(RECORDS[1], ensure_ascii=False),
        '{"source": "Gazette"}',
        "[1]",
    ]
    body = client.post("/v1/articles", content="\n".join(lines).encode(), headers=LINES).json()
    assert (body["added"], body["failed"]) == (2, 3)
    assert [failure["place"] for failure in body["failures"]] == ["line 2", "line 5", "line 6"]
    assert "text" in body["failures"][1]["why"]
    assert found(client, "ferry fares")[0] == "ferry-2"


def test_a_list_with_a_broken_article(client: TestClient) -> None:
    body = client.post("/v1/articles", json=[RECORDS[0], {"text": 5}, RECORDS[1]]).json()
    assert (body["added"], body["failed"]) == (2, 1)
    assert body["failures"][0]["place"] == "article 2"


def test_nothing_readable_is_a_problem(client: TestClient) -> None:
    answer = client.post("/v1/articles", json={"source": "Gazette"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)
    assert answer.json()["failures"][0]["place"] == "article"


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{", {"Content-Type": "application/json"}, 400),
        (b"\xff", {"Content-Type": "application/json"}, 400),
        (b"[" * 15_000, {"Content-Type": "application/json"}, 400),
        (b'{"text": "a"}', {"Content-Type": "text/plain"}, 415),
        (b'{"text": "a"}', {"Content-Type": ""}, 415),
        (b'{"text": "Some words."}\n' * 11, LINES, 413),
    ],
)
def test_bodies_that_are_refused(
    client: TestClient, content: bytes, headers: dict[str, str], status: int
) -> None:
    answer = client.post("/v1/articles", content=content, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    assert answer.json()["status"] == status
    assert client.get("/v1/stats").json()["archived"] == 0


def test_a_body_without_a_declared_length_is_counted_while_it_is_read(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(30):
            yield b" " * 1000

    answer = client.post("/v1/articles", content=endless(), headers=LINES)
    assert (answer.status_code, answer.headers["content-type"]) == (413, PROBLEM)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/articles/none", 404),
        ("PUT", "/v1/articles/ferry-1", 405),
        ("GET", "/v1/articles", 405),
        ("DELETE", "/v1/search", 405),
        ("GET", "/v1/stats?verbose=1", 400),
        ("GET", "/health/live?x=1", 400),
    ],
)
def test_addresses_that_are_refused(
    client: TestClient, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert status != 405 or "Allow" in answer.headers


def test_a_bug_is_a_problem_without_details(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(room: ReadingRoom, article_id: str) -> None:
        raise KeyError(f"/home/somebody/{article_id}")

    monkeypatch.setattr(ReadingRoom, "article", broken)
    answer = client.get("/v1/articles/x")
    assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
    assert "somebody" not in answer.text


def test_what_another_process_archived_becomes_searchable(
    client: TestClient, tmp_path: Path
) -> None:
    client.post("/v1/articles", json=RECORDS[0])
    indexer = client.app.state.indexer  # type: ignore[attr-defined]
    with service_in(tmp_path / "data") as other:
        outcomes = other.archive.put(articles_of(other))
    assert indexer.wait_until_searchable(outcomes[-1].revision, 60)
    assert found(client, "bridge") == ["world/bridge-1"]


def test_openapi_documents_every_route_with_problems(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert set(document["paths"]) >= {"/v1/search", "/v1/articles", "/v1/stats", "/v1/alerts"}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            kinds = [set(answer.get("content", {})) for answer in operation["responses"].values()]
            assert path.startswith("/health/") or any(
                "application/problem+json" in kind for kind in kinds
            ), f"{method} {path}"
    search = document["paths"]["/v1/search"]["get"]
    answers = search["responses"]
    assert "application/problem+json" in answers["400"]["content"]
    assert answers["200"]["content"]["application/json"]["example"]["hits"]
    names = {
        parameter["name"] for parameter in document["paths"]["/v1/search"]["get"]["parameters"]
    }
    assert {"q", "from", "to", "lang", "cursor"} <= names


def test_answers_carry_hardening_headers(client: TestClient) -> None:
    assert client.get("/health/live").headers["x-content-type-options"] == "nosniff"
