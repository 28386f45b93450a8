"""What a question finds, of all that its legs could rank: where the list ends.

An article that holds all words of the question, or satisfies what it requires, is found in any
case. Others are found by evidence (`search.ranking.evidence`): the question has an answer if any
article of the archive reaches the threshold `answer`, and then everything down to `end` is found.
Whether there is an answer does not depend on filters, so that filtering never changes what is
found, only hides some.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.domain import Keys, Vector
from index.protocols import Snapshot
from index.query import Among, Bool, Node, ParsedQuery, Word, is_filter
from index.segment.sorted_arrays import distinct
from search.ranking.evidence import WORDS, Background, Evidence, weigh
from search.request import FoundBy
from search.retrieval.candidates import (
    LEG_DEPTH,
    SINGLE_DEPTH,
    CompleteCandidates,
)
from search.retrieval.word_match import wished_words

MOST_WORDS = 32
"""Words of a question whose holders are looked up; a pasted text tells enough by its first ones."""

NAME_WORDS = 2
"""So few words that some article holds are taken for a name: others then need as much evidence as
an
answer, for what is merely near a name is something else."""

LEAST_CLAUSE = 6
"""A word of more parts than this is a clause written without spaces."""

ANSWER_DEPTH = 50
"""Candidates of each leg among which an answer is looked for beyond the filters."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a question finds, beside its candidates.

    `node` matches all of it, whatever the filters leave; `total` counts what they leave. Of the
    candidates, `is_found` says which those are, `is_certain` which without evidence. `is_exact`:
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
        """`(n,)`: which of some keys, in any order, are found."""
        return np.isin(keys, self.candidates.keys[self.is_found])

    def why(self, key: int) -> FoundBy | None:
        """What speaks for a candidate; None for an article that is none."""
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


def certain(parsed: ParsedQuery, words: Sequence[Node]) -> Node:
    """What is found in any case: what a query requires, else all of its words."""
    constraint = parsed.constraint
    if constraint is not None and not is_filter(constraint):
        return constraint
    if is_filter(parsed.node):
        return parsed.node
    return Bool(must=(*(() if constraint is None else (constraint,)), *words))


def asked_words(parsed: ParsedQuery, snapshot: Snapshot) -> list[Node]:
    """The words of a question one by one, those of clauses written without spaces too."""
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
) -> Found:
    """What a question finds among its candidates, which get those added that certainly belong.

    `deeper` gives the candidates of a depth that there would be without the filters.
    """
    words = asked_words(parsed, snapshot)
    node = certain(parsed, words)
    everywhere = snapshot.select(node)
    selection = everywhere.narrowed(restriction)
    candidates = _with_certain(
        snapshot, parsed, candidates, vector, node, restriction, len(selection)
    )

    def weighed(some: CompleteCandidates) -> Evidence:
        return weigh(snapshot, background, words[:MOST_WORDS], vector, some.keys, some.semantic)

    evidence = weighed(candidates)
    is_certain = np.isin(
        candidates.keys, selection.narrowed(Among(tuple(candidates.keys.tolist()))).keys()
    )
    is_name = len(words) <= NAME_WORDS and len(everywhere) > 0
    is_near = evidence.is_answer if is_name else evidence.is_near
    if is_name and background.is_too_small:
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
    """The candidates with what is certainly found and deeper than the legs went."""
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
    """Whether a leg's last candidate is found by evidence, so that more might lie behind it."""

    def ends_near(keys: Keys) -> bool:
        last = np.searchsorted(candidates.keys, keys[-1])
        return len(keys) >= LEG_DEPTH and bool(is_near[last])

    legs = (candidates.words.keys, candidates.meaning.keys)
    return any(len(keys) and ends_near(keys) for keys in legs)
