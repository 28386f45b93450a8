"""Searching over HTTP: what a request may say, and what an answer holds."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from newsrooms import RECORDS, service_in

from api.app import create_app
from api.schemas.search import search_body
from search.request import Mode, SearchRequest

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server whose articles are searchable; no test of this module writes."""
    with (
        service_in(tmp_path_factory.mktemp("data"), index_wait_s=60) as service,
        TestClient(create_app(service)) as client,
    ):
        answer = client.post("/v1/articles", json=list(RECORDS))
        assert answer.json()["searchable"]
        yield client


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [hit["id"] for hit in answer.json()["hits"]]


@pytest.mark.parametrize("mode", list(Mode))
def test_every_mode_answers(client: TestClient, mode: Mode) -> None:
    answer = client.get("/v1/search", params={"q": "night ferry harbour", "mode": mode})
    assert ids(answer)[0] == "ferry-1"
    assert answer.json()["mode"] == mode


def test_a_hit_has_all_its_parts(client: TestClient) -> None:
    body = client.get("/v1/search", params={"q": "harbour horn", "mode": "keyword"}).json()
    hit, text = body["hits"][0], str(RECORDS[0]["text"])
    assert (hit["id"], hit["language"], hit["date"]) == ("ferry-1", "en", "2025-03-04")
    assert (hit["source"], hit["section"]) == ("Port Gazette", "Local")
    assert hit["url"] == "https://news.example/ferry-1"
    assert hit["score"] == pytest.approx(sum(hit["parts"]["shares"].values()))
    assert 1 <= len(hit["passages"]) <= 3
    marked = []
    for passage in hit["passages"]:
        assert passage["text"] == text[passage["start"] : passage["end"]]
        marked += [text[span["start"] : span["end"]] for span in passage["highlights"]]
    assert {"harbour", "horn"} <= set(marked)
    assert body["total"] == {"value": 1, "relation": "exact", "collapsed": 0}
    assert body["snapshot"]
    assert body["cursor"] is None


def test_the_time_it_took_is_part_of_what_the_client_waited(client: TestClient) -> None:
    begun_s = time.perf_counter()
    took_ms = client.get("/v1/search", params={"q": "night ferry harbour"}).json()["took_ms"]
    waited_ms = (time.perf_counter() - begun_s) * 1000
    assert 0 < took_ms < waited_ms


def test_get_and_post_are_the_same_search(client: TestClient) -> None:
    asked = client.get(
        "/v1/search?q=ferry&lang=en&lang=de&from=2025-03&to=2025-03-31&limit=2&explain=true"
    )
    posted = client.post(
        "/v1/search",
        json={
            "q": "ferry", "lang": ["en", "de"], "from": "2025-03", "to": "2025-03-31", "limit": 2,
            "explain": True,
        },
    )  # fmt: skip
    first, second = asked.json(), posted.json()
    first.pop("took_ms"), second.pop("took_ms")
    assert first == second
    assert first["hits"][0]["explanation"]["terms"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"lang": "de"}, {"faehre-1"}),
        ({"lang": ["de", "en"], "section": "Local"}, {"ferry-1"}),
        ({"source": "Valley Post"}, {"world/bridge-1"}),
        ({"from": "2025-04", "to": "2025-04"}, {"ferry-2"}),
        ({"to": "2025-03-04"}, {"ferry-1"}),
        ({"from": "2026"}, set()),
    ],
)
def test_filters(client: TestClient, filters: dict[str, Any], found: set[str]) -> None:
    answer = client.get("/v1/search", params={"q": "ferry bridge fähre", **filters})
    assert set(ids(answer)) == found


def test_pages_neither_repeat_nor_skip(client: TestClient) -> None:
    query: dict[str, Any] = {"q": "ferry bridge", "mode": "semantic", "limit": 1}
    whole = ids(client.get("/v1/search", params={**query, "limit": 100}))
    paged, cursor = [], None
    for _ in whole:
        answer = client.get(
            "/v1/search", params={**query, **({"cursor": cursor} if cursor else {})}
        )
        paged += ids(answer)
        cursor = answer.json()["cursor"]
    assert paged == whole
    assert cursor is None


@pytest.mark.parametrize(
    ("query", "status", "expected"),
    [
        ("", 400, "q: "),
        ("q=a&mod=keyword", 400, "mod: unknown parameter; did you mean 'mode'?"),
        ("q=a&date_from=2024", 400, "date_from: unknown parameter"),
        ("q=a&mode=words", 400, "mode: "),
        ("q=a&limit=0", 400, "limit: "),
        ("q=a&limit=101", 400, "limit: "),
        ("q=a&limit=ten", 400, "limit: "),
        ("q=a&explain=perhaps", 400, "explain: "),
        ("q=a&cursor=nonsense", 400, ""),
        ("q=a&from=June", 400, "'June' is not a date"),
        ("q=a&from=2025&to=2024", 400, "no date lies from 2025 to 2024"),
        ("q=%22open", 400, ""),
        (f"q={'a' * 10_001}", 400, "q: "),
    ],
)
def test_requests_that_cannot_be_read(
    client: TestClient, query: str, status: int, expected: str
) -> None:
    answer = client.get(f"/v1/search?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    assert expected in answer.json()["detail"]


def test_a_query_error_points_at_its_column(client: TestClient) -> None:
    problem = client.post("/v1/search", json={"q": 'ferry "harbour'}).json()
    assert problem["type"] == "urn:problem-type:newsearch:bad-query"
    assert problem["column"] == 6
    assert problem["query"] == 'ferry "harbour'
    assert problem["shown"].splitlines()[2] == "        ^"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{", "body: this is not JSON"),
        (b"[]", ""),
        (b'{"q": "a", "mdoe": "keyword"}', "did you mean 'mode'?"),
        (b'{"q": "a", "lang": "de"}', "lang: "),
    ],
)
def test_bodies_that_cannot_be_read(client: TestClient, body: bytes, expected: str) -> None:
    answer = client.post("/v1/search", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)
    assert expected in answer.json()["detail"]


def test_the_answer_is_what_the_one_serializer_makes(client: TestClient) -> None:
    service = client.app.state.service  # type: ignore[attr-defined]
    printed = search_body(service.rooms.indexed().search(SearchRequest("ferry"))).to_json()
    answered = client.get("/v1/search?q=ferry").json()
    printed.pop("took_ms"), answered.pop("took_ms")
    assert answered == printed


def test_age_weighs_scores_and_every_hit_says_how(client: TestClient) -> None:
    asked = {"q": "ferry", "mode": "keyword", "recency": "10d", "as_of": "2025-04-09"}
    body = client.get("/v1/search", params=asked).json()
    assert body["recency"] == {"half_life_days": 10.0, "as_of": "2025-04-10T00:00:00Z"}
    ages = {hit["id"]: hit["parts"]["age"] for hit in body["hits"]}
    assert ages["ferry-2"] == {"factor": 1.0, "age_days": 0.0}
    assert ages["ferry-1"]["age_days"] == 37.0
    for hit in body["hits"]:
        shares = sum(hit["parts"]["shares"].values())
        assert hit["score"] == pytest.approx(shares * hit["parts"]["age"]["factor"])
    plain = client.get("/v1/search", params={**asked, "recency": "off"}).json()
    assert plain["recency"] is None
    assert plain["hits"][0]["parts"]["age"] is None
    refused = client.get("/v1/search", params={**asked, "recency": "soon"})
    assert refused.status_code == 400
    assert "half-life" in refused.json()["detail"]


def test_the_oldest_first(client: TestClient) -> None:
    answer = client.get("/v1/search", params={"q": "ferry", "mode": "keyword", "sort": "oldest"})
    assert ids(answer) == ["ferry-1", "ferry-2"]


def test_an_empty_query_finds_everything_that_the_filters_allow_newest_first(
    client: TestClient,
) -> None:
    answer = client.get("/v1/search", params={"q": " ", "source": "Port Gazette"}).json()
    assert [hit["id"] for hit in answer["hits"]] == ["ferry-2", "ferry-1"]
    assert (answer["total"]["value"], answer["total"]["relation"]) == (2, "exact")
