"""A key that is limited to sources, at each door: as if the archive had nothing else.

Whatever it asks, the answer is that of a server whose archive holds only these sources.
"""

import functools
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus, urlencode

import pytest
from bodies import difference, parsed, words
from fastapi.testclient import TestClient
from milvus_server import MilvusServer
from newsrooms import articles_of, service_in
from two_sources import CLOSED, HIDDEN, OPEN, QUERIES, SECRETS, VISIBLE

from api.app import create_app
from api.http.syndication import FeedFormat
from api.service.service import Service
from api.stores.keys import Scope
from api.web import assets
from search.request import Duplicates, FusionMethod, Mode, Order

INGESTED_AT = "2026-01-02T03:04:05+00:00"
FACETS = "language,source,section,author,place,story,date"
HERE = "http://127.0.0.1:8000"


def filled(folder: Path, *batches: Sequence[Mapping[str, Any]], **flags: object) -> Service:
    """A service whose index has a segment for each batch."""
    service = service_in(folder, **flags)
    for batch in batches:
        service.archive.put(articles_of(service, batch))
        service.upkeep.sync()
    return service


def asking(service: Service, token: str | None = None) -> TestClient:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return TestClient(create_app(service), base_url=HERE, headers=headers)


@pytest.fixture(scope="module")
def patched() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.archive.sql_archive.now", lambda: INGESTED_AT)
        yield


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, patched: None) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("both")
    mixed = [one for pair in itertools.zip_longest(VISIBLE, HIDDEN) for one in pair if one]
    with filled(folder, mixed[:11], mixed[11:]) as service:
        yield service


@pytest.fixture(scope="module")
def token(both: Service) -> str:
    return both.keys.add("partner", [Scope.SEARCH], [OPEN.upper()])[1]


@pytest.fixture(scope="module")
def limited(both: Service, token: str) -> Iterator[TestClient]:
    with asking(both, token) as client:
        yield client


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, patched: None) -> Iterator[TestClient]:
    """The archive that holds only the visible source, open to all."""
    folder = tmp_path_factory.mktemp("alone")
    with filled(folder, VISIBLE) as service, asking(service) as client:
        yield client


@pytest.fixture(scope="module")
def whole(both: Service, token: str) -> Iterator[TestClient]:
    """The whole archive, for a key to all of it."""
    with asking(both, both.keys.add("all", list(Scope))[1]) as client:
        yield client


def got(path: str, **parameters: object) -> str:
    return f"GET {path}" + (f"?{urlencode(parameters, doseq=True)}" if parameters else "")


def searches() -> Iterator[str]:
    for query, mode in itertools.product(QUERIES, Mode):
        yield got("/v1/search", q=query, mode=mode, limit=50, explain=True, facets=FACETS)
    for query in QUERIES:
        asked: list[dict[str, object]] = [
            {"sort": Order.NEWEST, "facets": FACETS, "by": "month", "normalise": True},
            {"duplicates": Duplicates.SHOW},
            {"duplicates": Duplicates.ONLY, "facets": FACETS},
            {"feedback": True, "fusion": FusionMethod.RRF},
            {"source": CLOSED, "facets": FACETS},
            {"source": [OPEN, CLOSED], "author": "Zedekiah Moss"},
            {"to": "1999", "facets": FACETS},
        ]
        yield from (got("/v1/search", q=query, limit=50, **more) for more in asked)


def articles(address: str) -> Iterator[str]:
    for one in ("o-ferry", "o-cut", "o-whale", "h-quokka", "h-wire", "nowhere"):
        yield f"GET {address}/{one}"


def typed() -> Iterator[str]:
    words = ("q", "quokkav", "f", "n", "na", "night f", "mayor q", "zede", "smelt", "ada", "n", "e")
    yield from (got("/v1/suggest", q=word, limit=20) for word in words)


def story_lists(address: str) -> Iterator[str]:
    yield got(address)
    for order in ("recent", "largest"):
        yield got(address, order=order, lang=["en", "fr"], limit=1)
    yield got(address, to="1999")
    yield got(address, **{"from": "2025-03-03"})


def stories(address: str) -> Iterator[str]:
    yield from (f"GET {address}/{name}" for name in ("OPEN-STORY", "CLOSED-STORY", "nowhere"))


def feeds(kind: str) -> Iterator[str]:
    yield from (got(f"/v1/search.{kind}", q=query) for query in QUERIES)


def trends(address: str) -> Iterator[str]:
    for query in QUERIES:
        yield got(address, q=[query or "ferry", "quokkaville"], normalise=True, by="month")
    yield got(address, q="ferry", source=CLOSED)


def questions(address: str) -> Iterator[str]:
    for query in ("Who saw a ferry in Quokkaville?", "How many quokkas swim?", "ferry last week?"):
        yield got(address, q=query, limit=20)
        yield got(address, q=query, source=CLOSED)


def pages() -> Iterator[str]:
    yield "GET /"
    yield from (got("/", q=query, mode="keyword") for query in QUERIES)
    yield from (got("/", q="ferry", source=name) for name in (OPEN, CLOSED))


def tools() -> Iterator[str]:
    for query in QUERIES:
        yield f"TOOL search {query}"
        yield f"TOOL timeline {query or 'ferry'}"
        yield f"TOOL ask {query or 'Where was the ferry?'}"
    yield from (f"TOOL read_article {one}" for one in ("o-ferry", "h-quokka", "nowhere"))
    yield from (f"TOOL story {one}" for one in ("OPEN-STORY", "CLOSED-STORY", "nowhere"))


def nothing() -> Iterator[str]:
    """These say nothing of the archive."""
    yield from ()


DOORS: Mapping[str, Callable[[], Iterator[str]] | str] = {
    "GET /v1/search": searches,
    "POST /v1/search": lambda: (f"POST /v1/search {query}" for query in QUERIES),
    "GET /v1/ask": lambda: questions("/v1/ask"),
    "POST /v1/ask": lambda: (f"POST /v1/ask Where was the {word}?" for word in ("ferry", "quokka")),
    "GET /v1/search.rss": lambda: feeds("rss"),
    "GET /v1/search.atom": lambda: feeds("atom"),
    "GET /v1/search.jsonfeed": lambda: feeds("jsonfeed"),
    "GET /v1/suggest": typed,
    "GET /v1/trends": lambda: trends("/v1/trends"),
    "GET /v1/stories": lambda: story_lists("/v1/stories"),
    "GET /v1/stories/{story_id}": lambda: stories("/v1/stories"),
    "GET /v1/articles/{article_id:path}": lambda: articles("/v1/articles"),
    "GET /v1/copies/{article_id:path}": lambda: articles("/v1/copies"),
    "GET /v1/similar/{article_id:path}": lambda: articles("/v1/similar"),
    "GET /": pages,
    "GET /articles/{article_id:path}": lambda: (
        f"{one}?q=ferry+quokkaville" for one in articles("/articles")
    ),
    "GET /stories": lambda: story_lists("/stories"),
    "GET /stories/{story_id}": lambda: stories("/stories"),
    "GET /ask": lambda: questions("/ask"),
    "GET /trends": lambda: trends("/trends"),
    "GET /help": lambda: iter(["GET /help"]),
    "ANY /mcp": tools,
    "GET /metrics": "refused",
    "GET /openapi.json": nothing,
    "GET /docs": nothing,
    "GET /docs/{name}": nothing,
    "GET /static/{name}": nothing,
    "GET /health/live": nothing,
    "GET /health/ready": nothing,
    "GET /status": "refused",
    "GET /v1/stats": "refused",
    "POST /v1/articles": "refused",
    "DELETE /v1/articles/{article_id:path}": "refused",
    "GET /v1/alerts": "refused",
    "POST /v1/alerts": "refused",
    "GET /v1/alerts/{alert_id}": "refused",
    "DELETE /v1/alerts/{alert_id}": "refused",
    **{f"GET /v1/alerts/{{alert_id}}/feed.{kind}": "refused" for kind in FeedFormat},
    "POST /v1/alerts/{alert_id}/test": "refused",
    "GET /v1/jobs": "refused",
    "GET /v1/jobs/{job_id}": "refused",
    "GET /v1/jobs/{job_id}/events": "refused",
    **{f"POST /v1/jobs/{{job_id}}/{step}": "refused" for step in ("cancel", "pause", "resume")},
    "POST /v1/reindex": "refused",
}
"""What a limited key may ask at each door, and asks here."""


def doors_of(routes: Sequence[Any]) -> Iterator[str]:
    """Every method and path that an application answers, whatever it is included by."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            assert not route.include_context.prefix
            yield from doors_of(inner.routes)
        else:
            methods = set(route.methods or {"ANY"}) - {"HEAD"}
            yield from (f"{method} {route.path}" for method in methods)


def story_of(client: TestClient, query: str) -> str:
    """The id of the story that a query's first hit belongs to."""
    (hit, *_) = client.get("/v1/search", params={"q": query, "mode": "keyword"}).json()["hits"]
    return str(hit["story"]["id"])


@pytest.fixture(scope="module")
def names(whole: TestClient, alone: TestClient) -> Mapping[str, str]:
    """Ids that probes name."""
    return {
        "OPEN-STORY": story_of(alone, "freighter Elm Ford"),
        "CLOSED-STORY": story_of(whole, "Zedeburg smelter strike"),
    }


def asked(client: TestClient, probe: str) -> Any:
    """The answer to a probe: a method, and an address, a query, or a tool with what it is given."""
    method, _, rest = probe.partition(" ")
    if method == "GET":
        return client.get(rest)
    if method == "POST":
        address, _, query = rest.partition(" ")
        more = {} if "ask" in address else {"limit": 50, "facets": FACETS.split(",")}
        return client.post(address, json={"q": query, **more})
    tool, _, given = rest.partition(" ")
    argument = {"search": "query", "timeline": "query", "ask": "question"}.get(tool, "id")
    return client.post(
        "/mcp",
        headers={"Accept": "application/json, text/event-stream"},
        json={
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"name": tool, "arguments": {argument: given}},
        },
    )


_INCIDENTAL_KEYS = {"revision", "took_ms", "snapshot", "cursor", "previous", "request_id"}
_INCIDENTAL = re.compile(r'cursor=[\w-]+|<p class="took">.*?</p>')
"""Numbers of states and changes, which count those of the whole archive, times taken, and names of
single requests."""

_SECRETS = {
    secret: re.compile(rf"(?<![\d.,]){secret}(?![\d.,])" if secret.isdigit() else re.escape(secret))
    for secret in SECRETS
}
"""Digits count where they stand alone."""


def told(answer: Any) -> list[Any]:
    """Status and body."""
    body = parsed(answer, omitted_keys=_INCIDENTAL_KEYS, omitted=_INCIDENTAL)
    return [answer.status_code, body]


def leaked(said: Any, asked: str = "") -> list[str]:
    """The secrets that an answer tells, but for those that were asked for by name."""
    text, echoed = words(said), unquote_plus(asked).casefold()
    return [one for one, pattern in _SECRETS.items() if pattern.search(text) and one not in echoed]


@pytest.mark.parametrize(
    "door", [door for door, probes in DOORS.items() if probes not in ("refused", nothing)]
)
def test_a_limited_key_gets_what_an_archive_of_its_sources_answers(
    door: str,
    limited: TestClient,
    alone: TestClient,
    whole: TestClient,
    names: Mapping[str, str],
) -> None:
    probes = DOORS[door]
    assert callable(probes)
    statuses, differing = set(), 0
    for template in probes():
        probe = functools.reduce(
            lambda text, name: text.replace(name, names[name]), names, template
        )
        answer, expected = told(asked(limited, probe)), told(asked(alone, probe))
        assert not difference(answer, expected), probe
        assert not leaked(answer, probe), probe
        statuses.add(answer[0])
        differing += difference(told(asked(whole, probe)), expected) is not None
    assert 200 in statuses
    assert differing or door == "GET /help", "no probe would have shown a leak"


@pytest.mark.parametrize("door", [door for door, probes in DOORS.items() if probes == "refused"])
def test_what_is_about_the_whole_archive_is_refused(door: str, limited: TestClient) -> None:
    method, _, path = door.partition(" ")
    answer = limited.request(method, re.sub(r"\{.*?\}", "1", path))
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    detail = answer.json()["detail"]
    assert "This request needs a key with the scope" in detail or "limited to sources" in detail


@pytest.mark.parametrize("door", [door for door, probes in DOORS.items() if probes is nothing])
def test_what_says_nothing_of_the_archive_is_open(door: str, limited: TestClient) -> None:
    path = door.partition(" ")[2]
    files = assets.assets() if "static" in path else assets.reference_files()
    path = path.replace("{name}", next(iter(files.values())).address.rpartition("/")[2])
    answer = limited.get(path)
    assert answer.status_code == 200
    assert not leaked(told(answer))


def test_there_is_a_decision_about_every_door(both: Service) -> None:
    found = set(doors_of(create_app(both).routes))
    assert found == DOORS.keys()
    assert len(found) > 30


def test_pages_hold_all_that_may_be_read_and_nothing_else(limited: TestClient) -> None:
    found: list[str] = []
    cursor: str | None = None
    while cursor is not None or not found:
        asked: dict[str, Any] = {"q": "", "duplicates": "show", "limit": 2}
        if cursor is not None:
            asked["cursor"] = cursor
        body = limited.get("/v1/search", params=asked).json()
        found += [hit["id"] for hit in body["hits"]]
        cursor = body["cursor"]
    assert sorted(found) == sorted(str(one["id"]) for one in VISIBLE)


def test_a_cursor_opens_nothing_to_another_key(limited: TestClient, whole: TestClient) -> None:
    asked: dict[str, Any] = {"q": "ferry", "mode": "keyword", "limit": 1}
    for maker, user in ((whole, limited), (limited, whole)):
        cursor = maker.get("/v1/search", params=asked).json()["cursor"]
        answer = user.get("/v1/search", params={**asked, "cursor": cursor})
        assert answer.status_code == 400
        assert "another key" in answer.json()["detail"]
        again = maker.get("/v1/search", params={**asked, "cursor": cursor})
        assert again.status_code == 200


def test_a_story_cursor_made_by_hand_shows_no_more(limited: TestClient, whole: TestClient) -> None:
    first = whole.get("/v1/stories", params={"order": "largest", "limit": 1}).json()
    rest = limited.get("/v1/stories", params={"order": "largest", "cursor": first["cursor"]})
    assert rest.status_code == 200
    assert not leaked(told(rest))


def test_the_other_source_s_key_sees_the_other_half(both: Service) -> None:
    _, token = both.keys.add("owner", [Scope.SEARCH], [CLOSED])
    with asking(both, token) as client:
        body = client.get("/v1/search", params={"q": "quokkavile mayor", "mode": "keyword"}).json()
        assert body["correction"] == "Quokkaville mayor"
        found = client.get("/v1/search", params={"q": "", "duplicates": "show", "limit": 50}).json()
        assert {hit["id"] for hit in found["hits"]} == {one["id"] for one in HIDDEN}
        assert client.get("/v1/articles/o-ferry").status_code == 404


def test_a_key_to_a_source_that_has_nothing_reads_nothing(both: Service) -> None:
    _, token = both.keys.add("early", [Scope.SEARCH], ["Unborn Times"])
    with asking(both, token) as client:
        for mode in Mode:
            asked = {"q": "night ferry harbour", "mode": mode, "facets": FACETS}
            body = client.get("/v1/search", params=asked).json()
            assert (body["hits"], body["total"]["value"], body["correction"]) == ([], 0, None)
        assert client.get("/v1/suggest", params={"q": "fe"}).json()["words"] == []
        assert client.get("/v1/stories").json()["stories"] == []


def test_an_article_that_goes_to_another_source_is_gone_from_the_first(tmp_path: Path) -> None:
    with filled(tmp_path, VISIBLE) as service:
        _, token = service.keys.add("partner", [Scope.SEARCH], [OPEN])
        with asking(service, token) as client:
            assert client.get("/v1/articles/o-ferry").status_code == 200
            (moved,) = service.archive.put(articles_of(service, [{**VISIBLE[0], "source": CLOSED}]))
            assert client.get("/v1/articles/o-ferry").status_code == 404
            indexer = client.app.state.indexer  # type: ignore[attr-defined]
            assert indexer.wait_until_searchable(moved.revision, 60)
            found = client.get("/v1/search", params={"q": "ferry", "mode": "keyword"}).json()
            assert [hit["id"] for hit in found["hits"]] == ["o-fares"]


def comparable(body: Any) -> Any:
    """A search's answer without scores and their order, which on Milvus know all mean lengths."""
    hits = [[one["id"], one["copies"], one["story"]] for one in body["hits"]]
    hits.sort(key=lambda hit: str(hit[0]))
    return [hits, body["total"], body["correction"], body["facets"], body["warnings"]]


def test_on_milvus_it_is_the_same(tmp_path: Path, milvus: MilvusServer, patched: None) -> None:
    flags = {"backend": "milvus", "milvus_uri": milvus.uri}
    with (
        filled(tmp_path / "both", VISIBLE, HIDDEN, milvus_prefix="sources_both", **flags) as mixed,
        filled(tmp_path / "alone", VISIBLE, milvus_prefix="sources_alone", **flags) as few,
        asking(mixed, mixed.keys.add("partner", [Scope.SEARCH], [OPEN])[1]) as limited,
        asking(few) as alone,
    ):
        for query in QUERIES:
            words: dict[str, Any] = {"q": query, "mode": "keyword", "limit": 50, "facets": FACETS}
            answers = [one.get("/v1/search", params=words).json() for one in (limited, alone)]
            assert not difference(comparable(answers[0]), comparable(answers[1])), query
        for probe in (*typed(), *story_lists("/v1/stories"), *articles("/v1/articles")):
            assert not difference(told(asked(limited, probe)), told(asked(alone, probe))), probe
