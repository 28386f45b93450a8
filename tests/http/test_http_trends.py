"""Trends over HTTP and on one scale."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from newsrooms import RECORDS, service_in

from api.app import create_app


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with (
        service_in(tmp_path_factory.mktemp("data"), index_wait_s=60) as service,
        TestClient(create_app(service)) as client,
    ):
        secret = {**RECORDS[0], "id": "secret", "embargo": "2999-01-01T00:00:00Z"}
        assert client.post("/v1/articles", json=[*RECORDS, secret]).json()["searchable"]
        yield client


def asked(client: TestClient, **parameters: Any) -> Any:
    answer = client.get("/v1/trends", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_queries_stand_side_by_side_on_one_scale(client: TestClient) -> None:
    body = asked(client, q=["ferry", "bridge", "night ferry"], by="month", normalise=True)
    assert [step["first"] for step in body["steps"]] == ["2025-03-01", "2025-04-01", "2025-05-01"]
    assert [step["archive"] for step in body["steps"]] == [2, 1, 1]
    counts = {trend["query"]: trend["counts"] for trend in body["trends"]}
    assert counts == {"ferry": [1, 1, 0], "bridge": [0, 0, 1], "night ferry": [1, 0, 0]}
    assert body["trends"][0]["shares"] == [0.5, 1.0, 0.0]
    assert (body["trends"][0]["total"], body["highest"]) == (2, 1.0)


def test_filters_hold_for_all_of_it(client: TestClient) -> None:
    body = asked(client, q=["ferry", "mayor"], **{"lang": "en", "from": "2025-04", "by": "year"})
    assert [trend["counts"] for trend in body["trends"]] == [[1], [1]]
    assert body["steps"][0]["archive"] == 2
    assert body["trends"][0]["shares"] is None
    assert body["highest"] == 1


def test_what_finds_nothing_has_no_steps(client: TestClient) -> None:
    body = asked(client, q="zebra")
    assert (body["steps"], body["trends"][0]["counts"], body["highest"]) == ([], [], 0)


def test_a_story_is_read_by_its_name(client: TestClient) -> None:
    (trend,) = asked(client, q="ferry story:nowhere")["trends"]
    assert (trend["read_as"], trend["total"]) == ("story:nowhere +ferry", 0)


@pytest.mark.parametrize(
    "parameters", [{}, {"q": ["a"] * 11}, {"q": "title:("}, {"q": "a", "by": "hour"}]
)
def test_what_cannot_be_counted_is_refused(client: TestClient, parameters: Any) -> None:
    assert client.get("/v1/trends", params=parameters).status_code == 400
