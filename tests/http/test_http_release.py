"""Embargoed, withheld and cancelled articles over HTTP: in no answer before their time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hashing_encoder import HashingEncoder
from newsrooms import RECORDS, settings_in

from api.app import create_app
from api.service.service import Service

START = datetime(2030, 1, 1, tzinfo=UTC)
SECRET = {
    "id": "secret",
    "title": "Zeppelin budget leaks",
    "text": "The zeppelin ferry budget leaks from the harbour office tomorrow.",
    "lang": "en",
    "date": "2029-12-31",
    "embargo": "2030-01-01T01:00:00+00:00",
}


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(tmp_path: Path, clock: Clock) -> Iterator[TestClient]:
    settings = settings_in(tmp_path / "data", index_wait_s=60)
    service = Service(settings, encoder=HashingEncoder(), creates=True, clock=clock)
    with service, TestClient(create_app(service), raise_server_exceptions=False) as client:
        assert client.post("/v1/articles", json=[*RECORDS, SECRET]).json()["added"] == 5
        yield client


def search(client: TestClient, query: str, **parameters: Any) -> Any:
    answer = client.get("/v1/search", params={"q": query, **parameters})
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(client: TestClient, query: str, **parameters: Any) -> list[str]:
    return [hit["id"] for hit in search(client, query, **parameters)["hits"]]


@pytest.mark.parametrize("mode", ["hybrid", "keyword", "semantic"])
def test_an_embargo_holds_in_every_mode_until_its_second(
    client: TestClient, clock: Clock, mode: str
) -> None:
    clock.now = START + timedelta(minutes=59, seconds=59)
    assert "secret" not in ids(client, "ferry harbour budget", mode=mode)
    clock.now = START + timedelta(hours=1)
    assert "secret" in ids(client, "ferry harbour budget", mode=mode)


def test_nothing_else_gives_it_away(client: TestClient, clock: Clock) -> None:
    assert client.get("/v1/articles/secret").status_code == 404
    suggested = client.get("/v1/suggest", params={"q": "zepp"}).json()
    assert (suggested["words"], suggested["headlines"]) == ([], [])
    assert search(client, "zeppelin", mode="keyword")["total"]["value"] == 0
    clock.now = START + timedelta(hours=1)
    assert client.get("/v1/articles/secret").json()["embargo"] == "2030-01-01T01:00:00Z"
    assert client.get("/v1/suggest", params={"q": "zepp"}).json()["headlines"][0]["id"] == "secret"


def test_statistics_are_those_without_it(client: TestClient, clock: Clock) -> None:
    def score(query: str) -> float:
        hits = search(client, query, mode="keyword", explain=True)["hits"]
        return float(next(hit["score"] for hit in hits if hit["id"] == "ferry-1"))

    under_embargo = score("harbour")
    clock.now = START + timedelta(hours=1)
    assert score("harbour") < under_embargo  # one more article has the word: it tells less


def test_pages_of_one_request_are_as_of_its_first(client: TestClient, clock: Clock) -> None:
    first = search(client, "ferry", mode="keyword", limit=1)
    clock.now = START + timedelta(hours=1)
    second = search(client, "ferry", mode="keyword", limit=5, cursor=first["cursor"])
    assert [hit["id"] for hit in (*first["hits"], *second["hits"])] == ["ferry-2", "ferry-1"]
    assert "secret" in ids(client, "ferry", mode="keyword")


@pytest.mark.parametrize("usage", ["cancelled", "withheld"])
def test_a_cancelled_article_leaves_at_once_old_pages_too(client: TestClient, usage: str) -> None:
    first = search(client, "ferry", mode="keyword", limit=1)
    kill = {**RECORDS[0], "version": 2, "usage": usage}
    assert client.post("/v1/articles", json=kill).json()["updated"] == 1
    assert "ferry-1" not in ids(client, "ferry", mode="keyword", limit=5, cursor=first["cursor"])
    assert "ferry-1" not in ids(client, "ferry")
    assert client.get("/v1/articles/ferry-1").status_code == 404
    older = {**RECORDS[0], "version": 1}
    assert client.post("/v1/articles", json=older).json()["outdated"] == 1
    assert "ferry-1" not in ids(client, "ferry")


def test_fields_of_the_trade_can_be_asked_for(client: TestClient) -> None:
    article = {
        "id": "agency",
        "text": "Envoys met in Sarelle.",
        "provider": "VPA",
        "subjects": [{"code": "medtop:11000000", "name": "Politics"}],
    }
    client.post("/v1/articles", json=article)
    for query in ("provider:vpa", "subject:politics", 'subject:"medtop:11000000"'):
        assert ids(client, query) == ["agency"]
    body = client.get("/v1/articles/agency").json()
    assert body["subjects"] == [{"code": "medtop:11000000", "name": "Politics"}]
    assert (body["provider"], body["usage"]) == ("VPA", "usable")
