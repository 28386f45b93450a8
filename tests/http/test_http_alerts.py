"""Alerts over HTTP: saved, listed, fed, tried out, forgotten, and told of by a running server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import pytest
from fastapi.testclient import TestClient
from news_server import Answer, serving
from newsrooms import RECORDS, service_in
from waiting import wait_until

from api.app import create_app


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with (
        service_in(tmp_path, index_wait_s=60, private_hosts="127.0.0.1") as service,
        TestClient(create_app(service)) as client,
    ):
        yield client


def test_a_running_server_delivers_what_is_posted(client: TestClient) -> None:
    with serving() as receiver:
        receiver.pages["/hook"] = Answer(200)
        made = client.post(
            "/v1/alerts",
            json={
                "search": {"q": "night ferry", "lang": ["en"]},
                "webhook": f"{receiver.url}/hook",
            },
        )
        assert made.status_code == 201
        alert = made.json()
        assert alert["secret"].startswith("whsec_")
        assert client.post("/v1/articles", json=list(RECORDS)).json()["searchable"]

        def listed() -> Any:
            (one,) = client.get("/v1/alerts").json()["alerts"]
            return one

        wait_until(lambda: listed()["matches"] == {"delivered": 1}, "the delivery")
        assert receiver.paths() == ["/hook"]
        assert listed()["secret"] is None
        tried = client.post(f"/v1/alerts/{alert['id']}/test").json()
        assert tried == {"found": ["ferry-1"], "delivered": True, "problem": None}


def test_an_alert_is_a_feed(client: TestClient) -> None:
    alert = client.post("/v1/alerts", json={"search": {"q": "ferry"}, "name": "Ferries"}).json()
    assert alert["secret"] is None
    empty = feedparser.parse(client.get(f"/v1/alerts/{alert['id']}/feed.atom").content)
    assert (empty.bozo, empty.entries, empty.feed.title) == (False, [], "Ferries – newsearch")
    assert client.post("/v1/articles", json=list(RECORDS)).json()["searchable"]

    def entries() -> Any:
        return feedparser.parse(client.get(f"/v1/alerts/{alert['id']}/feed.atom").content).entries

    assert {entry.title for entry in wait_until(entries, "the matches")} == {
        "Night ferry returns to the harbour", "Ferry fares to rise in autumn",
    }  # fmt: skip
    for kind in ("rss", "jsonfeed"):
        assert client.get(f"/v1/alerts/{alert['id']}/feed.{kind}").status_code == 200
    assert client.get(f"/v1/alerts/{alert['id']}").json()["matches"] == {"kept": 2}
    assert client.delete(f"/v1/alerts/{alert['id']}").status_code == 204
    assert client.get(f"/v1/alerts/{alert['id']}/feed.atom").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"search": {"q": '+"" AND'}},
        {"search": {"q": "ferry"}, "webhook": "ftp://example.org"},
        {"search": {"q": "ferry"}, "webhook": "example.org/hook"},
        {"search": {"q": "ferry", "from": "soon"}},
        {"search": {"q": "ferry"}, "meaning": 2},
        {"search": {"q": "ferry"}, "hook": "http://example.org"},
    ],
)
def test_what_cannot_be_saved_is_refused(client: TestClient, body: dict[str, object]) -> None:
    answer = client.post("/v1/alerts", json=body)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/v1/alerts").json() == {"alerts": []}
