"""Threads beside the server: they repeat, outlive errors, and stop when told."""

import itertools
import logging
import threading
from pathlib import Path

import pytest
from news_server import serving
from newsrooms import service_in
from waiting import PATIENCE_S

from api.background import repeating
from api.background.feeds import BackgroundFeeds
from api.background.repeating import Repeating
from index.feeds.crawler import Crawler
from index.feeds.store import FeedStore
from index.feeds.sync import FeedSync
from index.text.language import detect

FEED = b"""<rss version='2.0'><channel><title>Port Gazette</title>
<item><guid>1</guid><title>Night ferry returns</title><link>/ferry</link></item></channel></rss>"""
LONG_S = 10 * PATIENCE_S


def test_a_step_is_repeated_and_woken() -> None:
    calls = threading.Semaphore(0)
    thread = Repeating("test", lambda _self: calls.release(), every_s=LONG_S)
    thread.start()
    assert calls.acquire(timeout=PATIENCE_S)
    thread.wake()
    assert calls.acquire(timeout=PATIENCE_S)
    thread.stop(PATIENCE_S)
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
        assert done.wait(PATIENCE_S)
        thread.stop(PATIENCE_S)
    assert "newsearch-test failed" in caplog.text


def test_a_pause_ends_when_it_is_time_to_stop() -> None:
    began = threading.Event()

    def step(thread: Repeating) -> None:
        began.set()
        thread.pause(LONG_S)

    thread = Repeating("test", step, every_s=LONG_S)
    thread.start()
    assert began.wait(PATIENCE_S)
    thread.stop(PATIENCE_S)
    assert "newsearch-test" not in {one.name for one in threading.enumerate()}


def test_feeds_are_fetched_beside_a_server(tmp_path: Path) -> None:
    woken, looks = threading.Event(), itertools.count(1)
    looked = threading.Event()

    def store() -> FeedStore:
        if next(looks) == 3:
            looked.set()
        return service.feeds

    with serving() as news, service_in(tmp_path / "data", private_hosts="127.0.0.1") as service:
        news.pages["/rss"] = FEED
        feeds = BackgroundFeeds(
            store,
            lambda pause: FeedSync(
                service.feeds,
                Crawler(service.outbound, delay_s=0, sleep=pause),
                service.archive.put,
                detect,
            ),
            0.02,
            woken.set,
        )
        feeds.start()
        assert looked.wait(PATIENCE_S)
        assert not woken.is_set()
        assert not news.asked, "without a feed nothing is asked"
        service.feeds.add(f"{news.url}/rss")
        assert woken.wait(PATIENCE_S)
        feeds.stop(PATIENCE_S)
        assert service.archive.article_count() == 1
