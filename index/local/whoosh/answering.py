"""`WhooshSnapshot`: the same snapshot, whose queries by words Whoosh's own searcher answers.

For checking the array engine on an archive (`newsearch verify --against-whoosh`), or for whoever
prefers Whoosh; it visits postings one at a time in Python. Vectors, explanations and restrictions
of counts are as in `LocalSnapshot`.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from whoosh import query
from whoosh.searching import Searcher

from index.domain import Candidates, Keys, Scores
from index.lexical.evaluate import Matches, Ordinals, scores_at
from index.local.live_segment import LiveSegment
from index.local.search import best_of
from index.local.selection import LocalSelection, SelectedPart
from index.local.snapshot import LocalSnapshot
from index.local.whoosh.opened import open_reader
from index.local.whoosh.plans import whoosh_query
from index.local.whoosh.weighting import Bm25F
from index.query import ExactField, Node
from index.runtime import deadline
from index.runtime.lru import LruCache

KEPT_ANSWERS = 16
"""Queries whose answers are cached, since a search needs them more than once."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What Whoosh found in one segment and language: ordinals with their scores."""

    segment: int
    live: LiveSegment
    language: str
    matches: Matches

    @property
    def keys(self) -> Keys:
        """The articles' keys, ascending."""
        return self.live.segment.columns.keys[self.matches.docs]


class WhooshSnapshot(LocalSnapshot):
    """`index.protocols.Snapshot` with Whoosh's matches and scores."""

    @cached_property
    def _answers(self) -> LruCache[Node, Sequence[Answered]]:
        return LruCache(KEPT_ANSWERS)

    @cached_property
    def _asking(self) -> threading.Lock:
        """Whoosh's searchers are not made for several threads at once."""
        return threading.Lock()

    @cached_property
    def _searcher(self) -> Searcher:
        return Searcher(open_reader(self), weighting=Bm25F(self.parameters))

    def answered(self, node: Node) -> Sequence[Answered]:
        """Everything that matches, by segment and language."""
        return self._answers.get(node, lambda: self._answer(node))

    def _answer(self, node: Node) -> Sequence[Answered]:
        found = []
        for language, plan in self.plans(node).items():
            deadline.check()
            asked = whoosh_query(plan, language)
            own = query.Term(str(ExactField.LANGUAGE), language.casefold())
            with self._asking:
                results = self._searcher.search(asked, limit=None, filter=own)
            docs = np.array([doc for _, doc in results.top_n], np.int64)
            scores = np.array([score for score, _ in results.top_n], np.float32)
            found += self._by_segment(language, docs, scores)
        return found

    def _by_segment(self, language: str, docs: Ordinals, scores: Scores) -> list[Answered]:
        order = np.argsort(docs)
        docs, scores = docs[order], scores[order]
        found, start = [], 0
        for at, live in enumerate(self._segments):
            end = start + len(live.segment.columns)
            own = slice(*np.searchsorted(docs, [start, end]))
            if language in live.parts:
                found.append(Answered(at, live, language, Matches(docs[own] - start, scores[own])))
            start = end
        return found

    def match(self, node: Node, k: int, restriction: Node | None = None) -> Candidates:
        """The k best articles that match `node` (and `restriction`, which does not score)."""
        answers = self.answered(node)
        keys, scores = [one.keys for one in answers], [one.matches.scores for one in answers]
        if restriction is not None:
            allowed = self._keys(restriction)
            inside = [np.isin(one, allowed) for one in keys]
            keys = [one[kept] for one, kept in zip(keys, inside, strict=True)]
            scores = [one[kept] for one, kept in zip(scores, inside, strict=True)]
        return best_of(keys, scores, k)

    def _dated(
        self, node: Node, restriction: Node | None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        keys, dates = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        allowed = None if restriction is None else self._keys(restriction)
        for one in self.answered(node):
            docs = one.matches.docs
            if allowed is not None:
                docs = docs[np.isin(one.keys, allowed)]
            keys.append(one.live.segment.columns.keys[docs])
            dates.append(one.live.segment.columns.dates(docs))
        return np.concatenate(keys), np.concatenate(dates)

    def _keys(self, node: Node) -> Keys:
        return np.concatenate([np.zeros(0, np.int64), *(one.keys for one in self.answered(node))])

    def select(self, what: Node | Keys) -> LocalSelection:
        """The articles that match a query, or those with given keys, for counting."""
        if isinstance(what, np.ndarray):
            return super().select(what)
        parts = [
            SelectedPart(one.segment, one.language, one.live.parts[one.language], one.matches.docs)
            for one in self.answered(what)
        ]
        return LocalSelection(self, parts)

    def score_words(self, node: Node, keys: Keys) -> Scores:
        """Each article's score for `node` as in `match`; 0 if it does not match."""
        scores = np.zeros(len(keys), np.float32)
        for one in self.answered(node):
            ordinals = one.live.segment.columns.ordinals(keys)
            scores += scores_at(one.matches, ordinals)
        return scores
