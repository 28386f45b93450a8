"""Decide which of some articles a saved search or a trend matches, yes or no.

A search shows the best first, so any word may match. Without a ranking, matching must be stricter:
all bare words have to occur, as in `search.retrieval.word_match.all_words`.
"""

import numpy as np

from index.domain import Keys, Vector
from index.protocols import Snapshot
from index.query import Among, Node, ParsedQuery
from search.retrieval import candidates
from search.retrieval.word_match import all_words


def percolate(
    snapshot: Snapshot,
    parsed: ParsedQuery,
    keys: Keys,
    *,
    restriction: Node | None,
    vector: Vector | None = None,
    least_cosine: float = 1.0,
) -> Keys:
    """Return those of `keys` that match, ascending: by words, or with a vector also by meaning.

    An article matches by meaning if the cosine of its best chunk to `vector` is at least
    `least_cosine` and it satisfies the query's requirements.
    """
    limits = candidates.both(Among(tuple(np.sort(keys).tolist())), restriction)
    found = snapshot.select(all_words(parsed, snapshot)).narrowed(limits).keys()
    if vector is None:
        return found
    near = snapshot.nearest(vector, len(keys), candidates.both(parsed.constraint, limits))
    return np.union1d(found, near.keys[near.scores >= least_cosine])
