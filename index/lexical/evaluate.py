"""Evaluating a plan on one segment's arrays: which articles match, and how well.

Every step works on sorted ordinals with parallel scores. A `domain` (sorted ordinals) limits the
work to those articles from the postings up: it is used for filters, deletions and rescoring single
candidates.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.lexical import positions as spans
from index.lexical.bm25 import Bm25Parameters, term_scores
from index.lexical.plan import (
    AnyTermPlan,
    BoolPlan,
    BoostPlan,
    FilterPlan,
    PhrasePlan,
    Plan,
    Spelling,
    TermPlan,
    rarest_first,
)
from index.query import Among, DateInterval, Exact, TextField
from index.runtime import deadline
from index.runtime.lru import LruCache
from index.segment.columns import Columns
from index.segment.postings import Postings

Ordinals = NDArray[np.int64]
"""On disk they are int32, but NumPy indexes with int64 and casts anything else on every use."""

Integer = TypeVar("Integer", np.int32, np.int64)

_REMEMBERED_TERMS = 4096


@dataclass(frozen=True, slots=True)
class Matches:
    """`docs` are `(n,) int64` ascending ordinals; `scores` are `(n,) float32`, parallel to them."""

    docs: Ordinals
    scores: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.docs)


EMPTY = Matches(np.zeros(0, np.int64), np.zeros(0, np.float32))


@dataclass(frozen=True, slots=True)
class LocatedTerm:
    """The location of a term in a part, and bounds of its frequencies."""

    number: int
    postings: slice
    most: int
    """The largest number of occurrences in any one article."""
    in_titles: bool


@dataclass(frozen=True, slots=True)
class LanguagePart:
    """The articles of one language in one segment, searchable."""

    postings: Postings
    columns: Columns
    universe: Ordinals
    """The live articles of the language, ascending."""
    weighted_lengths: NDArray[np.float32]
    """`(n,)` over all articles of the segment: `columns.weighted_lengths`."""
    shortest: float
    """The smallest of the universe's weighted lengths."""
    parameters: Bm25Parameters
    live: NDArray[np.bool_] | None = None
    """`(n,) bool` over all articles of the segment, if any are deleted."""
    _located: LruCache[str, LocatedTerm | None] = field(
        default_factory=lambda: LruCache(_REMEMBERED_TERMS), compare=False, repr=False
    )
    """Terms looked up before: one query looks up the same term several times."""

    def evaluate(self, plan: Plan, domain: Ordinals | None = None) -> Matches:
        """All matches in the universe, or in its subset `domain`."""
        deadline.check()
        match plan:
            case TermPlan():
                return self._term(plan, domain)
            case PhrasePlan():
                return self._phrase(plan, domain)
            case AnyTermPlan():
                return self._any_term(plan, domain)
            case FilterPlan():
                return self._filter(plan, domain)
            case BoostPlan(inner, factor):
                matches = self.evaluate(inner, domain)
                return Matches(matches.docs, matches.scores * np.float32(factor))
            case BoolPlan():
                return self._bool(plan, domain)

    def locate(self, term: str) -> LocatedTerm | None:
        """The location of a term, or None if it does not occur."""
        return self._located.get(term, lambda: self._look_up(term))

    def _look_up(self, term: str) -> LocatedTerm | None:
        number = self.postings.terms.find(term)
        if number is None:
            return None
        postings = self.postings.posting_range(number)
        return LocatedTerm(
            number,
            postings,
            int(self.postings.max_counts[number]),
            bool(self.postings.title_counts[postings].any()),
        )

    def document_frequency(self, term: str, field: TextField | None) -> int:
        """The number of live articles of this part with the term in the field."""
        located = self.locate(term)
        if located is None:
            return 0
        if field is None and self.live is None:
            return int(located.postings.stop) - int(located.postings.start)
        _, frequencies = self._occurrences(located, field, None)
        return int(np.count_nonzero(frequencies))

    def holders(self, plan: TermPlan, domain: Ordinals | None) -> Ordinals:
        """The articles that a term matches, without scores."""
        located = self.locate(plan.term)
        if located is None:
            return EMPTY.docs
        if plan.field is None:
            listed = self.postings.docs[located.postings]
            chosen: Ordinals = listed[self._chosen(listed, domain)].astype(np.int64)
            return chosen
        docs, frequencies = self._occurrences(located, plan.field, domain)
        return docs[frequencies > 0]

    def bound(self, plan: TermPlan) -> float:
        """The most that a term can add to any article of this part."""
        located = self.locate(plan.term)
        if located is None:
            return 0.0
        k1, b = self.parameters.k1, self.parameters.b
        weight = max(1.0, self.parameters.title_weight) if located.in_titles else 1.0
        frequency = located.most * weight
        shortest = self.shortest if plan.field is None else 0.0
        saturation = k1 * (1 - b + b * shortest / max(plan.statistics.mean_length, 1e-9))
        return plan.weight * plan.idf * (k1 + 1) * frequency / (frequency + saturation)

    def _occurrences(
        self, located: LocatedTerm, field: TextField | None, domain: Ordinals | None
    ) -> tuple[Ordinals, NDArray[np.float32]]:
        """Live articles of a posting list, with the term's weighted frequency in the field."""
        listed = self.postings.docs[located.postings]
        chosen = self._chosen(listed, domain)
        docs = listed[chosen].astype(np.int64)
        frequencies = np.zeros(len(docs), np.float32)
        if field is not TextField.BODY and located.in_titles:
            title = self.postings.title_counts[located.postings][chosen]
            # Counts are uint32; their product with a float32 would be float64.
            frequencies = title.astype(np.float32)
            frequencies *= np.float32(1 if field else self.parameters.title_weight)
        if field is not TextField.TITLE:
            body = self.postings.body_counts[located.postings][chosen]
            frequencies += body.astype(np.float32)
        return docs, frequencies

    def _chosen(self, listed: NDArray[np.int32], domain: Ordinals | None) -> Any:
        """An index that selects the live articles within `domain` from an ascending list."""
        if domain is not None:
            return members(listed, domain.astype(np.int32))
        return slice(None) if self.live is None else np.flatnonzero(self.live.take(listed))

    def _lengths(self, docs: Ordinals, field: TextField | None) -> NDArray[np.float32]:
        if field is TextField.TITLE:
            return self.columns.title_lengths[docs].astype(np.float32)
        if field is TextField.BODY:
            return self.columns.body_lengths[docs].astype(np.float32)
        # `take` avoids the overhead of general indexing.
        return self.weighted_lengths.take(docs)

    def _term(self, plan: TermPlan, domain: Ordinals | None) -> Matches:
        located = self.locate(plan.term)
        if located is None:
            return EMPTY
        docs, frequencies = self._occurrences(located, plan.field, domain)
        if plan.field is not None:
            held = frequencies > 0
            docs, frequencies = docs[held], frequencies[held]
        lengths = self._lengths(docs, plan.field)
        idf = plan.idf * plan.weight
        return Matches(
            docs, term_scores(frequencies, lengths, idf, plan.statistics, self.parameters)
        )

    def _phrase(self, plan: PhrasePlan, domain: Ordinals | None) -> Matches:
        """Articles with the terms in place; the score is the sum of the terms' scores."""
        parts = [self._term(term, domain) for term in plan.terms]
        docs = reduce(np.intersect1d, (part.docs for part in parts))
        if not len(docs):
            return EMPTY
        occurrences = [
            self._positions(term, docs, plan.field, plan.spelling(number))
            for number, term in enumerate(plan.terms)
        ]
        if plan.is_joined:
            inside = spans.joined(occurrences)
        elif plan.slop:
            inside = spans.in_window(occurrences, len(occurrences) + plan.slop)
        else:
            inside = spans.in_order(occurrences)
        docs = docs[np.isin(docs, inside)]
        scores = sum((scores_at(part, docs) for part in parts), np.zeros(len(docs), np.float32))
        return Matches(docs, scores)

    def _positions(
        self, plan: TermPlan, docs: Ordinals, field: TextField | None, spelling: Spelling | None
    ) -> spans.WordPositions:
        located = self.locate(plan.term)
        assert located is not None, "a term without postings matches no article"
        positions, owners = self.postings.positions_of(located.number)
        owner_docs = self.postings.docs[located.postings].astype(np.int64)[owners]
        wanted = np.isin(owner_docs, docs) & spans.in_field(positions, field)
        if spelling is not None and self.postings.has_spellings:
            wanted &= np.isin(
                self.postings.forms_of(located.number), self._forms(located, spelling)
            )
        return spans.WordPositions(owner_docs[wanted], positions[wanted])

    def _forms(self, located: LocatedTerm, spelling: Spelling) -> NDArray[np.uint16]:
        """The numbers of a term's words that are written in a certain way."""
        written = self.postings.spellings_of(located.number)
        return np.array(
            [number for number, word in enumerate(written, 1) if spelling.is_of(word)], np.uint16
        )

    def _any_term(self, plan: AnyTermPlan, domain: Ordinals | None) -> Matches:
        found = []
        for term in plan.terms:
            deadline.check()
            located = self.locate(term)
            if located is not None:
                docs, frequencies = self._occurrences(located, plan.field, domain)
                found.append(docs[frequencies > 0])
        if not found:
            return EMPTY
        docs = np.unique(np.concatenate(found))
        return Matches(docs, np.ones(len(docs), np.float32))

    def _filter(self, plan: FilterPlan, domain: Ordinals | None) -> Matches:
        docs = self.universe if domain is None else domain
        match plan.node:
            case Exact(field, value):
                docs = docs[self.columns.equal(field, value)[docs]]
            case Among(keys):
                docs = docs[self.columns.among(keys)[docs]]
            case DateInterval():
                docs = docs[self.columns.in_interval(plan.node)[docs]]
        return Matches(docs, np.zeros(len(docs), np.float32))

    def _bool(self, plan: BoolPlan, domain: Ordinals | None) -> Matches:
        if plan.must:
            matches = self._all(plan.must, domain)
            optional = self._union([self.evaluate(part, matches.docs) for part in plan.should])
            scores = matches.scores + scores_at(optional, matches.docs)
            matches = Matches(matches.docs, scores)
        elif plan.should:
            matches = self._union([self.evaluate(part, domain) for part in plan.should])
        elif plan.must_not:
            docs = self.universe if domain is None else domain
            matches = Matches(docs, np.zeros(len(docs), np.float32))
        else:
            return EMPTY
        for part in plan.must_not:
            excluded = self.evaluate(part, matches.docs)
            kept = ~np.isin(matches.docs, excluded.docs)
            matches = Matches(matches.docs[kept], matches.scores[kept])
        return matches

    def _all(self, plans: Sequence[Plan], domain: Ordinals | None) -> Matches:
        first, *others = rarest_first(plans)
        matches = self.evaluate(first, domain)
        for plan in others:
            more = self.evaluate(plan, matches.docs)
            matches = Matches(more.docs, scores_at(matches, more.docs) + more.scores)
        return matches

    def _union(self, parts: Sequence[Matches]) -> Matches:
        """Everything that any part matches, with scores added up."""
        parts = [part for part in parts if len(part)]
        if len(parts) <= 1:
            return parts[0] if parts else EMPTY
        scores = np.zeros(len(self.columns), np.float32)
        seen = np.zeros(len(self.columns), bool)
        for part in parts:
            np.add.at(scores, part.docs, part.scores)
            seen[part.docs] = True
        docs = np.flatnonzero(seen)
        return Matches(docs, scores[docs])


def members(values: NDArray[Integer], domain: NDArray[Integer]) -> NDArray[np.int64]:
    """The indices into ascending `values` of those that are in ascending `domain`.

    Both have the same dtype; otherwise NumPy would copy one of them.
    """
    if not len(values) or not len(domain):
        return np.zeros(0, np.int64)
    if len(values) <= len(domain):
        at = np.minimum(np.searchsorted(domain, values), len(domain) - 1)
        return np.flatnonzero(domain[at] == values)
    at = np.minimum(np.searchsorted(values, domain), len(values) - 1)
    found: NDArray[np.int64] = at[values[at] == domain]
    return found


def scores_at(matches: Matches, docs: Ordinals) -> NDArray[np.float32]:
    """The scores in `matches` of `docs`, in any order; 0 for those that do not match."""
    scores = np.zeros(len(docs), np.float32)
    if len(matches) and len(docs):
        at = np.minimum(np.searchsorted(matches.docs, docs), len(matches) - 1)
        found = matches.docs[at] == docs
        scores[found] = matches.scores[at[found]]
    return scores
