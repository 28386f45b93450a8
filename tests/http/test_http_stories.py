"""Stories and copies over HTTP and on the command line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from newsrooms import articles_of, service_in
from wire_news import NEWS

from api.app import create_app
from api.http.routes.examples import SEARCH_ANSWER
from api.schemas.stories import (
    STORIES_EXAMPLE,
    TOLD_STORY_EXAMPLE,
    StoriesBody,
    ToldStoryBody,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with service_in(folder) as service:
        service.archive.put(articles_of(service, NEWS))
        service.upkeep.sync()
        with TestClient(create_app(service)) as client:
            yield client


def get(client: TestClient, path: str, **parameters: Any) -> Any:
    answer = client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_list_and_one_story(client: TestClient) -> None:
    (story,) = get(client, "/v1/stories")["stories"]
    assert (story["articles"], story["languages"]) == (4, ["en"])
    assert (story["first"], story["last"]) == ("2025-03-03T08:00:00Z", "2025-03-09T09:00:00Z")
    told = get(client, f"/v1/stories/{story['id']}")
    assert [one["id"] for one in told["timeline"]] == ["wire", "cut", "late", "follow"]
    assert [one["copy_of"] for one in told["timeline"]] == [None, "wire", "wire", None]
    assert {name: told[name] for name in story} == story
    later = get(client, f"/v1/stories/{story['id']}", offset=1, limit=2)
    assert ([one["id"] for one in later["timeline"]], later["offset"]) == (["cut", "late"], 1)


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ({"lang": "en"}, 1),
        ({"lang": "de"}, 0),
        ({"lang": ["de", "en"]}, 1),
        ({"from": "2025-03-09"}, 1),
        ({"from": "2025-03-10"}, 0),
        ({"to": "2025-03-02"}, 0),
        ({"from": "2025-03-05", "to": "2025-03-06"}, 1),
        ({"order": "largest"}, 1),
    ],
)
def test_filters(client: TestClient, parameters: dict[str, Any], count: int) -> None:
    assert len(get(client, "/v1/stories", **parameters)["stories"]) == count


def test_search_shows_one_of_a_text_and_full_coverage(client: TestClient) -> None:
    body = get(client, "/v1/search", q="freighter Elm Ford", mode="keyword")
    hits = {hit["id"]: hit for hit in body["hits"]}
    (shown,) = hits.keys() & {"wire", "cut", "late"}
    others = [copy["id"] for copy in hits[shown]["copies"]]
    assert sorted([shown, *others]) == ["cut", "late", "wire"]
    originals = [copy["id"] for copy in hits[shown]["copies"] if copy["is_original"]]
    assert originals == ([] if shown == "wire" else ["wire"])
    assert body["total"]["collapsed"] == 2
    story = hits[shown]["story"]
    assert story["articles"] == 4
    every = get(client, "/v1/search", q=f"story:{story['id']}", duplicates="show")
    assert len(every["hits"]) == 4
    only = get(client, "/v1/search", q="Elm", mode="keyword", duplicates="only")
    assert sorted(hit["id"] for hit in only["hits"]) == ["cut", "late", "wire"]


def test_the_newest_of_a_text_says_which_are_older(client: TestClient) -> None:
    asked = {"q": "freighter Elm Ford", "mode": "keyword", "sort": "newest"}
    hits = {hit["id"]: hit for hit in get(client, "/v1/search", **asked)["hits"]}
    assert hits.keys() & {"wire", "cut", "late"} == {"late"}
    copies = [
        (copy["id"], copy["is_original"], copy["is_older"]) for copy in hits["late"]["copies"]
    ]
    assert copies == [("wire", True, True), ("cut", False, True)]
    page = client.get("/", params=asked).text
    assert page.count("<span>original</span>") == page.count("<span>older</span>") == 1


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/v1/stories/nothing", 404, "no-story"),
        ("/v1/stories?cursor=x", 400, "bad-cursor"),
        ("/v1/stories?from=soon", 400, "bad-filter"),
        ("/v1/stories?order=best", 400, "bad-request"),
        ("/v1/search?q=a&duplicates=hide", 400, "bad-request"),
    ],
)
def test_refusals(client: TestClient, path: str, status: int, kind: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.json()["type"].endswith(f":{kind}")


def test_the_examples_have_the_shapes() -> None:
    assert StoriesBody.model_validate(STORIES_EXAMPLE).to_json() == STORIES_EXAMPLE
    assert ToldStoryBody.model_validate(TOLD_STORY_EXAMPLE).to_json() == TOLD_STORY_EXAMPLE
    assert SEARCH_ANSWER["hits"][0]["story"].keys() == {"id", "title", "articles"}
    json.dumps(STORIES_EXAMPLE)


def test_an_article_under_embargo_is_not_counted(tmp_path: Path) -> None:
    held = [
        {**record, "embargo": "2999-01-01T00:00:00Z"} if record["id"] == "late" else record
        for record in NEWS
    ]
    with service_in(tmp_path) as service:
        service.archive.put(articles_of(service, held))
        service.upkeep.sync()
        with TestClient(create_app(service)) as client:
            (story,) = get(client, "/v1/stories")["stories"]
            assert story["articles"] == 3
            told = get(client, f"/v1/stories/{story['id']}")
            assert [one["id"] for one in told["timeline"]] == ["wire", "cut", "follow"]
            (hit, *_) = get(client, "/v1/search", q="id:wire")["hits"]
            assert hit["story"]["articles"] == 3
            assert "late" not in json.dumps(hit)
