"""Asking again: a 304 without a search as long as the answer would be the same."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hashing_encoder import HashingEncoder
from newsrooms import RECORDS, articles_of, settings_in
from starlette.testclient import TestClient

from api.app import create_app
from api.service.service import Service
from search.engine import Engine

ASKED = "/v1/search?q=ferry"


class Clock:
    """A time that a test sets."""

    def __init__(self) -> None:
        self.now = datetime(2025, 4, 1, 12, 0, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(tmp_path: Path, clock: Clock) -> Iterator[Service]:
    settings = settings_in(tmp_path)
    with Service(settings, encoder=HashingEncoder(), creates=True, clock=clock) as service:
        service.archive.put(articles_of(service, RECORDS[:2]))
        service.upkeep.sync()
        yield service


@pytest.fixture
def client(service: Service) -> TestClient:
    return TestClient(create_app(service))  # not running: nothing changes behind the test's back


def status(client: TestClient, etag: str, asked: str = ASKED) -> int:
    answer = client.get(asked, headers={"If-None-Match": etag})
    if answer.status_code == 304:
        assert answer.content == b""
        assert answer.headers["etag"] == etag
    return answer.status_code


def test_what_is_known_is_not_searched_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = client.get(ASKED)
    etag = answer.headers["etag"]
    assert answer.status_code == 200
    assert etag.startswith('W/"')
    assert answer.headers["cache-control"] == "private, no-cache"
    monkeypatch.delattr(Engine, "search")
    assert status(client, etag) == 304
    several = client.get(ASKED, headers={"If-None-Match": f'"other", {etag}'})
    assert several.status_code == 304


def test_another_question_has_another_tag(client: TestClient) -> None:
    etag = client.get(ASKED).headers["etag"]
    for asked in (f"{ASKED}&limit=1", f"{ASKED}&lang=en", "/v1/search?q=ferries"):
        assert status(client, etag, asked) == 200
    assert status(client, '"nothing"') == 200


def test_every_change_makes_it_new(client: TestClient, service: Service, clock: Clock) -> None:
    etags = [client.get(ASKED).headers["etag"]]

    def is_new() -> bool:
        fresh = client.get(ASKED, headers={"If-None-Match": etags[-1]})
        etags.append(fresh.headers["etag"])
        return fresh.status_code == 200 and len(set(etags)) == len(etags)

    service.archive.put(articles_of(service, RECORDS[2:3]))
    assert is_new(), "what is archived may replace what is shown"
    service.upkeep.sync()
    assert is_new()
    service.archive.delete([str(RECORDS[0]["id"])])
    assert is_new(), "a deleted article is left out before it is out of the index"
    clock.now = clock.now.replace(minute=1)
    assert is_new()
    assert status(client, etags[-1]) == 304
