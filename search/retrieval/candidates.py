"""The two legs of a search and what each says of every candidate.

Scores are complete: what one leg found gets its exact score in the other too. How deep the legs go
does not depend on the page asked for, so that pages never overlap.
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
"""Candidates of each leg in hybrid search."""

SINGLE_DEPTH = 1000
"""Candidates where one leg answers alone."""


@dataclass(frozen=True, slots=True)
class CompleteCandidates:
    """Every candidate of either leg, keys ascending, with its exact scores in both."""

    keys: Keys
    lexical: Scores
    semantic: Scores
    words: Candidates
    meaning: Candidates


def both(*restrictions: Node | None) -> Node | None:
    """All restrictions as one; None where there is none."""
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
    """Candidates of both legs, so many of each. What `constraint` excludes, no semantic hit brings
    back."""
    with stage(Stage.WORDS):
        words = snapshot.match(node, depth, restriction)
    with stage(Stage.MEANING):
        meaning = snapshot.nearest(vector, depth, both(constraint, restriction))
    with stage(Stage.COMPLETE):
        return completed(snapshot, node, vector, words, meaning)


def completed(
    snapshot: Snapshot, node: Node, vector: Vector, words: Candidates, meaning: Candidates
) -> CompleteCandidates:
    """Fill in each leg's exact scores for what only the other found."""
    keys = distinct(np.concatenate([words.keys, meaning.keys]))
    lexical = _scattered(keys, words, lambda missing: snapshot.score_words(node, missing))
    semantic = _scattered(keys, meaning, lambda missing: snapshot.score_meaning(vector, missing))
    return CompleteCandidates(keys, lexical, semantic, words, meaning)


def _scattered(keys: Keys, found: Candidates, score: Callable[[Keys], Scores]) -> Scores:
    """The scores of `keys`: those of the candidates among them, and of the rest by `score`."""
    scores = np.zeros(len(keys), np.float32)
    is_missing = np.ones(len(keys), bool)
    at = np.searchsorted(keys, found.keys)
    scores[at] = found.scores
    is_missing[at] = False
    scores[is_missing] = score(keys[is_missing])
    return scores
