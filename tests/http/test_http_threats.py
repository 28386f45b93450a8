"""What somebody who means harm may try over HTTP: reading paths, other origins, forged headers."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio
import pytest
from fastapi.testclient import TestClient
from hashing_encoder import HashingEncoder
from mcp.server.fastmcp.exceptions import ToolError
from newsrooms import articles_of, service_in, settings_in

from api.app import create_app
from api.mcp.server import Tools
from api.problems import KINDS
from api.service.service import Service
from api.stores.jobs import JobKind
from api.stores.keys import Scope
from index.export.writing import ExportFormat

Answer = Any
"""A response of the test client, which has two of them."""

TYPE = "urn:problem-type:newsearch:"
SEARCH = "/v1/search?q=ferry"
PAGES = ("/", "/?q=ferry", "/help", "/status", "/stories", "/trends", "/articles/ferry-1")


@contextmanager
def asked(service: Service) -> Iterator[TestClient]:
    with service, TestClient(create_app(service), raise_server_exceptions=False) as client:
        yield client


def indexed(folder: Path, **flags: object) -> Service:
    """A service over a few articles."""
    with service_in(folder, **flags) as service:
        service.archive.put(articles_of(service))
        service.upkeep.sync()
    return service_in(folder, index_wait_s=0.0, **flags)


def get(folder: Path, path: str, **flags: object) -> Answer:
    with asked(indexed(folder, **flags)) as client:
        return client.get(path)


def post(folder: Path, path: str, body: object, **flags: object) -> Answer:
    with asked(indexed(folder, **flags)) as client:
        return client.post(path, json=body)


def without_index(folder: Path) -> Answer:
    with service_in(folder) as service:
        service.archive.put(articles_of(service))
        return TestClient(create_app(service)).get(SEARCH)  # nothing is indexed in the background


def with_damaged_index(folder: Path) -> Answer:
    service = indexed(folder)
    (service.settings.index_folder / "CURRENT").write_bytes(b"\0" * 64)
    with asked(service) as client:
        return client.get(SEARCH)


def with_unreadable_archive(folder: Path) -> Answer:
    service = indexed(folder)
    service.settings.database_path.write_bytes(b"this is no database, " * 500)
    with service:
        client = TestClient(create_app(service), raise_server_exceptions=False)
        return client.get("/v1/articles/ferry-1")


def with_missing_encoder(folder: Path) -> Answer:
    indexed(folder)
    settings = settings_in(folder, encoder=str(folder / "no-model"))
    with asked(Service(settings)) as client:
        return client.get(SEARCH + "&mode=semantic")


def with_another_encoder(folder: Path) -> Answer:
    indexed(folder)
    other = Service(settings_in(folder), encoder=HashingEncoder(revision="hashing-2"))
    with asked(other) as client:
        return client.get(SEARCH + "&mode=semantic")


def with_a_bug(folder: Path) -> Answer:
    service = indexed(folder)

    def fail() -> str:
        raise RuntimeError(f"{folder}/archive.sqlite")

    service.snapshot_id = fail  # type: ignore[method-assign]
    with asked(service) as client:
        return client.get("/health/ready")


def with_an_old_cursor(folder: Path) -> Answer:
    with asked(indexed(folder)) as client:
        first = client.get(SEARCH + "&limit=1").json()
    with service_in(folder) as service:
        service.archive.put(articles_of(service, [{"id": "new", "text": "Another ferry."}]))
        service.upkeep.sync()
    (folder / "index" / "manifests" / f"{int(first['snapshot']):08d}.json").unlink()
    with asked(service_in(folder)) as client:
        return client.get(SEARCH, params={"q": "ferry", "limit": 1, "cursor": first["cursor"]})


def of_an_ended_job(folder: Path) -> Answer:
    service = indexed(folder)
    job = service.jobs.add(JobKind.REINDEX)
    service.jobs.cancel(job.id)
    with service:
        client = TestClient(create_app(service), raise_server_exceptions=False)
        return client.post(f"/v1/jobs/{job.id}/pause")


def without_a_key(folder: Path) -> Answer:
    service = indexed(folder)
    service.keys.add("reader", [Scope.SEARCH])
    with asked(service) as client:
        return client.get(SEARCH)


def with_the_wrong_scope(folder: Path) -> Answer:
    service = indexed(folder)
    _, token = service.keys.add("writer", [Scope.WRITE])
    with asked(service) as client:
        return client.get(SEARCH, headers={"Authorization": f"Bearer {token}"})


def too_often(folder: Path) -> Answer:
    with asked(indexed(folder, rate_per_s=0.001, rate_burst=1)) as client:
        client.get(SEARCH)
        return client.get(SEARCH)


def of_another_kind(folder: Path) -> Answer:
    with asked(indexed(folder)) as client:
        return client.post("/v1/articles", content=b"x", headers={"Content-Type": "text/x"})


PROVOKED: dict[str, Callable[[Path], Answer]] = {
    "no-index": without_index,
    "index-damaged": with_damaged_index,
    "archive-unusable": with_unreadable_archive,
    "encoder-unusable": with_missing_encoder,
    "snapshot-gone": with_an_old_cursor,
    "encoder-mismatch": with_another_encoder,
    "internal-error": with_a_bug,
    "job-has-ended": of_an_ended_job,
    "bad-query": lambda folder: get(folder, "/v1/search?q=%22ferry+tittle:x"),
    "bad-filter": lambda folder: get(folder, SEARCH + "&from=yesterdayish"),
    "bad-cursor": lambda folder: get(folder, SEARCH + "&cursor=../../etc/passwd"),
    "bad-request": lambda folder: get(folder, "/v1/search?q=x&limit=many&path=/etc"),
    "no-article": lambda folder: get(folder, "/v1/articles/..%2F..%2Fetc%2Fpasswd"),
    "no-story": lambda folder: get(folder, "/v1/stories/none"),
    "no-job": lambda folder: get(folder, "/v1/jobs/none"),
    "no-alert": lambda folder: get(folder, "/v1/alerts/none"),
    "not-found": lambda folder: get(folder, "/etc/passwd"),
    "method-not-allowed": lambda folder: post(folder, "/v1/stats", {}),
    "bad-article": lambda folder: post(folder, "/v1/articles", {"text": 5}),
    "body-too-large": lambda folder: post(folder, "/v1/search", {"q": "x" * 2**21}),
    "unsupported-media-type": of_another_kind,
    "unauthorized": without_a_key,
    "forbidden": with_the_wrong_scope,
    "too-many-requests": too_often,
    "took-too-long": lambda folder: get(folder, SEARCH, request_deadline_s=1e-9),
}  # fmt: skip

ELSEWHERE = {
    "unusable", "index-unusable",  # what a class without a row of its own would get
    "index-busy", "no-key", "bad-feed",  # the command line's
    "no-answer-from-there", "address-refused",  # an alert's own problem
    "index-unreachable", "unsupported",  # a Milvus server's
    "overloaded",  # tests/http/test_http_load.py
}  # fmt: skip
"""Problems whose text is fixed (tests/unit/api/test_problems.py) and that nothing provokes here."""


def secrets(folder: Path) -> list[str]:
    """What no answer may hold."""
    own = Path(__file__).parents[2]
    return [
        str(folder),
        folder.name + "/",
        str(own),
        "Traceback",
        'File "',
        ".sqlite",
        "site-packages",
    ]


@pytest.mark.parametrize("name", PROVOKED)
def test_no_error_tells_a_path_of_the_machine(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "secret-data-folder"
    answer = PROVOKED[name](folder)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == TYPE + name
    told = answer.text + str(answer.headers)
    assert not [secret for secret in secrets(folder) if secret in told]


def test_every_kind_of_problem_is_provoked_somewhere() -> None:
    assert {kind.name for kind in KINDS.values()} <= PROVOKED.keys() | ELSEWHERE
    assert not PROVOKED.keys() & ELSEWHERE


@pytest.mark.parametrize("path", ["/?q=ferry", "/status", "/articles/ferry-1", "/trends?q=ferry"])
def test_pages_tell_no_path_either(path: str, tmp_path: Path) -> None:
    folder = tmp_path / "secret-data-folder"
    service = indexed(folder)
    (service.settings.index_folder / "CURRENT").write_bytes(b"\0" * 64)
    with asked(service) as client:
        answer = client.get(path)
    assert answer.headers["content-type"].startswith("text/html")
    assert not [secret for secret in secrets(folder) if secret in answer.text]


def test_tools_and_jobs_tell_no_path_either(tmp_path: Path) -> None:
    folder = tmp_path / "secret-data-folder"
    service = indexed(folder)
    (service.settings.index_folder / "CURRENT").write_bytes(b"\0" * 64)
    with service:
        with pytest.raises(ToolError) as raised:
            anyio.run(Tools(lambda: service.rooms.unrestricted).search, "ferry")
        assert "damaged" in str(raised.value)
        assert str(folder) not in str(raised.value)
    missing = Service(settings_in(folder, encoder=str(folder / "no-model")))
    with asked(missing) as client:
        job = client.post("/v1/reindex").json()
        lines = client.get(f"/v1/jobs/{job['id']}/events").text.splitlines()
    last = json.loads(lines[-2].removeprefix("data: "))
    assert last["state"] == "failed"
    assert last["problem"]
    assert str(folder) not in "".join(lines)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with asked(indexed(tmp_path)) as client:
        yield client


def test_other_origins_are_allowed_nothing(client: TestClient) -> None:
    """CORS is off: a browser keeps from other sites' pages what the server does not give them."""
    headers = {"Origin": "https://elsewhere.example"}
    for path in (SEARCH, "/", "/v1/articles/ferry-1", "/health/live", "/nothing"):
        answer = client.get(path, headers=headers)
        assert not [name for name in answer.headers if name.startswith("access-control-")], path
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    for method in ("POST", "DELETE"):
        asking = {**headers, "Access-Control-Request-Method": method}
        answer = client.options("/v1/articles", headers=asking)
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert answer.status_code in (403, 405)


def test_every_answer_is_hardened(client: TestClient) -> None:
    for path in (*PAGES, SEARCH, "/v1/search.rss?q=ferry", "/nothing", "/health/live", "/metrics"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["x-frame-options"] == "DENY", path
        assert headers["referrer-policy"] == "no-referrer", path
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert "*" not in policy, path


@pytest.mark.parametrize(
    "value", ["x\r\nSet-Cookie: a=b", "x\nSet-Cookie: a=b", "x%0d%0aSet-Cookie:%20a=b", "x\x00y"]
)
def test_nothing_that_is_sent_becomes_a_header(client: TestClient, value: str) -> None:
    client.post("/v1/articles", json={"id": value, "title": value, "text": "Ferry.", "url": value})
    for path in (
        "/v1/search",
        "/v1/search.rss",
        "/",
        "/v1/articles/" + quote(value),
        "/articles/" + quote(value),
    ):
        answer = client.get(path, params={"q": value})
        assert "set-cookie" not in answer.headers
        for name, content in answer.headers.items():
            assert not re.search(r"[\r\n\x00]", name + content)


def test_a_packed_body_is_not_unpacked(client: TestClient) -> None:
    """No bomb goes off here: what is sent is read as it is."""
    packed = gzip.compress(b'{"q": "' + b"x" * 10_000_000 + b'"}')
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = client.post("/v1/search", content=packed, headers=headers)
    assert answer.status_code == 400


def test_nothing_is_exported_that_a_spreadsheet_would_calculate() -> None:
    """Formulas in CSV need no escape, because no CSV is written."""
    assert {one.value for one in ExportFormat} == {"jsonl", "parquet"}


def test_json_of_any_depth_is_answered(client: TestClient) -> None:
    deep: Any = b"[" * 100_000 + b"]" * 100_000
    headers = {"Content-Type": "application/json"}
    for path in ("/v1/search", "/v1/articles", "/v1/alerts"):
        assert client.post(path, content=deep, headers=headers).status_code == 400, path
