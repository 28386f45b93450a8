"""`/v1/ask`: quotations over HTTP."""

import html
import re
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
        assert client.post("/v1/articles", json=list(RECORDS)).json()["searchable"]
        yield client


def test_a_question_is_answered_by_a_quotation(client: TestClient) -> None:
    asked: dict[str, Any] = {"q": "When did the mayor open the bridge?"}
    answer = client.get("/v1/ask", params=asked)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    first = body["quotations"][0]
    assert first["text"] == "The mayor opened the bridge on Sunday."
    article = client.get(f"/v1/articles/{first['article']['id']}").json()
    assert article["text"][first["start"] : first["end"]] == first["text"]
    assert (first["article"]["source"], first["sources"]) == ("Valley Post", ["Valley Post"])
    assert body["kind"] == "when"
    posted = client.post("/v1/ask", json=asked).json()
    assert posted["quotations"] == body["quotations"]


def test_filters_and_limits_hold(client: TestClient) -> None:
    asked = {"q": "Who opened the bridge, and where is the ferry?", "source": "Port Gazette"}
    found = client.get("/v1/ask", params={**asked, "limit": 1}).json()["quotations"]
    assert len(found) == 1
    assert found[0]["article"]["source"] == "Port Gazette"


def test_a_period_in_the_question_is_shown(client: TestClient) -> None:
    asked = {"q": "Where was the ferry in March 2025?"}
    body = client.get("/v1/ask", params=asked).json()
    assert body["time"] == {
        "phrase": "in March 2025",
        "first": "2025-03-01",
        "last": "2025-03-31",
        "applied": True,
    }
    assert {one["article"]["date"][:7] for one in body["quotations"]} == {"2025-03"}
    whole = client.get("/v1/ask", params={**asked, "read_time": "false"}).json()
    assert whole["time"] is None


@pytest.mark.parametrize(
    "parameters", [{}, {"q": "a", "limit": 0}, {"q": "a", "from": "soon"}, {"q": "a", "x": "1"}]
)
def test_what_cannot_be_read_is_refused(client: TestClient, parameters: dict[str, Any]) -> None:
    assert client.get("/v1/ask", params=parameters).status_code == 400


def test_the_page_quotes_and_links_to_the_marked_place(client: TestClient) -> None:
    page = client.get("/ask", params={"q": "When did the mayor open the bridge?"}).text
    assert "Valley Post" in page
    address = re.findall(r'href="(/articles/world/bridge-1\?quote=\d+-\d+)#quote"', page)[0]
    article = client.get(address).text
    assert '<mark id="quote">The mayor opened the bridge on Sunday.</mark>' in article
    for wrong in ("9-3", "x", "0-999999999", "²-³"):
        assert client.get(f"/articles/world/bridge-1?quote={wrong}").status_code == 200


def test_the_page_shows_a_period_that_can_be_removed(client: TestClient) -> None:
    asked = {"q": "Where was the ferry in March 2025?", "lang": "en"}
    page = client.get("/ask", params=asked, headers={"Accept-Language": "de"}).text
    assert "1. März 2025 – 31. März 2025" in page
    (address,) = re.findall(r'href="(/ask[^"]*read_time=false)"', page)
    assert "lang=en" in address
    removed = client.get(html.unescape(address), headers={"Accept-Language": "de"}).text
    assert "1. März 2025 – 31. März 2025" not in removed


def test_the_page_without_a_question_or_an_answer(client: TestClient) -> None:
    assert client.get("/ask").status_code == 200
    nothing = client.get("/ask", params={"q": "xqzvwk?"}).text
    assert "Nothing in the archive answers this question." in nothing
    results = client.get("/", params={"q": "When did the mayor open the bridge?"}).text
    assert "/ask?q=When+did+the+mayor" in results
