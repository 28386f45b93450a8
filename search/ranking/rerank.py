"""Rerank the first hits of a ranking, with a model that reads query and passage together.

Either all of the first `top` are scored within the budget and sorted by those scores, or the first
ranking stays and the answer says why; the two are never mixed. The decision is remembered per
request and snapshot, so that its pages agree.
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
"""The number of passages scored before the time is checked again."""

REMEMBERED = 256
"""The number of decisions kept for further pages."""


@dataclass(frozen=True, slots=True)
class Reranked:
    """The scores of the first hits in the order given, or None and the reason."""

    scores: Scores | None
    why_not: str = ""


class Reranking:
    """Score the first `top` hits within `budget_s` seconds. Safe to share between threads.

    `load` returns the model; it is called on first use, outside the budget. Only one scoring runs
    at a time: a request that would have to wait is not reranked.
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
        """Return the decision for `request` (snapshot, fingerprint, keys); make it if it is new."""
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
            return Reranked(None, f"not reranked: it would take longer than {self._budget_s:g} s")
        return Reranked(scores)

    def _loaded(self) -> Reranker:
        with self._lock:
            if self._model is None:
                self._model = self._load()
            return self._model


def _unusable(error: EncoderError) -> Reranked:
    """Return a note for the public; the reason, which may contain a path, goes to the log."""
    _LOG.warning("not reranked: %s", error)
    return Reranked(None, "not reranked: the reranker cannot be used; see the log")


def _score_all(model: Reranker, query: str, passages: Sequence[str], end_s: float) -> Scores | None:
    """Return the scores of all passages; None once the time is up."""
    parts = [np.zeros(0, np.float32)]
    for start in range(0, len(passages), BATCH):
        if time.monotonic() >= end_s:
            return None
        parts.append(model.score(query, passages[start : start + BATCH]))
    return np.concatenate(parts)
