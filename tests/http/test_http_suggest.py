"""Suggestions, corrections and feedback over HTTP."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from newsrooms import RECORDS, service_in

from api.app import create_app


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server whose articles are searchable; no test of this module writes."""
    with (
        service_in(tmp_path_factory.mktemp("data"), index_wait_s=60) as service,
        TestClient(create_app(service)) as client,
    ):
        assert client.post("/v1/articles", json=list(RECORDS)).json()["searchable"]
        yield client


def test_words_and_headlines_are_completed(client: TestClient) -> None:
    answer = client.get("/v1/suggest", params={"q": "night fer", "limit": 3})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "query": "night fer",
        "words": [{"text": "night ferry", "word": "ferry", "articles": 1}],
        "headlines": [
            {
                "id": "ferry-1",
                "title": "Night ferry returns to the harbour",
                "language": "en",
                "date": "2025-03-04",
            }
        ],
    }


@pytest.mark.parametrize("query", ["", "limit=3", "q=a&limit=0", "q=a&limit=21", "q=a&prefix=b"])
def test_what_cannot_be_read_is_a_bad_request(client: TestClient, query: str) -> None:
    assert client.get(f"/v1/suggest?{query}").status_code == 400


def test_a_page_carries_a_correction(client: TestClient) -> None:
    answer = client.get("/v1/search", params={"q": "+fery", "mode": "keyword"}).json()
    assert (answer["hits"], answer["correction"]) == ([], "+ferry")
    again = client.get("/v1/search", params={"q": answer["correction"], "mode": "keyword"}).json()
    assert again["hits"]
    assert again["correction"] is None


def test_feedback_widens_a_search(client: TestClient) -> None:
    def total(feedback: str) -> int:
        parameters = {"q": "horn", "mode": "keyword", "feedback": feedback}
        return int(client.get("/v1/search", params=parameters).json()["total"]["value"])

    assert (total("false"), total("true")) == (1, 2)
