"""Which of some articles a saved search or a trend means: matching that says yes or no.

A search shows the best first, so any word may match. What decides alone must be stricter: here all
bare words have to occur, but for stop words; of what else the query requires nothing is added.
"""

import numpy as np

from index.domain import Keys, Vector
from index.protocols import Snapshot
from index.query import Among, Bool, Boost, Node, ParsedQuery, Word, is_filter
from search.retrieval import candidates


def strict(parsed: ParsedQuery, snapshot: Snapshot) -> Node:
    """The query as a condition: what it requires, or else all that it asks for."""
    node, constraint = parsed.node, parsed.constraint
    if constraint is not None and not is_filter(constraint):
        return constraint
    if is_filter(node):
        return node
    wishes = _telling([wish for part in _wished(node) for wish in _bare(part)], snapshot)
    required = () if constraint is None else (constraint,)
    return Bool(must=(*required, *wishes))


def _wished(node: Node) -> tuple[Node, ...]:
    """The parts of a query that score, filters and exclusions left aside."""
    if not isinstance(node, Bool):
        return (node,)
    parts = [part for part in (*node.must, *node.should) if not is_filter(part)]
    return tuple(inner for part in parts for inner in _choices(part))


def _choices(node: Node) -> tuple[Node, ...]:
    is_bag = isinstance(node, Bool) and not node.must and not node.must_not
    return node.should if is_bag and isinstance(node, Bool) else (node,)


def _bare(node: Node) -> tuple[Node, ...]:
    return _bare(node.node) if isinstance(node, Boost) else (node,)


def _telling(wishes: list[Node], snapshot: Snapshot) -> list[Node]:
    """Without stop words of any language that there is, unless nothing else is left."""
    analyzers = [snapshot.analyzer(language) for language in snapshot.stats().languages]

    def is_telling(node: Node) -> bool:
        return not isinstance(node, Word) or not any(
            all(map(analyzer.is_stop_word, analyzer.split(node.text))) for analyzer in analyzers
        )

    return list(filter(is_telling, wishes)) or wishes


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
    found = snapshot.select(strict(parsed, snapshot)).narrowed(limits).keys()
    if vector is None:
        return found
    near = snapshot.nearest(vector, len(keys), candidates.both(parsed.constraint, limits))
    return np.union1d(found, near.keys[near.scores >= least_cosine])
