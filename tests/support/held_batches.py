"""A service whose batches wait until a test lets them through."""

import threading
from typing import Any

import pytest
from waiting import PATIENCE_S

from api.service.service import Service


class HeldBatches:
    """Stands in for `put`: each batch waits until it is let through."""

    def __init__(self, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
        self._put = service.archive.put
        self._gate = threading.Semaphore(0)
        self._arrived = threading.Semaphore(0)
        self.batches = 0
        monkeypatch.setattr(service.archive, "put", self)

    def __call__(self, articles: Any, **options: Any) -> Any:
        self._arrived.release()
        assert self._gate.acquire(timeout=PATIENCE_S)
        self.batches += 1
        return self._put(articles, **options)

    def wait_for_a_batch(self) -> None:
        assert self._arrived.acquire(timeout=PATIENCE_S)

    def let_through(self, batches: int) -> None:
        for _ in range(batches):
            self._gate.release()
