"""Decide which candidates a query finds, and so where the list ends.

An article that contains all words of the query, or satisfies its requirements, is always found.
Others are found by evidence (`search.ranking.evidence`): the query has an answer if any article of
the archive reaches the threshold `answer`, and then everything down to `end` is found. Whether
there is an answer does not depend on filters, so filtering only ever hides articles.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.domain import Keys, Vector
from index.protocols import Snapshot
from index.query import Among, Bool, Node, ParsedQuery, Word
from index.segment.sorted_arrays import distinct
from search.ranking.evidence import WORDS, Background, Evidence, weigh
from search.request import FoundBy
from search.retrieval.candidates import (
    LEG_DEPTH,
    SINGLE_DEPTH,
    CompleteCandidates,
)
from search.retrieval.word_match import condition, wished_words

MOST_WORDS = 32
"""The number of words looked up for a query; the first ones represent a pasted text well enough."""

NAME_WORDS = 2
"""Up to this many words that occur in some article are taken for a name: other articles then need
as much evidence as an answer, because something merely close to a name is something else.
"""

LEAST_CLAUSE = 6
"""A word of more parts than this is a clause written without spaces."""

ANSWER_DEPTH = 50
"""The number of unfiltered candidates, by words and by meaning, checked for an answer."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a query finds, in addition to its candidates.

    `node` matches all of it, regardless of the filters; `total` counts what they accept. Of the
    candidates, `is_found` marks those found, `is_certain` those found without evidence. `is_exact`:
    the evidence ended before the candidates did.
    """

    candidates: CompleteCandidates
    evidence: Evidence
    node: Node
    total: int
    is_exact: bool
    is_found: NDArray[np.bool_]
    is_certain: NDArray[np.bool_]

    def holds(self, keys: Keys) -> NDArray[np.bool_]:
        """Return `(n,)`: which of some keys, in any order, are found."""
        return np.isin(keys, self.candidates.keys[self.is_found])

    def why(self, key: int) -> FoundBy | None:
        """Return why a candidate is found, or not; None for other articles."""
        at = int(np.searchsorted(self.candidates.keys, key))
        if at >= len(self.candidates.keys) or self.candidates.keys[at] != key:
            return None
        evidence = self.evidence
        return FoundBy(
            meaning=float(evidence.meaning[at]),
            words=float(evidence.words[at]),
            words_worth=WORDS,
            evidence=float(evidence.total[at]),
            answer=float(evidence.answer[at]),
            end=float(evidence.end[at]),
            is_certain=bool(self.is_certain[at]),
        )


def asked_words(parsed: ParsedQuery, snapshot: Snapshot) -> list[Node]:
    """Return the single words of a query, including those of clauses written without spaces."""
    languages = snapshot.stats().languages
    analyzers = [snapshot.analyzer(each) for each in sorted(languages, key=lambda x: -languages[x])]
    found: dict[Node, None] = {}
    for node in wished_words(parsed, snapshot):
        parts: Sequence[Node] = ()
        if isinstance(node, Word):
            splits = (analyzer.split(node.text) for analyzer in analyzers)
            clause = next((split for split in splits if len(split) > LEAST_CLAUSE), [])
            parts = [replace(node, text=part) for part in clause]
        found |= dict.fromkeys(parts or [node])
    return list(found)


def find(
    snapshot: Snapshot,
    background: Background,
    parsed: ParsedQuery,
    candidates: CompleteCandidates,
    vector: Vector,
    restriction: Node | None,
    deeper: Callable[[int], CompleteCandidates],
    *,
    is_foreign: bool = False,
) -> Found:
    """Decide what a query finds; candidates that are certainly found are added.

    `deeper` returns the unfiltered candidates up to a depth. `is_foreign`: the query is in a
    language that no article is in.
    """
    words = asked_words(parsed, snapshot)
    node = condition(parsed, words)
    everywhere = snapshot.select(node)
    selection = everywhere.narrowed(restriction)
    candidates = _with_certain(
        snapshot, parsed, candidates, vector, node, restriction, len(selection)
    )

    def weighed(some: CompleteCandidates) -> Evidence:
        return weigh(
            snapshot,
            background,
            words[:MOST_WORDS],
            vector,
            some.keys,
            some.semantic,
            is_foreign=is_foreign,
        )

    evidence = weighed(candidates)
    is_certain = selection.holds(candidates.keys)
    is_name = len(words) <= NAME_WORDS and len(everywhere) > 0
    is_near = evidence.is_answer if is_name else evidence.is_near
    if is_name and background.is_small:
        is_near = np.zeros_like(is_near)
    if is_near.any() and not evidence.has_answer:
        is_near &= restriction is not None and weighed(deeper(ANSWER_DEPTH)).has_answer
    by_evidence = candidates.keys[is_near & ~is_certain]
    return Found(
        candidates,
        evidence,
        Bool(should=(node, Among(tuple(by_evidence.tolist())))) if len(by_evidence) else node,
        len(selection) + len(by_evidence),
        not _goes_on(candidates, is_near & ~is_certain),
        is_near | is_certain,
        is_certain,
    )


def _with_certain(
    snapshot: Snapshot,
    parsed: ParsedQuery,
    candidates: CompleteCandidates,
    vector: Vector,
    node: Node,
    restriction: Node | None,
    total: int,
) -> CompleteCandidates:
    """Return the candidates, with certainly found articles that the searches did not reach."""
    if total == 0 or len(candidates.words.keys) < LEG_DEPTH:
        return candidates
    ranked = snapshot.match(node, SINGLE_DEPTH, restriction)
    missing = np.setdiff1d(ranked.keys, candidates.keys)
    if not len(missing):
        return candidates
    keys = distinct(np.concatenate([candidates.keys, missing]))
    at = np.isin(keys, missing)
    lexical, semantic = np.zeros((2, len(keys)), np.float32)
    lexical[~at], semantic[~at] = candidates.lexical, candidates.semantic
    lexical[at] = snapshot.score_words(parsed.node, missing)
    semantic[at] = snapshot.score_meaning(vector, missing)
    return replace(candidates, keys=keys, lexical=lexical, semantic=semantic)


def _goes_on(candidates: CompleteCandidates, is_near: NDArray[np.bool_]) -> bool:
    """Return whether a search's last candidate is found by evidence, so that more may follow."""

    def ends_near(keys: Keys) -> bool:
        last = np.searchsorted(candidates.keys, keys[-1])
        return len(keys) >= LEG_DEPTH and bool(is_near[last])

    legs = (candidates.words.keys, candidates.meaning.keys)
    return any(len(keys) and ends_near(keys) for keys in legs)
