"""Threads beside the server: they repeat, outlive errors, and stop when told."""

import logging
import threading
import time
from pathlib import Path

import pytest
from news_server import serving
from newsrooms import service_in

from api.background import repeating
from api.background.feeds import BackgroundFeeds
from api.background.repeating import Repeating
from index.feeds.crawler import Crawler
from index.feeds.sync import FeedSync
from index.text.language import detect

FEED = b"""<rss version='2.0'><channel><title>Port Gazette</title>
<item><guid>1</guid><title>Night ferry returns</title><link>/ferry</link></item></channel></rss>"""


def waited_for(event: threading.Event) -> bool:
    return event.wait(30)


def test_a_step_is_repeated_and_woken() -> None:
    calls = threading.Semaphore(0)
    thread = Repeating("test", lambda _self: calls.release(), every_s=60)
    thread.start()
    assert calls.acquire(timeout=30)
    thread.wake()
    assert calls.acquire(timeout=30)
    thread.stop(30)
    assert "newsearch-test" not in {one.name for one in threading.enumerate()}


def test_an_error_is_logged_and_the_step_tried_again(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeating, "FIRST_BACKOFF_S", 0.01)
    done = threading.Event()
    errors = [ValueError("first"), ValueError("second")]

    def step(_thread: Repeating) -> None:
        if errors:
            raise errors.pop()
        done.set()

    with caplog.at_level(logging.ERROR):
        thread = Repeating("test", step, every_s=0.01)
        thread.start()
        assert waited_for(done)
        thread.stop(30)
    assert "newsearch-test failed" in caplog.text


def test_a_pause_ends_when_it_is_time_to_stop() -> None:
    began = threading.Event()

    def step(thread: Repeating) -> None:
        began.set()
        thread.pause(600)

    thread = Repeating("test", step, every_s=600)
    thread.start()
    assert waited_for(began)
    began_s = time.monotonic()
    thread.stop(30)
    assert time.monotonic() - began_s < 20


def test_feeds_are_fetched_beside_a_server(tmp_path: Path) -> None:
    woken = threading.Event()
    with serving() as news, service_in(tmp_path / "data", private_hosts="127.0.0.1") as service:
        news.pages["/rss"] = FEED
        feeds = BackgroundFeeds(
            lambda: service.feeds,
            lambda pause: FeedSync(
                service.feeds,
                Crawler(service.outbound, delay_s=0, sleep=pause),
                service.put,
                detect,
            ),
            0.02,
            woken.set,
        )
        feeds.start()
        assert not woken.wait(0.1), "without a feed nothing is asked"
        service.feeds.add(f"{news.url}/rss")
        assert waited_for(woken)
        feeds.stop(30)
        assert service.archive.article_count() == 1
