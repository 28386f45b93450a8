"""The indexer thread: it works when there is something to do and outlives every error."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from waiting import PATIENCE_S

from api.background import indexer, repeating
from api.background.indexer import BackgroundIndexer
from index.domain import Progress
from index.errors import IndexLocked, StoreError
from index.protocols import ProgressListener


class Lagging:
    """A service whose index lags behind its archive; each sync raises the next of `errors`."""

    def __init__(self, *errors: Exception) -> None:
        self.archived = 0
        self.indexed = 0
        self.syncs = 0
        self.syncing = threading.Event()
        self.is_endless = False
        self._errors = list(errors)

    def is_behind(self) -> bool:
        return self.archived > self.indexed

    def indexed_revision(self) -> int:
        return self.indexed

    def keep_up(self, on_progress: ProgressListener | None = None) -> None:
        self.syncs += 1
        self.syncing.set()
        while self.is_endless and on_progress is not None:
            on_progress(Progress("indexing", 0, 1))
            time.sleep(0.001)
        if self._errors:
            raise self._errors.pop(0)
        self.indexed = self.archived


@contextmanager
def running(service: Lagging, poll_s: float = 0.01) -> Iterator[BackgroundIndexer]:
    before = set(threading.enumerate())
    started = BackgroundIndexer(service, poll_s)
    started.start()
    own = set(threading.enumerate()) - before
    try:
        yield started
    finally:
        started.stop(PATIENCE_S)
    assert [thread.name for thread in own] == ["newsearch-indexer"]
    assert not own & set(threading.enumerate())


def test_what_was_written_becomes_searchable() -> None:
    service = Lagging()
    with running(service, poll_s=10 * PATIENCE_S) as started:
        service.archived = 3
        assert started.wait_until_searchable(3, timeout_s=PATIENCE_S)
    assert service.indexed == 3


def test_nothing_to_do_is_nothing_done() -> None:
    service = Lagging()
    with running(service) as started:
        assert started.wait_until_searchable(0, timeout_s=PATIENCE_S)
    assert service.syncs == 0


def test_what_other_processes_wrote_is_noticed_by_polling() -> None:
    service = Lagging()
    with running(service) as started:
        service.archived = 1
        with started._progressed:
            assert started._progressed.wait_for(lambda: service.indexed == 1, timeout=PATIENCE_S)


def test_waiting_ends_at_its_deadline() -> None:
    with running(Lagging()) as started:
        assert not started.wait_until_searchable(1, timeout_s=0.05)


def test_stopping_ends_waiting() -> None:
    started = BackgroundIndexer(Lagging())
    started.start()
    started.stop(PATIENCE_S)
    assert not started.wait_until_searchable(1, timeout_s=10 * PATIENCE_S)


def test_stopping_ends_a_long_run_in_the_middle() -> None:
    service = Lagging()
    service.archived, service.is_endless = 1, True
    with running(service):
        assert service.syncing.wait(PATIENCE_S)
    assert service.indexed == 0


@pytest.mark.parametrize("error", [StoreError("disk"), OSError("disk"), ValueError("a bug")])
def test_errors_are_logged_and_the_work_is_tried_again(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(repeating, "FIRST_BACKOFF_S", 0.01)
    service = Lagging(error, error)
    service.archived = 1
    with caplog.at_level(logging.ERROR), running(service) as started:
        assert started.wait_until_searchable(1, timeout_s=PATIENCE_S)
    assert service.syncs == 3
    assert [record.exc_info is not None for record in caplog.records] == [True, True]


def test_a_held_lock_is_waited_for_without_alarm(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(indexer, "LOCKED_RETRY_S", 0.01)
    service = Lagging(IndexLocked("held"), IndexLocked("held"))
    service.archived = 1
    with caplog.at_level(logging.INFO), running(service) as started:
        assert started.wait_until_searchable(1, timeout_s=PATIENCE_S)
    assert not caplog.records
