"""Retrieve candidates by words and by meaning, with both scores for each.

Scores are complete: a candidate found by only one search gets its exact score in the other. The
depth of both searches does not depend on the page, so pages never overlap.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from index.domain import Candidates, Keys, Scores, Vector
from index.protocols import Snapshot
from index.query import Bool, Node
from index.segment.sorted_arrays import distinct
from search.stages import Stage, stage

LEG_DEPTH = 500
"""The number of candidates of each search in hybrid mode."""

SINGLE_DEPTH = 1000
"""The number of candidates if only one search runs."""


@dataclass(frozen=True, slots=True)
class CompleteCandidates:
    """All candidates, keys ascending, with their exact scores by words and by meaning."""

    keys: Keys
    lexical: Scores
    semantic: Scores
    words: Candidates
    meaning: Candidates


def both(*restrictions: Node | None) -> Node | None:
    """Combine all restrictions into one; None if there are none."""
    given = tuple(restriction for restriction in restrictions if restriction is not None)
    if len(given) <= 1:
        return given[0] if given else None
    return Bool(must=given)


def complete(
    snapshot: Snapshot,
    node: Node,
    vector: Vector,
    *,
    constraint: Node | None,
    restriction: Node | None,
    depth: int = LEG_DEPTH,
) -> CompleteCandidates:
    """Retrieve up to `depth` candidates each by words and by meaning.

    What `constraint` excludes is not found by meaning either.
    """
    with stage(Stage.WORDS):
        words = snapshot.match(node, depth, restriction)
    with stage(Stage.MEANING):
        meaning = snapshot.nearest(vector, depth, both(constraint, restriction))
    with stage(Stage.COMPLETE):
        return completed(snapshot, node, vector, words, meaning)


def completed(
    snapshot: Snapshot, node: Node, vector: Vector, words: Candidates, meaning: Candidates
) -> CompleteCandidates:
    """Add the exact scores of candidates that only the other search found."""
    keys = distinct(np.concatenate([words.keys, meaning.keys]))
    lexical = _scattered(keys, words, lambda missing: snapshot.score_words(node, missing))
    semantic = _scattered(keys, meaning, lambda missing: snapshot.score_meaning(vector, missing))
    return CompleteCandidates(keys, lexical, semantic, words, meaning)


def _scattered(keys: Keys, found: Candidates, score: Callable[[Keys], Scores]) -> Scores:
    """Return the scores of `keys`: known ones from the candidates, the rest from `score`."""
    scores = np.zeros(len(keys), np.float32)
    is_missing = np.ones(len(keys), bool)
    at = np.searchsorted(keys, found.keys)
    scores[at] = found.scores
    is_missing[at] = False
    scores[is_missing] = score(keys[is_missing])
    return scores
