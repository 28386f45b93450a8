"""Which articles a query matches by its words, where words alone decide.

A ranking may score an article by part of a word; counts, timelines and alerts must not. Here an
article contains a word if it has the word in any form of its language, or all its parts in one
place: "Bundestagswahl" is not matched by "Tag", "Wahl" or "Bund", but by "Bundestags-Wahl"
(`index.query.whole_words`). Keyword search still needs just one such word; alerts, trends and what
counts as certainly found need all of them. Stop words decide nothing if there are others.
"""

from collections.abc import Sequence

from index.protocols import Snapshot
from index.query import Bool, Boost, Node, ParsedQuery, Word, is_filter, whole_words
from search.retrieval.query_language import language_of, without_function_words


def deciding(node: Node, snapshot: Snapshot) -> Node | None:
    """Return what an article must satisfy in keyword search; None if scoring already implies it."""
    return whole_words(node) if snapshot.matches_by_parts(node) else None


def all_words(parsed: ParsedQuery, snapshot: Snapshot) -> Node:
    """Return the query as a condition: its requirements, or else all of its words.

    Stop words of the query's language, or of any language in the index, are left out unless
    nothing else remains.
    """
    if (language := language_of(parsed, snapshot)) is not None:
        parsed = without_function_words(parsed, language, snapshot)
    return condition(parsed, wished_words(parsed, snapshot))


def condition(parsed: ParsedQuery, words: Sequence[Node]) -> Node:
    """Return what a query requires, or else all of `words`.

    Requirements stand for the whole query; optional words add nothing to them.
    """
    node, constraint = parsed.node, parsed.constraint
    if constraint is not None and not is_filter(constraint):
        return constraint
    if is_filter(node):
        return node
    required = () if constraint is None else (constraint,)
    return Bool(must=(*required, *words))


def wished_words(parsed: ParsedQuery, snapshot: Snapshot) -> list[Node]:
    """Return the scoring parts of a query as whole words, without stop words if others remain."""
    wishes = [wish for part in _wished(parsed.node) for wish in _bare(part)]
    return list(map(whole_words, _telling(wishes, snapshot)))


def _wished(node: Node) -> tuple[Node, ...]:
    """Return the scoring parts of a query, without filters and exclusions."""
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
    """Remove the stop words of all languages in the index, unless nothing else remains."""
    analyzers = [snapshot.analyzer(language) for language in snapshot.stats().languages]

    def is_telling(node: Node) -> bool:
        return not isinstance(node, Word) or not any(
            all(map(analyzer.is_stop_word, analyzer.split(node.text))) for analyzer in analyzers
        )

    return list(filter(is_telling, wishes)) or wishes
