"""Facets over HTTP: in every mode, with their filters, and what each was counted over."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from newsrooms import RECORDS, service_in

from api.app import create_app
from search.request import Mode

ALL = "language,source,section,author,place,story,date"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with (
        service_in(tmp_path_factory.mktemp("data"), index_wait_s=60) as service,
        TestClient(create_app(service)) as client,
    ):
        assert client.post("/v1/articles", json=list(RECORDS)).json()["searchable"]
        yield client


def facets(client: TestClient, **parameters: Any) -> Any:
    answer = client.get("/v1/search", params={"facets": ALL, **parameters})
    assert answer.status_code == 200, answer.text
    return answer.json()["facets"]


def counted(facet: Any) -> dict[str, int]:
    return {value["value"]: value["count"] for value in facet["values"]}


@pytest.mark.parametrize(
    ("mode", "query", "counts"),
    [
        (Mode.KEYWORD, "ferry harbour", "exact"),
        (Mode.HYBRID, "ferry harbour", "exact"),
        (Mode.SEMANTIC, "ferry harbour", "exact"),
        (Mode.HYBRID, '"night ferry" harbour', "exact"),
        (Mode.SEMANTIC, "+ferry harbour", "exact"),
        (Mode.HYBRID, "lang:en", "exact"),
        (Mode.HYBRID, "lang:en ferry", "exact"),
        (Mode.HYBRID, "ferry -bridge", "exact"),
    ],
)
def test_every_facet_says_what_was_counted(
    client: TestClient, mode: Mode, query: str, counts: str
) -> None:
    found = facets(client, q=query, mode=mode)
    assert list(found) == ALL.split(",")
    assert {facet["counts"] for facet in found.values()} == {counts}


def test_with_match_all_the_candidates_are_counted(client: TestClient) -> None:
    for mode in (Mode.HYBRID, Mode.SEMANTIC):
        found = facets(client, q="zebra", mode=mode, match="all")
        assert {facet["counts"] for facet in found.values()} == {"candidates"}
        assert counted(found["language"]) == {"en": 3, "de": 1}
        assert counted(facets(client, q="zebra", mode=mode)["language"]) == {}


def test_exact_counts_are_of_all_matches_and_not_of_the_page(client: TestClient) -> None:
    found = facets(client, q="ferry", mode="keyword", limit=1)
    assert counted(found["source"]) == {"Port Gazette": 2}
    assert counted(found["section"]) == {"Business": 1, "Local": 1}
    assert counted(found["author"]) == {"Ada Quill": 1}
    assert found["author"]["missing"] == 1


@pytest.mark.parametrize("mode", list(Mode))
def test_a_facet_ignores_its_own_filter_and_honours_the_others(
    client: TestClient, mode: Mode
) -> None:
    found = facets(client, q="ferry bridge", mode=mode, source="valley post", lang="en")
    assert counted(found["source"]) == {"Port Gazette": 2, "Valley Post": 1}
    assert [value["selected"] for value in found["source"]["values"]] == [False, True]
    assert counted(found["section"]) == {"World": 1}


def test_a_selected_value_stands_in_the_list_however_rare(client: TestClient) -> None:
    found = facets(client, q="ferry bridge", mode="keyword", source="Valley Post", facet_limit=1)
    assert counted(found["source"]) == {"Port Gazette": 2, "Valley Post": 1}
    assert found["source"]["other"] == 0


def test_the_timeline(client: TestClient) -> None:
    date = facets(client, q="lang:en", by="month", normalise=True, to="2025-04")["date"]
    assert (date["by"], date["time_zone"], date["missing"]) == ("month", "UTC", 0)
    assert [(one["first"], one["last"]) for one in date["bins"]] == [
        ("2025-03-01", "2025-03-31"), ("2025-04-01", "2025-04-30"), ("2025-05-01", "2025-05-31"),
    ]  # fmt: skip
    assert [one["count"] for one in date["bins"]] == [1, 1, 1]
    assert [one["archive"] for one in date["bins"]] == [2, 1, 1]
    assert [one["share"] for one in date["bins"]] == [0.5, 1.0, 1.0]
    assert [one["selected"] for one in date["bins"]] == [True, True, False]


def test_the_timeline_zooms_into_the_dates_of_the_search(client: TestClient) -> None:
    found = facets(client, q="lang:en", zoom=True, **{"from": "2025-03", "to": "2025-03"})
    assert found["date"]["by"] == "day"
    assert sum(one["count"] for one in found["date"]["bins"]) == 1


def test_post_takes_a_list_or_names_with_commas(client: TestClient) -> None:
    asked = {"q": "ferry", "mode": "keyword"}
    several = client.post("/v1/search", json={**asked, "facets": ["source", "date"]}).json()
    joined = client.post("/v1/search", json={**asked, "facets": "source, date"}).json()
    assert several["facets"] == joined["facets"] == client.get(
        "/v1/search", params={**asked, "facets": ["source", "date"]}
    ).json()["facets"]  # fmt: skip


def test_drilling_down_finds_as_many_as_were_counted(client: TestClient) -> None:
    for name, parameter in (("author", "author"), ("source", "source"), ("section", "section")):
        for value, count in counted(facets(client, q="ferry", mode="keyword")[name]).items():
            answer = client.get(
                "/v1/search", params={"q": "ferry", "mode": "keyword", parameter: value}
            )
            assert answer.json()["total"]["value"] == count


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        ({"facets": "sauce"}, "source"),
        ({"facets": "source", "facet_limit": 1000}, "200"),
        ({"facets": "date", "by": "hour"}, "week"),
    ],
)
def test_what_cannot_be_counted_is_refused(
    client: TestClient, parameters: dict[str, Any], why: str
) -> None:
    answer = client.get("/v1/search", params={"q": "ferry", **parameters})
    assert answer.status_code == 400
    assert why in answer.json()["detail"]


def test_without_asking_there_are_none(client: TestClient) -> None:
    assert client.get("/v1/search", params={"q": "ferry"}).json()["facets"] == {}


def test_no_facet_tells_of_articles_under_embargo(tmp_path: Path) -> None:
    secret = {
        "text": "A ferry nobody may know of.", "lang": "en", "source": "Secret Desk",
        "date": "2025-03-04", "embargo": "2999-01-01T00:00:00Z",
    }  # fmt: skip
    with (
        service_in(tmp_path, index_wait_s=60) as service,
        TestClient(create_app(service)) as client,
    ):
        assert client.post("/v1/articles", json=[*RECORDS, secret]).json()["searchable"]
        found = facets(client, q="ferry", mode="keyword", normalise=True, source="SECRET desk")
        assert counted(found["source"]) == {"Port Gazette": 2, "SECRET desk": 0}
        assert found["date"]["bins"] == []
        open_ones = facets(client, q="ferry", mode="keyword", normalise=True)["date"]
        assert sum(one["archive"] for one in open_ones["bins"]) == 3
