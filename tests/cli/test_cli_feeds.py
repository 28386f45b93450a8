"""`newsearch feeds` and `newsearch sync`, against a server of this machine."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from news_server import Answer, NewsServer, serving

Run = Any

FEED = b"""<rss version='2.0'><channel><title>Port Gazette</title>
<item><guid>1</guid><title>Night ferry returns</title><link>/ferry</link>
<description>The night ferry left the harbour.</description></item></channel></rss>"""


@pytest.fixture
def news(monkeypatch: pytest.MonkeyPatch) -> Iterator[NewsServer]:
    monkeypatch.setenv("NEWSEARCH_PRIVATE_HOSTS", "127.0.0.1")
    monkeypatch.setattr("index.feeds.crawler.HOST_DELAY_S", 0.0)
    with serving() as server:
        server.pages["/rss"] = FEED
        yield server


def test_from_a_feed_to_a_hit(run: Run, news: NewsServer) -> None:
    url = f"{news.url}/rss"
    assert run("feeds", "add", url, "--source", "Gazette").stdout == f"added {url}\n"
    synced = run("sync")
    assert (synced.exit_code, synced.stdout) == (0, f"{url}: 1 new, 0 updated\n")
    hit = json.loads(run("search", "ferry", "--json").stdout)["hits"][0]
    assert (hit["source"], hit["url"]) == ("Gazette", f"{news.url}/ferry")
    assert run("sync").stdout == f"{url}: 0 new, 0 updated\n"
    (listed,) = json.loads(run("feeds", "list", "--json").stdout)
    assert (listed["url"], listed["entries"], listed["problem"]) == (url, 1, None)
    assert url in run("feeds", "list").stdout
    assert run("feeds", "remove", url).exit_code == 0
    assert run("feeds", "remove", url).exit_code == 2


def test_exit_status_tells_of_failures(run: Run, news: NewsServer) -> None:
    news.pages["/gone"] = Answer(410)
    run("feeds", "add", f"{news.url}/gone")
    failed = run("sync")
    assert failed.exit_code == 2
    assert "gone permanently" in failed.stderr
    assert "retired" in run("feeds", "list").stdout
    run("feeds", "add", f"{news.url}/rss", f"{news.url}/missing")
    some = run("sync", "--json")
    assert some.exit_code == 1
    problems = {one["url"]: one["problem"] for one in json.loads(some.stdout)}
    assert problems[f"{news.url}/rss"] is None
    assert "404" in problems[f"{news.url}/missing"]


def test_mistakes_are_told(run: Run) -> None:
    assert run("feeds", "add", "paper.example/rss").exit_code == 2
    assert run("sync", "--every", "soon").exit_code == 2
    assert "no feeds are followed" in run("sync").stderr
    assert "no feeds are followed" in run("feeds", "list").stderr
