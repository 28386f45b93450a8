"""A plan for one language as Whoosh's own query objects.

What a plan means, and the analysis of its words, is shared with `index.lexical`; the postings,
their combination, statistics and scores are Whoosh's. Windows and joined words, for which Whoosh
has no query, are conjunctions whose positions are checked article by article.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from whoosh import query
from whoosh.matching import FilterMatcher, ListMatcher, NullMatcher, WrappingMatcher
from whoosh.query import spans

from index.lexical.plan import (
    AnyTermPlan,
    BoolPlan,
    BoostPlan,
    FilterPlan,
    PhrasePlan,
    Plan,
    Spelling,
    TermPlan,
)
from index.local.whoosh.codec import SegmentReader
from index.local.whoosh.schema import EXACT_FIELDS, ID
from index.query import Among, DateInterval, Everything, Exact, ExactField, TextField

Positions = Sequence[Sequence[int]]
"""The positions of each of several words in one article."""


def whoosh_query(plan: Plan, language: str) -> query.Query:
    """The plan as a Whoosh query over the fields of its language."""
    convert = partial(whoosh_query, language=language)
    match plan:
        case TermPlan(term, field, weight):
            return query.Term(_name(field, language), term, boost=weight)
        case PhrasePlan(terms):
            return _phrase(plan, [convert(term) for term in terms])
        case AnyTermPlan(_, terms, field):
            name = _name(field, language)
            any_of = query.DefaultOr([query.Term(name, term) for term in terms])
            return query.ConstantScoreQuery(any_of, 1.0)
        case FilterPlan(node):
            return _Filter(node)
        case BoostPlan(inner, factor):
            return _Boosted(convert(inner), factor)
        case BoolPlan(must, should, must_not):
            return _bool(*([convert(part) for part in parts] for parts in (must, should, must_not)))


def _name(field: TextField | None, language: str) -> str:
    return f"{field or 'text'}_{language}"


def _phrase(plan: PhrasePlan, terms: list[query.Query]) -> query.Query:
    if plan.is_joined:
        return _InPlace(terms, _is_joined)
    if plan.spellings:
        return _InPlace(terms, _is_in_order, plan.spellings)
    if plan.slop:
        words = tuple(term.term for term in plan.terms)
        return _InPlace(terms, partial(_is_in_window, len(terms) + plan.slop, words))
    return spans.SpanNear2(terms, slop=1, ordered=True)


def _bool(
    must: list[query.Query], should: list[query.Query], must_not: list[query.Query]
) -> query.Query:
    required, optional = query.And(must), query.DefaultOr(should)
    if must and should:
        found: query.Query = query.AndMaybe(required, optional)
    elif must:
        found = required
    elif should:
        found = optional
    elif must_not:
        found = _Filter(Everything())  # a ConstantScoreQuery of 0 scores 1 in Whoosh
    else:
        return query.NullQuery
    return _Without(found, query.DefaultOr(must_not)) if must_not else found


class _Boosted(query.WrappingQuery):  # type: ignore[misc]
    """Multiplies any query's scores (Whoosh's own boosts hold for leaves only)."""

    def __init__(self, child: query.Query, factor: float) -> None:
        super().__init__(child)
        self.factor = factor

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """The child's matcher, its scores multiplied."""
        return WrappingMatcher(self.child.matcher(searcher, context), boost=self.factor)


class _Without(query.WrappingQuery):  # type: ignore[misc]
    """`child` without what `excluded` finds.

    Whoosh 2.7.5's own AndNotMatcher lets the first posting through if the excluded list begins
    before it (`_find_first` compares, but does not skip).
    """

    def __init__(self, child: query.Query, excluded: query.Query) -> None:
        super().__init__(child)
        self.excluded = excluded

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """The child's matcher, filtered."""
        gone = self.excluded.matcher(searcher, searcher.boolean_context())
        ids = frozenset(gone.all_ids())
        return FilterMatcher(self.child.matcher(searcher, context), ids, exclude=True)


class _Filter(query.Query):  # type: ignore[misc]
    """Articles by field, key or date, with score 0: as a whole value in Whoosh, or by column."""

    def __init__(self, node: Any) -> None:
        self.node = node

    def is_leaf(self) -> bool:
        """Always True."""
        return True

    def field(self) -> None:
        """No field: nothing of it is marked."""

    def estimate_size(self, ixreader: Any) -> int:
        """At most all articles."""
        return int(ixreader.doc_count())

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """A matcher over the articles of one segment."""
        match self.node:
            case Exact(field, value):
                name = ID if field is ExactField.ID else str(field)
                assert name == ID or name in EXACT_FIELDS, field
                whole = query.Term(name, value if name == ID else value.casefold())
                docs: Iterable[int] = whole.matcher(searcher, searcher.boolean_context()).all_ids()
            case Among(keys):
                docs = _live(searcher, lambda columns: columns.among(keys))
            case DateInterval():
                docs = _live(searcher, lambda columns: columns.in_interval(self.node))
            case _:
                docs = searcher.reader().all_doc_ids()
        found = list(docs)
        return ListMatcher(found, [0.0] * len(found)) if found else NullMatcher()


def _live(searcher: Any, mask_of: Callable[[Any], Any]) -> Iterator[int]:
    """The live articles of a segment that a column selects."""
    reader = searcher.reader()
    assert isinstance(reader, SegmentReader)
    return iter(np.flatnonzero(mask_of(reader.columns) & reader.live).tolist())


class _InPlace(query.And):  # type: ignore[misc]
    """All terms, at positions of which `is_in_place` is true; scores add up."""

    def __init__(
        self,
        terms: list[query.Query],
        is_in_place: Callable[[Positions], bool],
        spellings: Sequence[Spelling | None] = (),
    ) -> None:
        super().__init__(terms)
        self.is_in_place = is_in_place
        self.spellings = spellings or [None] * len(terms)

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """The conjunction's matcher, without the articles in which the terms are elsewhere."""
        reader = searcher.reader()
        assert isinstance(reader, SegmentReader)
        places = [
            reader.places(term.fieldname, term.text, spelling)
            for term, spelling in zip(self.subqueries, self.spellings, strict=True)
        ]
        docs = set(super().matcher(searcher, searcher.boolean_context()).all_ids())
        kept = set()
        for doc in docs:
            if self.is_in_place([one.positions_in(doc) for one in places if one is not None]):
                kept.add(doc)
        return FilterMatcher(super().matcher(searcher, context), frozenset(kept))


def _is_in_order(words: Positions) -> bool:
    """Whether the words are at consecutive positions."""
    sets = list(map(set, words))
    return any(
        all(start + at in positions for at, positions in enumerate(sets)) for start in sets[0]
    )


def _is_joined(words: Positions) -> bool:
    """Whether each word is where the one before it is, or next; not all in one place."""
    states = {(position, False) for position in words[0]}
    for word in words[1:]:
        states = {
            (position, is_moved or position > before)
            for position in word
            for before, is_moved in states
            if position in (before, before + 1)
        }
    return any(is_moved for _, is_moved in states)


def _is_in_window(width: int, terms: Sequence[str], words: Positions) -> bool:
    """Whether some `width` neighbouring positions have each word, as often as it is asked for."""
    wanted = {term: terms.count(term) for term in terms}
    positions = dict(zip(terms, words, strict=True))
    for start in sorted({position for word in words for position in word}):
        inside = range(start, start + width)
        if all(
            sum(position in inside for position in positions[term]) >= count
            for term, count in wanted.items()
        ):
            return True
    return False
