"""The two legs of a search and what each says of every candidate.

Scores are complete: what one leg found gets its exact score in the other too. How deep the legs go
does not depend on the page asked for, so that pages never overlap.
"""

from dataclasses import dataclass

import numpy as np

from index.domain import Candidates, Keys, Scores, Vector
from index.protocols import Snapshot
from index.query import Bool, Node
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
) -> CompleteCandidates:
    """Candidates of both legs. What `constraint` excludes, no semantic hit brings back."""
    with stage(Stage.WORDS):
        words = snapshot.match(node, LEG_DEPTH, restriction)
    with stage(Stage.MEANING):
        meaning = snapshot.nearest(vector, LEG_DEPTH, both(constraint, restriction))
    with stage(Stage.COMPLETE):
        return completed(snapshot, node, vector, words, meaning)


def completed(
    snapshot: Snapshot, node: Node, vector: Vector, words: Candidates, meaning: Candidates
) -> CompleteCandidates:
    """Fill in each leg's exact scores for what only the other found."""
    keys = np.union1d(words.keys, meaning.keys)
    lexical = np.zeros(len(keys), np.float32)
    semantic = np.zeros(len(keys), np.float32)
    has_words = np.isin(keys, words.keys)
    has_meaning = np.isin(keys, meaning.keys)
    lexical[np.searchsorted(keys, words.keys)] = words.scores
    semantic[np.searchsorted(keys, meaning.keys)] = meaning.scores
    lexical[~has_words] = snapshot.score_words(node, keys[~has_words])
    semantic[~has_meaning] = snapshot.score_meaning(vector, keys[~has_meaning])
    return CompleteCandidates(keys, lexical, semantic, words, meaning)
