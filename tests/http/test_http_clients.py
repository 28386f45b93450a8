"""HTTP as clients expect it: HEAD, Allow, CORS, and a description from which clients are made."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from fastapi.testclient import TestClient
from live_server import live
from newsrooms import RECORDS, articles_of, service_in
from waiting import PATIENCE_S

from api.app import create_app
from api.service.service import Service
from api.stores.jobs import JobKind
from api.stores.keys import Scope

OPERATIONS = {
    "get_search", "post_search", "get_search_rss", "get_search_atom", "get_search_jsonfeed",
    "get_stories", "get_story", "get_suggestions", "get_similar", "get_copies", "get_alerts",
    "post_alert", "get_alert", "delete_alert", "test_alert", "get_alert_rss", "get_alert_atom",
    "get_alert_jsonfeed", "get_article", "delete_article", "post_articles", "post_reindex",
    "get_jobs", "get_job", "pause_job", "resume_job", "cancel_job", "get_job_events", "get_stats",
    "get_live", "get_ready", "get_trends",
}  # fmt: skip
"""Names of functions in generated clients: they may be added, and never change."""

DESK = "https://desk.example"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with service_in(tmp_path / "data", index_wait_s=60, cors_origins=DESK) as service:
        service.archive.put(articles_of(service))
        service.upkeep.sync()
        yield service


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with TestClient(create_app(service)) as client:
        yield client


@pytest.fixture
def description(client: TestClient) -> Any:
    return client.get("/openapi.json").json()


@pytest.mark.parametrize(
    "path",
    ["/v1/search?q=ferry", "/v1/articles/ferry-1", "/v1/articles/nothing", "/v1/search?q=%22",
     "/", "/docs", "/health/live", "/openapi.json", "/nowhere", "/v1/search.atom?q=ferry"],
)  # fmt: skip
def test_head_is_get_without_the_body(service: Service, path: str) -> None:
    with live(service) as url, httpx.Client(base_url=url, timeout=PATIENCE_S) as client:
        got, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (got.status_code, b"")
        varying = {"date", "x-request-id", "content-length"}
        assert {k: v for k, v in head.headers.items() if k not in varying} == {
            k: v for k, v in got.headers.items() if k not in varying
        }
        assert client.get("/health/live").is_success, "the connection can be used again"


def test_head_does_not_follow_a_stream(client: TestClient, service: Service) -> None:
    job = service.jobs.add(JobKind.REINDEX)
    service.jobs.pause(job.id)
    answer = client.head(f"/v1/jobs/{job.id}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/articles/ferry-1", "DELETE, GET, HEAD"),
        ("PATCH", "/v1/articles", "POST"),
        ("DELETE", "/v1/search", "GET, HEAD, POST"),
        ("POST", "/v1/alerts/x", "DELETE, GET, HEAD"),
        ("POST", "/", "GET, HEAD"),
        ("POST", "/health/live", "GET, HEAD"),
    ],
)
def test_allow_is_complete(client: TestClient, method: str, path: str, allowed: str) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert answer.headers["content-type"] == "application/problem+json"


def preflight(client: TestClient, origin: str, method: str = "GET") -> Any:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization",
    }
    return client.options("/v1/search", headers=headers)


def test_pages_of_named_origins_may_ask(client: TestClient, service: Service) -> None:
    _, token = service.keys.add("desk", [Scope.SEARCH, Scope.WRITE])
    allowed = preflight(client, DESK, "POST")
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == DESK
    assert "authorization" in allowed.headers["access-control-allow-headers"].lower()
    headers = {"Origin": DESK, "Sec-Fetch-Site": "cross-site", "Authorization": f"Bearer {token}"}
    found = client.get("/v1/search?q=ferry", headers=headers)
    assert found.headers["access-control-allow-origin"] == DESK
    assert "access-control-allow-credentials" not in found.headers
    posted = client.post("/v1/articles", json=RECORDS[0], headers=headers)
    assert (posted.status_code, posted.headers["vary"].count("Origin")) == (200, 1)
    refused = client.get("/v1/search?q=ferry", headers={"Origin": DESK})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, DESK)


def test_pages_of_other_origins_may_not(client: TestClient) -> None:
    for origin in ("https://evil.example", f"{DESK}.evil.example", "null"):
        refused = preflight(client, origin)
        assert "access-control-allow-origin" not in refused.headers
        headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
        found = client.get("/v1/search?q=ferry", headers=headers)
        assert "access-control-allow-origin" not in found.headers
        assert client.post("/v1/articles", json=RECORDS[0], headers=headers).status_code == 403


def test_without_the_setting_no_origin_may_ask(tmp_path: Path) -> None:
    with service_in(tmp_path) as service, TestClient(create_app(service)) as client:
        assert "access-control-allow-origin" not in preflight(client, DESK).headers


def test_names_of_operations_are_stable_and_unique(description: Any) -> None:
    named = Counter(
        operation["operationId"]
        for operations in description["paths"].values()
        for operation in operations.values()
    )
    assert set(named) >= OPERATIONS
    assert set(named.values()) == {1}


def test_what_needs_a_key_is_described(description: Any) -> None:
    schemes = description["components"]["securitySchemes"]
    assert {one["type"] for one in schemes.values()} == {"http", "apiKey"}
    search = description["paths"]["/v1/search"]["get"]
    assert {name for one in search["security"] for name in one} == set(schemes)
    assert search["x-scopes"] == ["search"]
    assert description["paths"]["/v1/alerts"]["post"]["x-scopes"] == ["search", "write"]
    assert description["paths"]["/health/live"]["get"]["security"] == []


def test_every_example_fits_its_schema(description: Any) -> None:
    tried = 0
    for place, schema, example in examples(description, "#"):
        whole = {**schema, "components": description["components"]}
        jsonschema.Draft202012Validator(whole).validate(example), place
        tried += 1
    assert tried > 10


def examples(node: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    """Every example in a description, with its schema."""
    if isinstance(node, list):
        for number, one in enumerate(node):
            yield from examples(one, f"{place}/{number}")
    if not isinstance(node, dict):
        return
    schema = node.get("schema", node)
    if "example" in node:
        yield place, schema, node["example"]
    found = node.get("examples")
    if isinstance(found, dict):
        yield from ((place, schema, one["value"]) for one in found.values())
    elif isinstance(found, list):
        yield from ((place, schema, one) for one in found)
    for name, one in node.items():
        if name not in ("example", "examples", "default", "enum"):
            yield from examples(one, f"{place}/{name}")


def test_the_reference_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    assert "http" not in page.text.replace('lang="en"', "")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    for address in (part.partition('"')[0] for part in page.text.split('="/')[1:]):
        file = client.get(f"/{address}")
        assert (file.status_code, len(file.content) > 100) == (200, True), address
    assert client.get("/docs/swagger-ui.css").status_code == 404, "without its fingerprint"
    assert json.loads(client.get("/openapi.json").content)["openapi"].startswith("3.")
