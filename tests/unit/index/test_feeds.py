"""Feeds against a real server of this machine: what comes in, how often it asks, and its faults."""

import gzip
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clocks import clock_of
from news_server import Answer, NewsServer, Request, serving
from newsrooms import service_in

from api.service.service import Service
from index.errors import AddressRefused, FeedError, RobotsForbid
from index.feeds import crawler as crawling
from index.feeds.crawler import Crawler
from index.feeds.store import Feed
from index.feeds.sync import FeedOutcome, FeedSync
from index.outbound.addresses import AddressPolicy
from index.outbound.client import Limits, Outbound
from index.text.language import detect

LOCAL = AddressPolicy.parse(["127.0.0.1"])


def item(number: int, text: str = "The night ferry left the harbour at ten.", **more: str) -> str:
    extra = "".join(f"<{name}>{value}</{name}>" for name, value in more.items())
    return (
        f"<item><guid isPermaLink='false'>g{number}</guid><title>Ferry {number}</title>"
        f"<link>/ferry-{number}</link><description>{text}</description>"
        f"<pubDate>Tue, 04 Mar 2025 10:00:0{number} +0100</pubDate>{extra}</item>"
    )


def rss(*items: str) -> bytes:
    text = (
        "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>"
        f"<title>Port Gazette</title><language>en</language>{''.join(items)}</channel></rss>"
    )
    return text.encode()


@pytest.fixture
def news() -> Iterator[NewsServer]:
    with serving() as server:
        yield server


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with service_in(tmp_path / "data", private_hosts="127.0.0.1") as made:
        yield made


def syncing(service: Service, **limits: Any) -> FeedSync:
    crawler = Crawler(Outbound(LOCAL, Limits(**limits)), delay_s=0.0)
    return FeedSync(service.feeds, crawler, service.archive.put, detect, random.Random(7))


def only(service: Service) -> Feed:
    (feed,) = service.feeds.all()
    return feed


def run(service: Service, **limits: Any) -> FeedOutcome:
    """One fetch of the one feed, whether it would have to wait or not."""
    with service.database.transaction() as connection:
        connection.execute("UPDATE feeds SET retry_at_s = 0")
    (outcome,) = syncing(service, **limits).run()
    return outcome


def titles(service: Service) -> list[str]:
    return [stored.article.title for stored in service.archive.iterate()]


def test_each_entry_comes_in_once_and_follows_its_changes(
    service: Service, news: NewsServer
) -> None:
    url = f"{news.url}/rss"
    news.pages["/rss"] = rss(item(1, author="ada@gazette.example (Ada Quill)"), item(2))
    assert service.feeds.add(url)
    assert (run(service).added, titles(service)) == (2, ["Ferry 1", "Ferry 2"])
    article = next(service.archive.iterate()).article
    assert (article.url, article.source, article.language) == (
        f"{news.url}/ferry-1",
        "Port Gazette",
        "en",
    )
    assert article.authors == ("Ada Quill",)
    assert article.date is not None
    assert article.date.value == "2025-03-04T10:00:01+01:00"

    news.pages["/rss"] = rss(item(3), item(2), item(1, "Delayed until eleven."))
    outcome = run(service)
    assert (outcome.added, outcome.updated, outcome.unchanged) == (1, 1, 0)
    assert service.archive.article_count() == 3
    assert service.archive.get(article.id).article.text == "Delayed until eleven."
    assert service.feeds.entry_counts() == {url: 3}
    assert run(service).unchanged == 0


def test_times_without_a_zone_are_in_the_zone_of_their_source(
    tmp_path: Path, news: NewsServer
) -> None:
    without = re.sub(rb" [+]0100<", b"<", rss(item(1), item(2, source="Valley Post")))
    news.pages |= {
        "/rss": without.replace(b"<source>", b"<source url='https://valley.example/rss'>"),
        "/winter": rss(item(3)).replace(b"10:00:03 +0100", b"9:00:03 NOWHERE"),
        "/ferry-1": Answer(200, {"Content-Type": "text/html; charset=utf-8"}, PAGE.encode()),
    }
    zones = '{"Port Gazette": "Europe/London", "valley post": "Asia/Seoul", "*": "Europe/Berlin"}'
    with service_in(tmp_path / "d", private_hosts="127.0.0.1", source_zones=zones) as service:
        service.feeds.add(f"{news.url}/rss", takes_full_text=True)
        service.feeds.add(f"{news.url}/winter", source="Another")
        service.ingest.feed_sync(sleep=lambda _seconds: None).run()
        found = {one.article.title: one.article for one in service.archive.iterate()}
    dates = {title: article.date for title, article in found.items()}
    assert {title: date and date.value for title, date in dates.items()} == {
        "Ferry 1": "2025-03-04T10:00:01Z",
        "Ferry 2": "2025-03-04T10:00:02+09:00",
        "Ferry 3": "2025-03-04T09:00:03",  # a name of a zone that nobody knows is not Berlin's
    }
    assumed = {title for title, date in dates.items() if date and date.is_zone_assumed}
    assert assumed == {"Ferry 1", "Ferry 2"}
    assert "promised that the fares" in found["Ferry 1"].text, "also where the page gave the text"


def test_a_changed_link_still_updates_the_same_article(service: Service, news: NewsServer) -> None:
    service.feeds.add(f"{news.url}/rss")
    news.pages["/rss"] = rss(item(1))
    run(service)
    news.pages["/rss"] = rss(item(1).replace("/ferry-1", "/ferry-one"))
    assert run(service).updated == 1
    (stored,) = service.archive.iterate()
    assert stored.article.url == f"{news.url}/ferry-one"


def test_two_feeds_that_announce_one_page(service: Service, news: NewsServer) -> None:
    news.pages |= {"/a": rss(item(1)), "/b": rss(item(1, "Another summary."), item(2))}
    service.feeds.add(f"{news.url}/a")
    assert run(service).added == 1
    service.feeds.add(f"{news.url}/b")
    assert sum(outcome.added for outcome in syncing(service).run()) == 1
    texts = {stored.article.text for stored in service.archive.iterate()}
    assert "Another summary." not in texts


def test_conditional_requests(service: Service, news: NewsServer) -> None:
    def page(request: Request) -> Answer:
        if request.headers.get("if-none-match") == '"v1"':
            assert request.headers["if-modified-since"] == "Tue, 04 Mar 2025 09:00:00 GMT"
            return Answer(304)
        headers = {"ETag": '"v1"', "Last-Modified": "Tue, 04 Mar 2025 09:00:00 GMT"}
        return Answer(200, headers, rss(item(1)))

    news.pages["/rss"] = page
    service.feeds.add(f"{news.url}/rss")
    assert run(service).added == 1
    again = run(service)
    assert (again.is_modified, again.problem) == (False, None)
    assert run(service).is_modified is False


def test_gone_for_good_retires_a_feed(service: Service, news: NewsServer) -> None:
    news.pages["/rss"] = Answer(410)
    service.feeds.add(f"{news.url}/rss")
    assert "gone permanently" in (run(service).problem or "")
    assert only(service).is_retired
    assert syncing(service).run() == []
    news.pages["/rss"] = rss(item(1))
    assert not service.feeds.add(f"{news.url}/rss")
    assert run(service).added == 1


@pytest.mark.parametrize(("status", "asked"), [(429, "7200"), (503, "7200"), (500, ""), (404, "")])
def test_failures_wait_longer_each_time_and_as_asked(
    service: Service, news: NewsServer, status: int, asked: str
) -> None:
    news.pages["/rss"] = Answer(status, {"Retry-After": asked} if asked else {})
    service.feeds.add(f"{news.url}/rss")
    for tried in range(4):
        least_s, most_s = (7200, 7200) if asked else (30 * 2**tried, 60 * 2**tried)
        begun_s = time.time()
        assert str(status) in (run(service).problem or "")
        ended_s = time.time()
        assert begun_s + least_s <= only(service).retry_at_s <= ended_s + most_s
        assert syncing(service).run() == [], "not before its time"
    news.pages["/rss"] = rss(item(1))
    assert run(service).added == 1
    assert (only(service).failures, only(service).problem) == (0, None)


def test_a_permanent_redirect_moves_the_feed(service: Service, news: NewsServer) -> None:
    news.pages |= {"/old": Answer(301, {"Location": "/new"}), "/new": rss(item(1))}
    service.feeds.add(f"{news.url}/old")
    assert run(service).added == 1
    assert only(service).url == f"{news.url}/new"
    assert service.feeds.entry_counts() == {f"{news.url}/new": 1}
    service.feeds.add(f"{news.url}/old")
    syncing(service).run()
    assert [(feed.url[-4:], feed.is_retired) for feed in service.feeds.all()] == [
        ("/new", False),
        ("/old", True),
    ]


FAULTS: dict[str, tuple[Any, str]] = {
    "html": (b"<!doctype html><html><link rel='alternate' type='application/rss+xml' "
             b"href='/real.xml'><p>News</p></html>", "/real.xml"),
    "empty": (b"", "not an RSS"),
    "junk": (b"\0\1\2\3 nonsense", "not an RSS"),
    "json": (b'{"hello": 1}', "not a JSON Feed"),
    "cut json": (b'{"version": "https://jsonfeed.org/version/1.1", "items": [', "not valid JSON"),
    "broken gzip": (Answer(200, {"Content-Encoding": "gzip"}, gzip.compress(rss(item(1)))[:-30]),
                    "damaged"),
    "loop": (Answer(302, {"Location": "/rss"}), "redirects more than"),
    "huge": (b"x" * 300_000, "more than 200,000 bytes"),
    "bomb": (Answer(200, {"Content-Encoding": "gzip"}, gzip.compress(b"\0" * 10_000_000)),
             "decompresses to more"),
    "private": (Answer(302, {"Location": "http://127.0.0.9/"}), "not public"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_told_and_tried_again(service: Service, news: NewsServer, name: str) -> None:
    page, why = FAULTS[name]
    news.pages["/rss"] = page
    service.feeds.add(f"{news.url}/rss")
    outcome = run(service, max_bytes=200_000)
    assert why in (outcome.problem or "")
    assert only(service).failures == 1
    news.pages["/rss"] = rss(item(1))
    assert run(service).added == 1


def test_a_slow_server_costs_no_more_than_the_limit(service: Service, news: NewsServer) -> None:
    def slow(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            handler.wfile.write(b" ")
            time.sleep(0.05)

    news.pages |= {"/slow": Answer(write=slow), "/rss": rss(item(1))}
    service.feeds.add(f"{news.url}/slow")
    outcome = run(service, total_s=0.5)
    assert re.search(r"longer than 0\.5 seconds|in time", outcome.problem or "")


def test_a_wrong_charset_is_put_right(service: Service, news: NewsServer) -> None:
    text = rss(item(1)).decode().replace("utf-8", "iso-8859-1").replace("Ferry 1", "Fähre 1")
    news.pages["/rss"] = Answer(
        200, {"Content-Type": "application/rss+xml; charset=utf-8"}, text.encode("latin-1")
    )
    service.feeds.add(f"{news.url}/rss")
    assert (run(service).added, titles(service)) == (1, ["Fähre 1"])


def test_entries_that_cannot_be_read_do_not_stop_the_others(
    service: Service, news: NewsServer
) -> None:
    news.pages["/rss"] = rss("<item><guid>x</guid><title> </title></item>", item(2))
    service.feeds.add(f"{news.url}/rss")
    outcome = run(service)
    assert (outcome.added, len(outcome.failures)) == (1, 1)
    assert "there is no text" in str(outcome.failures[0])


def test_private_addresses_are_refused_unless_allowed(tmp_path: Path, news: NewsServer) -> None:
    news.pages["/rss"] = rss(item(1))
    with service_in(tmp_path / "data") as service:
        service.feeds.add(f"{news.url}/rss")
        (outcome,) = service.ingest.feed_sync().run()
        assert "private_hosts" in (outcome.problem or "")
    assert news.asked == []


def test_robots_are_obeyed_and_asked_once(service: Service, news: NewsServer) -> None:
    news.pages |= {
        "/robots.txt": b"User-agent: newsearch\nDisallow: /private*\nAllow: /\n",
        "/rss": rss(item(1)),
        "/private/rss": rss(item(2)),
    }
    service.feeds.add(f"{news.url}/rss")
    service.feeds.add(f"{news.url}/private/rss")
    outcomes = {outcome.url: outcome.problem for outcome in syncing(service).run()}
    assert outcomes[f"{news.url}/rss"] is None
    assert "robots.txt disallows" in str(outcomes[f"{news.url}/private/rss"])
    assert news.paths() == ["/robots.txt", "/rss"]


def test_a_site_whose_robots_cannot_be_had_is_left_alone(news: NewsServer) -> None:
    crawler = Crawler(Outbound(LOCAL), delay_s=0)
    news.pages |= {"/robots.txt": Answer(503), "/rss": rss(item(1))}
    with pytest.raises(RobotsForbid):
        crawler.fetch(f"{news.url}/rss")
    with pytest.raises(AddressRefused):
        crawler.fetch("http://127.0.0.9/rss")


def test_one_request_at_a_time_with_a_pause_between(
    service: Service, news: NewsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, steps = clock_of(monkeypatch, crawling), list[str]()
    delay_s = 3600.0

    def sleep(seconds: float) -> None:
        steps.append("pause")
        assert 0 < seconds <= delay_s
        clock.forward(seconds)

    def page(_request: Request) -> Answer:
        steps.append("asked")
        return Answer(body=rss(item(1)))

    for number in range(3):
        news.pages[f"/{number}"] = page
        service.feeds.add(f"{news.url}/{number}")
    crawler = Crawler(Outbound(LOCAL), delay_s=delay_s, sleep=sleep)
    FeedSync(service.feeds, crawler, service.archive.put, detect).run()
    assert steps == ["pause", "asked"] * 3, "the first pause is after robots.txt"


def test_a_feed_is_fetched_by_one_process_at_a_time(service: Service) -> None:
    service.feeds.add("https://paper.example/rss")
    assert len(service.feeds.claim_due()) == 1
    assert service.feeds.claim_due() == []
    assert len(service.feeds.claim_due(now_s=time.time() + 700)) == 1
    service.feeds.release(["https://paper.example/rss"])
    assert len(service.feeds.claim_due()) == 1


def test_feeds_are_removed_and_their_articles_stay(service: Service, news: NewsServer) -> None:
    news.pages["/rss"] = rss(item(1))
    service.feeds.add(f"{news.url}/rss")
    run(service)
    service.feeds.remove(f"{news.url}/rss")
    assert (service.feeds.all(), service.feeds.entry_counts()) == ([], {})
    assert service.archive.article_count() == 1
    with pytest.raises(FeedError, match="no feed"):
        service.feeds.remove(f"{news.url}/rss")


PAGE = """<!doctype html><html><head><title>Ferry</title></head><body>
<nav><a href="/">Home</a><a href="/sport">Sport</a></nav>
<article><h1>Ferry</h1><p>The night ferry left the harbour at ten in the evening, after a year in
which it had been away for repairs that cost more than anybody had thought.</p>
<p>Dockers cheered when the horn sounded over the water, and the mayor promised that the fares would
stay as they are until the autumn, whatever the price of fuel.</p></article>
<footer>Imprint</footer></body></html>"""


def test_full_text_comes_from_the_page_where_allowed(service: Service, news: NewsServer) -> None:
    news.pages |= {
        "/robots.txt": b"User-agent: *\nDisallow: /ferry-2\n",
        "/rss": rss(item(1), item(2), item(3)),
        "/ferry-1": Answer(200, {"Content-Type": "text/html; charset=utf-8"}, PAGE.encode()),
        "/ferry-3": Answer(200, {"Content-Type": "application/pdf"}, b"%PDF"),
    }
    service.feeds.add(f"{news.url}/rss", source="Gazette", takes_full_text=True)
    outcome = run(service)
    assert outcome.added == 3
    texts = [stored.article.text for stored in service.archive.iterate()]
    assert "promised that the fares" in texts[0]
    assert "Home" not in texts[0]
    assert "Imprint" not in texts[0]
    assert texts[1] == texts[2] == "The night ferry left the harbour at ten."
    why = [failure.why for failure in outcome.failures]
    assert "robots.txt" in why[0]
    assert "application/pdf" in why[1]
    assert next(service.archive.iterate()).article.source == "Gazette"
    assert "/ferry-2" not in news.paths()


def shared_item(number: int, text: str = "The ferry left the harbour at ten.") -> str:
    return item(number, text).replace(f"/ferry-{number}</link>", "/press</link>")


def test_entries_that_share_a_link_are_articles_of_their_own(
    service: Service, news: NewsServer
) -> None:
    service.feeds.add(f"{news.url}/rss")
    news.pages["/rss"] = rss(shared_item(1))
    assert run(service).added == 1
    news.pages["/rss"] = rss(shared_item(2), shared_item(1))
    assert run(service).added == 1
    news.pages["/rss"] = rss(shared_item(3), shared_item(2, "The ferry sank."), shared_item(1))
    outcome = run(service)
    assert (outcome.added, outcome.updated) == (1, 1)
    assert sorted(titles(service)) == ["Ferry 1", "Ferry 2", "Ferry 3"]
