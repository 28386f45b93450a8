"""Which of some articles a saved search or a trend means: matching that says yes or no.

A search shows the best first, so any word may match. What decides alone must be stricter: here all
bare words have to occur, as `search.retrieval.word_match.all_words` has it.
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
    """Those of `keys` that match, ascending: by words, or with a vector also by meaning.

    By meaning an article matches if its best chunk's cosine to `vector` is at least `least_cosine`
    and it satisfies what the query requires.
    """
    limits = candidates.both(Among(tuple(np.sort(keys).tolist())), restriction)
    found = snapshot.select(all_words(parsed, snapshot)).narrowed(limits).keys()
    if vector is None:
        return found
    near = snapshot.nearest(vector, len(keys), candidates.both(parsed.constraint, limits))
    return np.union1d(found, near.keys[near.scores >= least_cosine])
