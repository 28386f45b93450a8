"""What a server tells of itself: request ids, logs, metrics, traces, and whether it is ready."""

import io
import json
import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hashing_encoder import HashingEncoder
from newsrooms import RECORDS, articles_of, service_in, settings_in
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families
from waiting import PATIENCE_S, wait_until

from api.app import create_app
from api.logging import logs
from api.logging.logs import JsonLines, LogFormat, TextLines
from api.service.service import Service
from api.stores.keys import Scope
from index.domain import Vector
from index.runtime.lock_wait import wait_for_lock

DASHBOARD = Path(__file__).parents[2] / "deploy" / "grafana" / "newsearch.json"
ID = "X-Request-Id"
SEARCH = "/v1/search?q=night+ferry&facets=source"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    # No feed is fetched beside the tests, which count what fails.
    with service_in(tmp_path / "data", index_wait_s=60, sync_every_s=0) as service:
        yield service


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with TestClient(create_app(service), raise_server_exceptions=False) as client:
        client.post("/v1/articles", json=list(RECORDS))
        yield client


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What a server that logs JSON writes."""
    root = logging.getLogger()
    before = root.level, list(root.handlers), logs.ACCESS.level
    written = io.StringIO()
    logs.configure(LogFormat.JSON, written)
    root.handlers[0].addFilter(logging.Filter("newsearch"))  # not the client of the tests
    yield written
    root.setLevel(before[0])
    root.handlers[:] = before[1]
    logs.ACCESS.setLevel(before[2])
    logging.getLogger("httpx").setLevel(logging.NOTSET)


def lines_of(log: io.StringIO, logger: str) -> list[dict[str, object]]:
    entries = [json.loads(line) for line in log.getvalue().splitlines()]
    return [entry for entry in entries if entry["logger"] == logger]


def test_a_request_has_an_id_in_its_answer_and_in_the_log(
    client: TestClient, log: io.StringIO
) -> None:
    answer = client.get(SEARCH, headers={ID: "from-the-proxy.7"})
    assert answer.headers[ID] == "from-the-proxy.7"
    (entry,) = lines_of(log, "newsearch.access")
    assert entry["request_id"] == "from-the-proxy.7"
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/v1/search", 200)
    assert "ferry" not in log.getvalue(), "what people ask is not logged"
    first, second = (client.get("/v1/articles/none").headers[ID] for _ in range(2))
    assert first != second
    assert re.fullmatch("[0-9a-f]{32}", first)


@pytest.mark.parametrize(
    "brought",
    ["", "a b", "x" * 65, "a\tb", "../etc", "<script>", "é", '"', "a;b", "%0d%0aSet-Cookie:x"],
)
def test_an_id_that_could_do_harm_is_replaced(client: TestClient, brought: str) -> None:
    answer = client.get("/v1/articles/none", headers={ID.encode(): brought.encode("latin-1")})
    assert re.fullmatch("[0-9a-f]{32}", answer.headers[ID])
    assert answer.json()["request_id"] == answer.headers[ID]


def test_problems_of_every_layer_name_the_request(
    client: TestClient, service: Service, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    def fail(_self: object) -> str:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Service, "snapshot_id", fail)
    broken = client.get("/health/ready", headers={ID: "bug-1"})
    assert (broken.status_code, broken.headers[ID]) == (500, "bug-1")
    assert broken.headers["x-content-type-options"] == "nosniff"
    assert broken.json()["id"] == "bug-1"
    (entry,) = [one for one in lines_of(log, "newsearch.http") if "bug-1" in str(one["message"])]
    assert "a bug" in str(entry["error"])
    service.keys.add("reader", [Scope.SEARCH])
    monkeypatch.setattr("api.http.access.key_ring.FRESH_S", 0.0)
    refused = client.get("/v1/stats", headers={ID: "refused-1"})
    assert (refused.status_code, refused.json()["request_id"]) == (401, "refused-1")


FORGED = "/v1/articles/x%0A%7B%22level%22:%22error%22%7D%0D%1B%5B31m"


def test_nothing_that_is_asked_forges_a_line(client: TestClient, log: io.StringIO) -> None:
    client.get(FORGED)
    client.delete(FORGED)
    for line in log.getvalue().splitlines():
        json.loads(line)
    assert [entry["status"] for entry in lines_of(log, "newsearch.access")] == [404, 404]
    assert "\x1b" not in log.getvalue()


def test_a_line_of_text_stays_one_line() -> None:
    record = logging.LogRecord(
        "x", logging.INFO, "", 0, "asked %s", ("a\nb\r\x1b[31m\u2028c",), None
    )
    line = TextLines().format(record)
    assert line.endswith(r"asked a\nb\r\x1b[31m\u2028c")
    assert len(line.splitlines()) == 1
    assert json.loads(JsonLines().format(record))["message"] == "asked a\nb\r\x1b[31m\u2028c"


def families(client: TestClient) -> dict[str, list[tuple[dict[str, str], float]]]:
    """Each sample's labels and value, by name."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((dict(sample.labels), sample.value))
    return found


def test_metrics_say_what_happened_and_what_is(client: TestClient, service: Service) -> None:
    service.feeds.add("https://news.example/feed")
    service.feeds.failed("https://news.example/feed", "no answer", 0.0)
    client.get(SEARCH)
    client.get("/v1/articles/one")
    client.get("/v1/articles/another")
    client.get("/no/such/path")
    for number in range(3):
        client.request(f"MADE{number}", f"/made/up/{number}")
    found = families(client)
    counted: Counter[tuple[str, str]] = Counter()
    for labels, value in found["newsearch_requests_total"]:
        counted[labels["route"], labels["status"]] += int(value)
    assert counted["/v1/search", "200"] == 1
    assert counted["/v1/articles/{article_id:path}", "404"] == 2
    assert counted["elsewhere", "404"] == 4
    methods = {labels["method"] for labels, _ in found["newsearch_requests_total"]}
    assert methods == {"GET", "POST", "elsewhere"}
    stages = {labels["stage"]: value for labels, value in found["newsearch_stage_seconds_count"]}
    assert {"read", "encode", "words", "meaning", "complete", "facets", "hits"} <= stages.keys()
    single = {name: samples[0][1] for name, samples in found.items() if len(samples) == 1}
    assert single["newsearch_archived_articles"] == len(RECORDS)
    assert single["newsearch_searchable_articles"] == len(RECORDS)
    assert single["newsearch_index_lag_revisions"] == 0
    assert single["newsearch_segments"] == 1
    assert single["newsearch_segment_bytes"] == single["newsearch_index_bytes"] > 0
    assert 0 <= single["newsearch_snapshot_age_seconds"] < 3600
    assert single["newsearch_vector_recall"] == 1
    assert single["newsearch_feeds_failing"] == single["newsearch_feed_failures"] == 1
    assert found["newsearch_encoder_info"][0][0]["name"] == "hashing"
    assert {labels["part"]: value for labels, value in found["newsearch_up"]} == {
        "archive": 1, "index": 1, "feeds": 1,
    }  # fmt: skip
    assert {labels["lane"] for labels, _ in found["newsearch_waiting"]} == {"questions", "writes"}


def test_the_lag_is_what_the_index_does_not_have_yet(client: TestClient, service: Service) -> None:
    def lag() -> float:
        return families(client)["newsearch_index_lag_revisions"][0][1]

    with wait_for_lock(service.upkeep.writing, time.sleep):  # the server's own indexer has to wait
        service.archive.delete(["ferry-1"])
        service.archive.put(articles_of(service, [{"id": "late", "text": "A late ferry."}]))
        assert lag() == 2
    wait_until(lambda: lag() == 0, "that the indexer catches up")


def test_metrics_without_an_index_and_with_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.http.access.key_ring.FRESH_S", 0.0)
    with service_in(tmp_path) as service, TestClient(create_app(service)) as client:
        up = {labels["part"]: value for labels, value in families(client)["newsearch_up"]}
        assert up == {"archive": 1, "index": 0, "feeds": 1}
        tokens = {scope: service.keys.add(str(scope), [scope])[1] for scope in Scope}
        statuses = {
            scope: client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code
            for scope, token in tokens.items()
        }
        assert statuses == {Scope.SEARCH: 403, Scope.WRITE: 403, Scope.ADMIN: 200}


def test_the_dashboard_asks_for_metrics_that_there_are(client: TestClient) -> None:
    client.get(SEARCH)
    found = families(client).keys()
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    assert len(asked) > 10
    for expression in asked:
        names = set(re.findall(r"\b(?:newsearch|process)_\w+", expression))
        assert names, expression
        # The process's own figures are told where the system has them.
        missing = {name for name in names - found if name.startswith("newsearch")}
        assert not missing, expression
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))


def test_spans_of_a_request_and_its_stages(service: Service) -> None:
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    with TestClient(create_app(service, provider)) as client:
        client.post("/v1/articles", json=list(RECORDS))
        kept.clear()
        parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        client.get(SEARCH, headers={"traceparent": parent})
        spans = {span.name: span for span in kept.get_finished_spans()}
    request = spans["GET /v1/search"]
    assert request.context is not None
    assert request.context.trace_id == int("0af7651916cd43dd8448eb211c80319c", 16)
    assert request.attributes is not None
    assert request.attributes["http.response.status_code"] == 200
    for stage in ("read", "encode", "words", "meaning", "facets", "hits"):
        span = spans[f"search {stage}"]
        assert span.parent is not None
        assert span.parent.span_id == request.context.span_id


class LoadingEncoder(HashingEncoder):
    """Loads until it is told to be done."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def encode_query(self, text: str) -> Vector:
        assert self.go.wait(PATIENCE_S)
        return super().encode_query(text)


def test_it_is_not_ready_while_the_encoder_loads(tmp_path: Path) -> None:
    with service_in(tmp_path, index_wait_s=60) as service, TestClient(create_app(service)) as one:
        one.post("/v1/articles", json=list(RECORDS))
    encoder = LoadingEncoder()
    with (
        Service(settings_in(tmp_path), encoder=encoder) as service,
        TestClient(create_app(service)) as client,
    ):
        answer = client.get("/health/ready")
        assert answer.json()["type"] == "urn:problem-type:newsearch:loading"
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert client.get("/health/live").status_code == 200
        assert client.get("/v1/search?q=ferry&mode=keyword").status_code == 200
        encoder.go.set()
        for thread in threading.enumerate():
            if thread.name == "newsearch-warming":
                thread.join(PATIENCE_S)
        assert client.get("/health/ready").status_code == 200
