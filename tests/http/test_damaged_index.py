"""A damaged part of the index is out of service: the rest answers, and says what is missing."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from damage import ARTICLES, file_of, fill, flip
from fastapi.testclient import TestClient
from newsrooms import articles_of, service_in

from api.app import create_app
from api.service.service import Service
from index.errors import DamagedFile
from search.engine import Engine
from search.request import Mode, Page, SearchRequest

EVERYTHING = SearchRequest("", mode=Mode.KEYWORD, limit=100)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fill(tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def service(folder: Path) -> Iterator[Service]:
    with service_in(folder) as service:
        yield service


def damage(service: Service, kind: str = "postings") -> None:
    path = file_of(service.settings.index_folder, kind)
    flip(path, path.stat().st_size // 2, 3)


@pytest.mark.parametrize("kind", ["postings", "columns", "vectors", "segment"])
def test_the_rest_answers_and_says_that_it_is_incomplete(
    service: Service, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = TestClient(create_app(service))  # nothing runs in the background
    whole = client.get("/v1/search?q=ferry&mode=keyword").json()
    assert whole["warnings"] == []
    damage(service, kind)
    with caplog.at_level(logging.ERROR, "newsearch.index"):
        assert service.maintenance.check_segments(anew=True) == 1
    assert file_of(service.settings.index_folder, kind).name in caplog.text
    assert service.maintenance.check_segments(anew=True) == 0, "it is known"
    rest = client.get("/v1/search?q=ferry&mode=keyword").json()
    assert 0 < rest["total"]["value"] < whole["total"]["value"]
    (told,) = rest["warnings"]
    assert "incomplete" in told["message"]
    assert "newsearch repair" in told["message"]
    page = client.get("/?q=ferry", headers={"Accept-Language": "de"})
    assert "unvollständig" in page.text
    metrics = client.get("/metrics").text
    assert "\nnewsearch_damaged_articles 0.0" not in metrics
    assert "\nnewsearch_damaged_articles " in metrics

    with service_in(service.settings.data_dir) as other:  # while this one serves
        other.maintenance.repair()
    assert client.get("/v1/search?q=ferry&mode=keyword").json()["warnings"] == []
    mended = client.get("/v1/search?q=ferry&mode=keyword").json()
    assert mended["total"] == whole["total"]
    assert [one["id"] for one in mended["hits"]] == [one["id"] for one in whole["hits"]]
    assert service.maintenance.check_segments() == 0
    assert "\nnewsearch_damaged_articles 0.0" in client.get("/metrics").text


def failing_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next search fails as it may where a bit has flipped."""
    search, failures = Engine.search, [IndexError("index 4294967295 is out of bounds")]

    def failing(engine: Engine, request: SearchRequest) -> Page:
        if failures:
            raise failures.pop()
        return search(engine, request)

    monkeypatch.setattr(Engine, "search", failing)


def test_whoever_meets_the_damage_gets_an_answer(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = TestClient(create_app(service), raise_server_exceptions=False)
    damage(service)
    failing_once(monkeypatch)
    answer = client.get("/v1/search?q=ferry&mode=keyword")
    assert answer.status_code == 200
    assert "incomplete" in answer.json()["warnings"][0]["message"]


def test_a_bug_is_not_taken_for_damage(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    client = TestClient(create_app(service), raise_server_exceptions=False)
    failing_once(monkeypatch)
    assert client.get("/v1/search?q=ferry&mode=keyword").status_code == 500
    assert client.get("/v1/search?q=ferry&mode=keyword").json()["warnings"] == []


def test_damage_is_not_merged_into_what_counts_as_intact(service: Service) -> None:
    damage(service)
    record = {
        "id": f"a{ARTICLES + 50}",
        "text": "One article more, and all are merged.",
        "lang": "en",
    }
    service.archive.put(articles_of(service, [record]))
    with pytest.raises(DamagedFile):
        service.upkeep.sync()
    assert service.upkeep.pending() == 0, "the article itself was committed before"


def test_a_running_server_checks_by_itself(folder: Path) -> None:
    with service_in(folder) as service:
        damage(service)
        app: Any = create_app(service)
        (integrity,) = [one for one in app.state.background if "integrity" in one._thread.name]
        integrity._step(integrity)
        assert service.rooms.indexed().search(EVERYTHING).warnings
