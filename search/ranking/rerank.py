"""The first hits of a ranking in a better order, by a model that reads query and passage together.

All or nothing: either all of the first `top` are scored within the budget and ordered by those
scores, or the first ranking stands as it was and the answer says why. Two orders are never mixed.
What was decided for a request and a snapshot is remembered, so that its pages agree.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from index.domain import Scores
from index.errors import EncoderError
from index.protocols import Reranker
from index.runtime.lru import LruCache

_LOG = logging.getLogger("newsearch.rerank")

BATCH = 8
"""Passages scored between two looks at the clock."""

REMEMBERED = 256
"""Decisions kept for further pages."""


@dataclass(frozen=True, slots=True)
class Reranked:
    """The scores of the first hits in the order given, or None and why there are none."""

    scores: Scores | None
    why_not: str = ""


class Reranking:
    """Scores the first `top` hits within `budget_s` seconds. Safe to share between threads.

    `load` gives the model; it is asked for at the first use, outside the budget. One scoring runs
    at a time: where requests come faster than that, they go without, instead of waiting.
    """

    def __init__(self, load: Callable[[], Reranker], *, top: int, budget_s: float) -> None:
        self.top = top
        self._budget_s = budget_s
        self._load = load
        self._lock = threading.Lock()
        self._model: Reranker | None = None
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="rerank")
        self._decisions: LruCache[tuple[str | int, ...], Reranked] = LruCache(REMEMBERED)

    def decide(
        self, request: tuple[str | int, ...], query: str, passages: Callable[[], Sequence[str]]
    ) -> Reranked:
        """The decision for `request` (snapshot, fingerprint, keys), made now if it is new."""
        decision = self._decisions.peek(request)
        if decision is None:
            decision = self._scored(query, passages())
            self._decisions.put(request, decision)
        return decision

    def _scored(self, query: str, passages: Sequence[str]) -> Reranked:
        try:
            model = self._loaded()
        except EncoderError as error:
            return _unusable(error)
        end_s = time.monotonic() + self._budget_s
        work = self._worker.submit(_score_all, model, query, passages, end_s)
        try:
            scores = work.result(timeout=self._budget_s)
        except TimeoutError:
            work.cancel()
            scores = None
        except EncoderError as error:
            return _unusable(error)
        if scores is None:
            return Reranked(None, f"not reranked: it takes longer than {self._budget_s:g} s")
        return Reranked(scores)

    def _loaded(self) -> Reranker:
        with self._lock:
            if self._model is None:
                self._model = self._load()
            return self._model


def _unusable(error: EncoderError) -> Reranked:
    """The note is for whoever asks, from anywhere; why, which may name a path, is for the log."""
    _LOG.warning("not reranked: %s", error)
    return Reranked(None, "not reranked: the reranker cannot be used; the log says why")


def _score_all(model: Reranker, query: str, passages: Sequence[str], end_s: float) -> Scores | None:
    """Scores of all passages; None as soon as the time is over."""
    parts = [np.zeros(0, np.float32)]
    for start in range(0, len(passages), BATCH):
        if time.monotonic() >= end_s:
            return None
        parts.append(model.score(query, passages[start : start + BATCH]))
    return np.concatenate(parts)
