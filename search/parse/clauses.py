"""Combines the clauses of a query into the algebra of `index.query`.

A `Clauses` is a query or a part of one as people think of it: what is required, what is optional,
what is excluded. Parentheses that only group options leave no trace; nested requirements of an AND
become one list.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.query import Bool, Boost, DateInterval, Exact, Node, Phrase, Word, inflected, whole_words


@dataclass(frozen=True, slots=True)
class Clauses:
    """`is_choice`: all of `should` was written as one OR."""

    must: tuple[Node, ...] = ()
    should: tuple[Node, ...] = ()
    must_not: tuple[Node, ...] = ()
    is_choice: bool = False

    @property
    def is_wish(self) -> bool:
        """Whether this only affects scores and requires nothing."""
        return not self.must and not self.must_not

    def node(self) -> Node:
        """The node that matches this. Next to filters alone, one of the options must match."""
        must, should = self.must, self.should
        if must:
            should = tuple(wish for wish in should if not _is_filter(wish))
        if should and must and all(map(_is_filter, must)):
            must, should = (*must, _any_of(should)), ()
        if not self.must_not:
            if not must:
                return _any_of(should)
            if not should and len(must) == 1:
                return must[0]
        return Bool(must, should, self.must_not)

    def query(self) -> Node:
        """The node of a whole query: a single word that is required is not optional."""
        node = self.node()
        return whole_words(node) if self.must and _is_word(node) else node

    def constraint(self) -> Node | None:
        """What every hit must satisfy, however it is found; None if there is nothing.

        No part of a word satisfies it.
        """
        must = tuple(map(_bare, self.must))
        if self.is_choice and all(map(_is_filter, self.must)):
            must = (*must, _any_of(tuple(map(_bare, self.should))))
        if not must and not self.must_not:
            return None
        if len(must) == 1 and not self.must_not:
            return whole_words(must[0])
        return whole_words(Bool(must=must, must_not=tuple(map(_bare, self.must_not))))


def preferring(clauses: Clauses) -> Clauses | None:
    """The clauses with quoted phrases optional instead of required; None if more is required.

    The words of a phrase are optional as well, so that an article that has most of them counts, and
    may have any form.
    """
    phrases = tuple(node for node in clauses.must if isinstance(node, Phrase) and not node.slop)
    if not phrases or phrases != clauses.must or clauses.must_not or clauses.is_choice:
        return None
    words = tuple(
        Word(word, phrase.field)
        for phrase in phrases
        for word in phrase.text.split()
        if any(map(str.isalnum, word))
    )
    return Clauses(should=(*clauses.should, *words, *map(inflected, phrases)))


def beside(parts: Sequence[Clauses]) -> Clauses:
    """Clauses written side by side: each keeps its role."""
    wishing = [part for part in parts if part.should]
    return Clauses(
        must=tuple(node for part in parts for node in part.must),
        should=tuple(node for part in parts for node in part.should),
        must_not=tuple(node for part in parts for node in part.must_not),
        is_choice=len(wishing) == 1 and wishing[0].is_choice,
    )


def all_of(parts: Sequence[Clauses]) -> Clauses:
    """AND."""
    return beside([required(part) for part in parts])


def any_of(parts: Sequence[Clauses]) -> Clauses:
    """OR: optional if all parts are, otherwise a requirement."""
    if all(part.is_wish for part in parts):
        return replace(beside(parts), is_choice=True)
    return Clauses(
        must=(Bool(should=tuple(one for part in parts for one in _choices(part.node()))),)
    )


def required(clauses: Clauses) -> Clauses:
    """`+`: what was optional must match."""
    if not clauses.should:
        return clauses
    return Clauses(must=_parts_of_all(clauses.node()))


def excluded(clauses: Clauses) -> Clauses:
    """NOT, `-`. Applied twice, it has no effect."""
    return _without(_bare(clauses.node())) if clauses != Clauses() else clauses


def _without(node: Node) -> Clauses:
    """What does not match `node`: none of a choice; for an exclusion, what it excludes."""
    match node:
        case Bool(must=(), should=(), must_not=(excluded_node,)):
            return Clauses(must=_parts_of_all(excluded_node))
        case Bool(must=(), should=choices, must_not=()):
            return beside(list(map(_without, choices)))
        case _:
            return Clauses(must_not=(node,))


def boosted(clauses: Clauses, factor: float) -> Clauses:
    """`^factor`."""
    node = Boost(clauses.node(), factor)
    if clauses.is_wish:
        return Clauses(should=(node,), is_choice=clauses.is_choice)
    return Clauses(must=(node,))


def _any_of(nodes: tuple[Node, ...]) -> Node:
    return nodes[0] if len(nodes) == 1 else Bool(should=nodes)


def _parts_of_all(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Bool) and not node.should and not node.must_not:
        return node.must
    return (node,)


def _choices(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Bool) and not node.must and not node.must_not:
        return node.should
    return (node,)


def _is_filter(node: Node) -> bool:
    """Whether `node` only narrows and never scores: whole fields, dates, and any mix of these."""
    match node:
        case Exact() | DateInterval():
            return True
        case Boost(inner, _):
            return _is_filter(inner)
        case Bool(must, should, _):
            return all(map(_is_filter, (*must, *should)))
        case _:
            return False


def _is_word(node: Node) -> bool:
    return _is_word(node.node) if isinstance(node, Boost) else isinstance(node, Word)


def _bare(node: Node) -> Node:
    """`node` as a condition: without boosts, and without options next to requirements."""
    match node:
        case Boost(inner, _):
            return _bare(inner)
        case Bool(must, should, must_not):
            if len(must) == 1 and not must_not:
                return _bare(must[0])
            # A boost kept lists apart that are one list without it.
            musts = tuple(part for one in must for part in _parts_of_all(_bare(one)))
            kept = () if must else tuple(part for one in should for part in _choices(_bare(one)))
            return Bool(musts, kept, tuple(map(_bare, must_not)))
        case _:
            return node
