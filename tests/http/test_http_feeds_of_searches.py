"""Searches as RSS, Atom and JSON Feed: valid by their specifications, and read by a feed reader."""

import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from fastapi.testclient import TestClient
from newsrooms import RECORDS, service_in

from api.app import create_app
from api.http.syndication import FeedFormat, entry_id

ODD = {
    "id": "odd/1 ü",
    "title": 'Ferry <script>alert("1")</script> & co \ufffe',
    "text": "The ferry &amp; its <b>crew</b>]]> left.",
    "lang": "en",
    "date": "2025-06",
    "authors": ["Ada Quill", "Bo <Reed>"],
}
UNDATED = {"id": "undated", "title": "An undated ferry", "text": "A ferry.", "lang": "en"}
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with (
        service_in(tmp_path_factory.mktemp("data"), index_wait_s=60, keep_markup=True) as service,
        TestClient(create_app(service)) as client,
    ):
        answer = client.post("/v1/articles", json=[*RECORDS, ODD, UNDATED])
        assert answer.json()["searchable"]
        yield client


def feed(client: TestClient, kind: FeedFormat, q: str = "ferry", **more: Any) -> Any:
    answer = client.get(f"/v1/search.{kind}", params={"q": q, "mode": "keyword", **more})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == f"{kind.media_type}; charset=utf-8"
    return answer


NEWEST_FIRST = ["odd/1 ü", "ferry-2", "ferry-1", "undated"]


@pytest.mark.parametrize("kind", [FeedFormat.RSS, FeedFormat.ATOM])
def test_a_feed_reader_reads_it(client: TestClient, kind: FeedFormat) -> None:
    read = feedparser.parse(feed(client, kind).content)
    assert not read.bozo
    assert read.version == {"rss": "rss20", "atom": "atom10"}[kind]
    assert [entry.id for entry in read.entries] == [entry_id(one) for one in NEWEST_FIRST]
    odd, _, ferry, undated = read.entries
    assert "<script>" not in odd.title or odd.title_detail.type == "text/plain"
    assert ferry.link == "https://news.example/ferry-1"
    assert odd.link == "http://testserver/v1/articles/odd/1%20%C3%BC"
    assert ferry.published_parsed[:3] == (2025, 3, 4)
    assert "published_parsed" not in undated


def test_atom_has_what_its_specification_requires(client: TestClient) -> None:
    root = ElementTree.fromstring(feed(client, FeedFormat.ATOM).content)
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == "http://testserver/v1/search.atom?q=ferry&mode=keyword"
    assert links["alternate"] == "http://testserver/?q=ferry&mode=keyword"
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    first = root.findall(f"{ATOM}entry")[0]
    assert first.findtext(f"{ATOM}title") == 'Ferry <script>alert("1")</script> & co \ufffd'
    assert [one.findtext(f"{ATOM}name") for one in first.findall(f"{ATOM}author")] == ODD["authors"]


def test_rss_has_what_its_specification_requires(client: TestClient) -> None:
    root = ElementTree.fromstring(feed(client, FeedFormat.RSS).content)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    channel = root.find("channel")
    assert channel is not None
    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    for item in channel.findall("item"):
        guid = item.find("guid")
        assert guid is not None
        assert guid.get("isPermaLink") == "false"
        assert item.findtext("title")
    description = channel.findall("item")[0].findtext("description")
    assert description is not None
    assert "&lt;b&gt;crew" in description


def test_json_feed_has_what_its_specification_requires(client: TestClient) -> None:
    body = json.loads(feed(client, FeedFormat.JSON).content)
    assert body["version"] == "https://jsonfeed.org/version/1.1"
    assert body["title"] == "ferry – newsearch"
    assert body["feed_url"].endswith("/v1/search.jsonfeed?q=ferry&mode=keyword")
    assert [item["_newsearch"]["id"] for item in body["items"]] == NEWEST_FIRST
    for item in body["items"]:
        assert item["id"].startswith("urn:uuid:")
        assert item["content_text"]
    assert body["items"][2]["date_published"] == "2025-03-04T00:00:00Z"


@pytest.mark.parametrize("kind", list(FeedFormat))
def test_a_client_that_has_it_is_told_so(client: TestClient, kind: FeedFormat) -> None:
    first = feed(client, kind)
    address = f"/v1/search.{kind}?q=ferry&mode=keyword"
    for known in (
        {"If-None-Match": first.headers["etag"]},
        {"If-None-Match": f'"other", W/{first.headers["etag"]}'},
        {"If-Modified-Since": first.headers["last-modified"]},
    ):
        again = client.get(address, headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    for other in (
        {"If-None-Match": '"other"', "If-Modified-Since": first.headers["last-modified"]},
        {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
    ):
        assert client.get(address, headers=other).status_code == 200


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "keyword"])
def test_every_mode_has_feeds_with_the_newest_first(client: TestClient, mode: str) -> None:
    body = feed(client, FeedFormat.JSON, "night ferry harbour", mode=mode).json()
    dates = [item["date_published"] for item in body["items"] if "date_published" in item]
    assert dates == sorted(dates, reverse=True)
    assert len(dates) >= 2


def test_filters_and_limits_hold_and_nothing_is_a_feed_too(client: TestClient) -> None:
    body = feed(client, FeedFormat.JSON, source="port gazette", limit=1).json()
    assert [item["_newsearch"]["id"] for item in body["items"]] == ["ferry-2"]
    for kind in FeedFormat:
        assert entry_id("ferry-1").encode() not in feed(client, kind, "zebra").content
    assert client.get("/v1/search.rss", params={"q": "ferry", "sauce": 1}).status_code == 400
    assert client.get("/v1/search.rss", params={"q": '"open'}).status_code == 400


def test_sorting_by_date_is_for_searches_too(client: TestClient) -> None:
    answer = client.get("/v1/search", params={"q": "ferry", "mode": "keyword", "sort": "newest"})
    assert [hit["id"] for hit in answer.json()["hits"]] == NEWEST_FIRST


def test_a_page_of_results_names_its_feeds(client: TestClient) -> None:
    page = client.get("/", params={"q": "ferry", "source": "Port Gazette", "limit": 3}).text
    for kind in FeedFormat:
        address = f"/v1/search.{kind}?q=ferry&amp;source=Port+Gazette&amp;limit=3"
        assert f'<link rel="alternate" type="{kind.media_type}" href="{address}">' in page
        assert client.get(address.replace("&amp;", "&")).status_code == 200
    assert "/v1/search.rss" not in client.get("/").text
