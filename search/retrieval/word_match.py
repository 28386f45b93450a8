"""Which articles a query matches by its words, where that alone decides.

A search that ranks may score an article by half a word; what counts, dates or delivers an article
may not. Here a word is held if the article has it, in any form of its language, or all its parts in
one place: "Bundestagswahl" is not held by "Tag", "Wahl" or "Bund", but by "Bundestags-Wahl"
(`index.query.whole_words`). Keyword search goes by any such word, as ever; alerts, trends and what
counts as found for certain by all of them. Stop words decide nothing beside others.
"""

from index.protocols import Snapshot
from index.query import Bool, Boost, Node, ParsedQuery, Word, is_filter, whole_words
from search.retrieval.query_language import language_of, without_function_words


def deciding(node: Node, snapshot: Snapshot) -> Node | None:
    """What an article must satisfy for keyword search, beside scoring; None if that is the same."""
    return whole_words(node) if snapshot.matches_by_parts(node) else None


def all_words(parsed: ParsedQuery, snapshot: Snapshot) -> Node:
    """The query as a condition: what it requires, or else all words that it asks for.

    Requirements stand for the whole query; of what it only wishes beside them nothing is added.
    Stop words of any language that there is, or that the query is in, are left out, unless nothing
    else is left.
    """
    if (language := language_of(parsed, snapshot)) is not None:
        parsed = without_function_words(parsed, language, snapshot)
    node, constraint = parsed.node, parsed.constraint
    if constraint is not None and not is_filter(constraint):
        return constraint
    if is_filter(node):
        return node
    required = () if constraint is None else (constraint,)
    return Bool(must=(*required, *wished_words(parsed, snapshot)))


def wished_words(parsed: ParsedQuery, snapshot: Snapshot) -> list[Node]:
    """The parts of a query that score, whole, without stop words unless nothing else is left."""
    wishes = [wish for part in _wished(parsed.node) for wish in _bare(part)]
    return list(map(whole_words, _telling(wishes, snapshot)))


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
