"""Routes with a shortcut past FastAPI say what its own way says, of good and bad addresses."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import anyio.to_thread
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from newsrooms import articles_of, service_in

from api.app import create_app
from api.http.routes import (
    search,
    stories,
    suggest,
    trends,
)
from api.http.routes.answering import BodyRoute
from api.http.routes.dependencies import TheRoom
from api.http.routes.search import QueryParameters
from api.schemas.health import LiveBody
from api.schemas.parameters import SEARCH_NAMES

ROUTES: dict[str, Callable[..., Any]] = {
    "/v1/search": search.get_search,
    "/v1/suggest": suggest.get_suggestions,
    "/v1/trends": trends.get_trends,
    "/v1/stories": stories.get_stories,
}


def long(parameters: QueryParameters, room: TheRoom, more: int = 0) -> LiveBody:
    """Takes more than the shortcut gives."""
    return LiveBody()


def short(parameters: QueryParameters, room: TheRoom) -> LiveBody:
    """Takes what the shortcut gives."""
    return LiveBody()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server with the shortcut, and the same endpoints in FastAPI's own way below /plain."""
    with service_in(tmp_path_factory.mktemp("data"), index_wait_s=60, rate_per_s=0) as service:
        service.archive.put(articles_of(service))
        service.upkeep.sync()  # so that no commit comes between two answers that are compared
        app = create_app(service)
        for path, endpoint in ROUTES.items():
            app.add_api_route(f"/plain{path}", endpoint)
        for path, endpoint in {"/long": long, "/short": short}.items():
            app.router.routes.append(BodyRoute(path, endpoint, status_code=202))
        with TestClient(app) as client:
            yield client


def both(client: TestClient, path: str, query: str) -> tuple[Any, Any]:
    """Status, type and body of both ways, without what differs between two askings."""
    told = []
    for place in (path, f"/plain{path}"):
        answer = client.get(f"{place}?{query}", headers={"X-Request-Id": "same"})
        body = answer.json()
        body.pop("took_ms", None)
        body.pop("cursor", None)  # it is of the second in which it was made
        told.append((answer.status_code, answer.headers["content-type"], body))
    return told[0], told[1]


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/v1/search", "q=ferry", 200),
        ("/v1/search", "q=ferry&lang=en&lang=de&facets=source,date&facets=language&by=day", 200),
        ("/v1/search", "q=ferry&explain=true&limit=2&from=2025-03&to=2025-04", 200),
        ("/v1/search", "q=bridge&q=ferry&mode=keyword&mode=semantic", 200),
        ("/v1/search", "", 400),
        ("/v1/search", "q=ferry&limit=0&limit=900&mode=loud&sort=", 400),
        ("/v1/search", "q=ferry&limt=3&date_from=2024&limt=4&zzz=1", 400),
        ("/v1/search", "q=ferry&facets=&facets=source,colour", 400),
        ("/v1/search", "q=ferry&" + "&".join(["lang=en"] * 101), 400),
        ("/v1/search", "q=" + "a" * 10_001, 400),
        ("/v1/search", "q=%22open", 400),
        ("/v1/suggest", "q=fer&limit=3", 200),
        ("/v1/suggest", "limit=x&more=1", 400),
        ("/v1/trends", "q=ferry&q=bridge", 200),
        ("/v1/trends", "lang=en", 400),
        ("/v1/stories", "", 200),
        ("/v1/stories", "limit=-1&offset=", 400),
    ],
)
def test_the_shortcut_says_the_same(client: TestClient, path: str, query: str, status: int) -> None:
    quick, plain = both(client, path, query)
    assert quick == plain
    assert quick[0] == status


VALUES = st.sampled_from(
    ["", "ferry", "1", "0", "-3", "true", "maybe", "en", "2025-03", "keyword", "source", "day", "ö"]
)


@given(st.lists(st.tuples(st.sampled_from([*SEARCH_NAMES, "nonsense", "date_from", "Q"]), VALUES)))
def test_the_shortcut_says_the_same_of_any_address(
    client: TestClient, pairs: list[tuple[str, str]]
) -> None:
    quick, plain = both(client, "/v1/search", urlencode([("mode", "keyword"), *pairs]))
    assert quick == plain


@pytest.mark.parametrize("path", ["/v1/search?q=ferry", "/v1/suggest?q=fer", "/v1/similar/ferry-1"])
def test_a_question_goes_to_a_thread_once(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    assert client.get(path).status_code == 200  # from now on the room is made
    sent: list[str] = []
    run_sync = anyio.to_thread.run_sync

    async def counted(function: Any, *given: Any, **options: Any) -> Any:
        sent.append(repr(function))
        return await run_sync(function, *given, **options)

    monkeypatch.setattr(anyio.to_thread, "run_sync", counted)
    assert client.get(path).status_code == 200
    assert len([one for one in sent if "KeyRing.refresh" not in one]) == 1, sent


@pytest.mark.parametrize("path", ["/long", "/short"])
def test_a_status_of_its_own_is_kept_on_both_ways(client: TestClient, path: str) -> None:
    answer = client.get(path, params={"q": "ferry"})
    assert (answer.status_code, answer.content) == (202, b'{"status":"live"}')
    assert answer.headers["content-type"] == "application/json"


def test_what_would_block_the_event_loop_is_no_endpoint() -> None:
    app = FastAPI()
    app.router.route_class = BodyRoute

    async def waits() -> None: ...

    with pytest.raises(TypeError, match="waits would run in the event loop"):
        app.get("/waits")(waits)
