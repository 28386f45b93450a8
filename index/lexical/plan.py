"""From a query to a plan for one language: analysed terms with their weights and idf.

A plan depends on the language (its analysis, its statistics over the whole snapshot) but not on a
segment, so all segments score alike. The meaning of a query word depends on its context: as a bare
word, each of its parts counts on its own; if it is required, excluded or marked as whole, it is one
unit: itself, or its parts in one place.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise
from typing import Protocol, TypeAlias

from index.analysis.folding import as_written
from index.errors import Unsupported
from index.lexical.bm25 import FieldStatistics
from index.protocols import Analyzer
from index.query import (
    Alternative,
    Among,
    Bool,
    Boost,
    DateInterval,
    Either,
    Everything,
    Exact,
    ExactField,
    Fuzzy,
    Node,
    Phrase,
    Prefix,
    TextField,
    Wildcard,
    Word,
)
from index.runtime import deadline
from index.runtime.lru import LruCache


@dataclass(frozen=True, slots=True)
class TermPlan:
    """One index term; its BM25F score is multiplied by `weight`.

    If `is_part`, it is only a part of a query word.
    """

    term: str
    field: TextField | None
    weight: float
    document_frequency: int
    idf: float
    statistics: FieldStatistics
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class PhrasePlan:
    """Terms at neighbouring positions, or (slop > 0) in any order within a window.

    Some, but not all, of the terms of a compound (`is_joined`) may share a position. `spellings`
    are parallel to the terms, or empty: how the word must be written (None: in any form).
    """

    terms: tuple[TermPlan, ...]
    slop: int
    field: TextField | None
    is_joined: bool = False
    spellings: tuple["Spelling | None", ...] = ()

    def spelling(self, number: int) -> "Spelling | None":
        """How the word of term `number` must be written."""
        return self.spellings[number] if self.spellings else None


@dataclass(frozen=True, slots=True)
class Spelling:
    """A word as written: its `index.analysis.folding.as_written`."""

    written: str
    is_cased: bool = False

    def is_of(self, word: str) -> bool:
        """Whether a word of a text is written so."""
        return as_written(word, is_cased=self.is_cased) == self.written


@dataclass(frozen=True, slots=True)
class AnyTermPlan:
    """Any of the terms that a pattern matches, with the constant score 1."""

    label: str
    terms: tuple[str, ...]
    field: TextField | None


@dataclass(frozen=True, slots=True)
class FilterPlan:
    """Articles by key, field or date, with score 0."""

    node: Exact | Among | DateInterval | Everything


@dataclass(frozen=True, slots=True)
class BoolPlan:
    """As `index.query.Bool`, over plans."""

    must: tuple["Plan", ...]
    should: tuple["Plan", ...]
    must_not: tuple["Plan", ...]


@dataclass(frozen=True, slots=True)
class BoostPlan:
    """`plan` with its score multiplied by `factor`."""

    plan: "Plan"
    factor: float


Plan: TypeAlias = TermPlan | PhrasePlan | AnyTermPlan | FilterPlan | BoolPlan | BoostPlan

MOST_TOGETHER = 6
"""A required word of more parts than this is a clause written without spaces, not one unit."""

MOST_BIGRAMS_TOGETHER = 2
"""The same for bigrams: in four or more characters, word boundaries are unknown."""

_SEPARATORS = frozenset("/|")
"""Signs that list alternatives; words joined by any other sign are one unit."""

_HYPHENS = re.compile(r"(?<=\w)[-‐‑](?=\w)")
_REMEMBERED_WORDS = 4096

NOTHING = BoolPlan((), (), ())
"""Matches no article: a Bool without clauses."""


class Vocabulary(Protocol):
    """The words of one language in the whole snapshot."""

    def statistics(self, field: TextField | None) -> FieldStatistics:
        """Live articles of the language and their mean length in the field."""
        ...

    def document_frequency(self, term: str, field: TextField | None) -> int:
        """The number of live articles with the term in the field."""
        ...

    def idf(self, document_frequency: int) -> float:
        """Inverse document frequency in this language."""
        ...

    def terms_of_prefix(self, prefix: str) -> tuple[str, ...]:
        """The terms of all surface forms that begin with a folded prefix."""
        ...

    def terms_of_pattern(self, pattern: str) -> tuple[str, ...]:
        """The terms of all surface forms that match a folded wildcard pattern."""
        ...

    def terms_near(self, surface: str, max_edits: int) -> tuple[str, ...]:
        """The terms of all surface forms within `max_edits` of a folded word."""
        ...


@dataclass(frozen=True, slots=True)
class _BareWord:
    """The plans of a bare query word; the same in every query on one snapshot."""

    is_stop_word: bool
    plans: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans queries for one language of one snapshot."""

    analyzer: Analyzer
    vocabulary: Vocabulary
    _bare_words: LruCache[Word, _BareWord] = field(
        default_factory=lambda: LruCache(_REMEMBERED_WORDS), compare=False, repr=False
    )

    def plan_query(self, node: Node) -> Plan:
        """The plan of a complete query: a single bare word is a bag of its parts, not one unit.

        In languages without spaces, a complete query arrives as one word.
        """
        return (
            self._bool(Bool(should=(node,)))
            if isinstance(node, Word | Boost | Either)
            else self.plan(node)
        )

    def plan(self, node: Node) -> Plan:
        """The plan of a required or excluded node: its parts together."""
        deadline.check()
        match node:
            case Word():
                return self._together(node)
            case Phrase():
                return self._phrase(node)
            case Prefix(text, field):
                folded = self.analyzer.fold(text)
                return AnyTermPlan(f"{text}*", self.vocabulary.terms_of_prefix(folded), field)
            case Wildcard(pattern, field):
                folded = self.analyzer.fold(pattern)
                return AnyTermPlan(pattern, self.vocabulary.terms_of_pattern(folded), field)
            case Fuzzy(text, max_edits, field):
                folded = self.analyzer.fold(text)
                near = self.vocabulary.terms_near(folded, max_edits)
                return AnyTermPlan(f"{text}~{max_edits}", near, field)
            case Bool():
                return self._bool(node)
            case Boost(inner, factor):
                return BoostPlan(self.plan(inner), factor)
            case Either(typed):
                all_typed = [self.plan(part) for part in self._typed(node)]
                required = BoolPlan(tuple(all_typed), (), ())
                plans = [*(all_typed if len(typed) < 2 else [required]), *self._others(node)]
                return _any_of(plans)
            case Exact(ExactField.STORY, value):
                raise Unsupported(f"story:{value} can only be searched where stories are known")
            case _:
                return FilterPlan(node)

    def _bool(self, node: Bool) -> Plan:
        return BoolPlan(
            must=tuple(self.plan(part) for part in node.must),
            should=self._bag(node.should, has_must=bool(node.must)),
            must_not=tuple(self.plan(part) for part in node.must_not),
        )

    def _bag(self, parts: Sequence[Node], *, has_must: bool) -> tuple[Plan, ...]:
        """Optional clauses without stop words, unless nothing else would be left."""
        telling = [part for part in parts if not self._is_stop_word(part)]
        kept = telling if telling or has_must else parts
        return tuple(plan for part in kept for plan in self._optional(part))

    def _is_stop_word(self, node: Node) -> bool:
        return isinstance(node, Word) and self._bare_word(node).is_stop_word

    def _optional(self, node: Node) -> Sequence[Plan]:
        """In a bare word, each word and each of its weighted terms counts on its own.

        A whole one counts as one, or once per word if it is a list or a clause.
        """
        if isinstance(node, Either):
            typed = [plan for part in self._typed(node) for plan in self._optional(part)]
            return [*typed, *self._others(node)]
        if isinstance(node, Boost) and isinstance(node.node, Word | Either):
            return [BoostPlan(plan, node.factor) for plan in self._optional(node.node)]
        if not isinstance(node, Word):
            return [self.plan(node)]
        return self._bare_word(node).plans

    def _typed(self, node: Either) -> tuple[Node, ...]:
        """The typed words, unless something replaces them in this language."""
        return () if any(one.replaces for one in self._alternatives(node)) else node.typed

    def _others(self, node: Either) -> list[Plan]:
        return [_weighted(self.plan(one.node), one.weight) for one in self._alternatives(node)]

    def _alternatives(self, node: Either) -> list[Alternative]:
        return [one for one in node.others if one.language in (None, self.analyzer.language)]

    def _bare_word(self, node: Word) -> _BareWord:
        return self._bare_words.get(node, lambda: self._plan_bare_word(node))

    def _plan_bare_word(self, node: Word) -> _BareWord:
        words = self.analyzer.split(node.text)
        telling = [word for word in words if not self.analyzer.is_stop_word(word)]
        is_stop_word = node.field is None and not telling
        if node.is_whole and len(words) > 1 and self._is_one_thing(node.text):
            return _BareWord(is_stop_word, (self._together(node),))
        if node.is_whole:
            whole = [self._whole(word, node.field) for word in telling or words]
            return _BareWord(is_stop_word, tuple(chain.from_iterable(whole)))
        return _BareWord(
            is_stop_word,
            tuple(
                self._term(weighted.term, node.field, weighted.weight, not weighted.is_whole)
                for word in telling or words
                for weighted in self.analyzer.query_terms(word)
            ),
        )

    def _is_one_thing(self, text: str) -> bool:
        """Whether several words written without spaces are one unit."""
        spans = self.analyzer.spans(text)
        gaps = [text[before[1] : behind[0]] for before, behind in pairwise(spans)]
        is_dense = any(behind[0] < before[1] for before, behind in pairwise(spans))
        most = MOST_BIGRAMS_TOGETHER if is_dense else MOST_TOGETHER
        return len(spans) <= most and _SEPARATORS.isdisjoint("".join(gaps))

    def _together(self, node: Word) -> Plan:
        words = self.analyzer.split(node.text)
        if len(words) > MOST_TOGETHER:
            whole = [self._whole(word, node.field) for word in words]
            return BoolPlan((), tuple(chain.from_iterable(whole)), ())
        if len(words) <= 1:
            return _any_of(self._whole(words[0], node.field)) if words else NOTHING
        apart = self._phrase(Phrase(node.text, field=node.field, is_inflected=True))
        closed = self.analyzer.split(_HYPHENS.sub("", node.text))
        if len(closed) > 1:
            return apart
        return _any_of([self._own_term(closed[0], node.field), apart])

    def _whole(self, word: str, field: TextField | None) -> Sequence[Plan]:
        """Plans that prove a word's presence: a spelling of it, or all its parts in one place."""
        wanted = [one for one in self.analyzer.query_terms(word) if one.is_whole]
        plans: list[Plan] = [self._term(one.term, field, one.weight) for one in wanted]
        if joined := self.analyzer.joined_terms(word):
            terms = tuple(self._term(term, field, 1 / len(joined)) for term in joined)
            plans.append(PhrasePlan(terms, 0, field, is_joined=True))
        return plans

    def _phrase(self, node: Phrase) -> Plan:
        words = self.analyzer.split(node.text)
        if not words:
            return NOTHING
        terms = tuple(self._own_term(word, node.field) for word in words)
        if node.slop or node.is_inflected:
            return PhrasePlan(terms, node.slop, node.field) if len(terms) > 1 else terms[0]
        return self._as_written(words, node)

    def _as_written(self, words: Sequence[str], node: Phrase) -> Plan:
        terms = tuple(self._own_term(word, node.field) for word in words)
        spellings = tuple(self._spelling(word, node) for word in words)
        return PhrasePlan(terms, 0, node.field, spellings=spellings)

    def _spelling(self, word: str, node: Phrase) -> Spelling | None:
        written = self.analyzer.as_written(word, is_cased=node.is_cased)
        return None if written is None else Spelling(written, node.is_cased)

    def _own_term(self, word: str, field: TextField | None) -> TermPlan:
        return self._term(self.analyzer.query_terms(word)[0].term, field, 1.0)

    def _term(
        self, term: str, field: TextField | None, weight: float, is_part: bool = False
    ) -> TermPlan:
        frequency = self.vocabulary.document_frequency(term, field)
        return TermPlan(
            term,
            field,
            weight,
            frequency,
            self.vocabulary.idf(frequency),
            self.vocabulary.statistics(field),
            is_part,
        )


def _weighted(plan: Plan, weight: float) -> Plan:
    """A term stays a term, so that a bag of terms remains one."""
    if weight == 1:
        return plan
    if isinstance(plan, TermPlan):
        return replace(plan, weight=plan.weight * weight)
    return BoostPlan(plan, weight)


def _any_of(plans: Sequence[Plan]) -> Plan:
    return plans[0] if len(plans) == 1 else BoolPlan((), tuple(plans), ())


def rarest_first(plans: Sequence[Plan]) -> list[Plan]:
    """Required clauses in the order that leaves the fewest articles for later ones.

    The order is by document frequency in the snapshot, so all segments add scores in the same
    order.
    """
    return sorted(plans, key=_most_matches)


def _most_matches(plan: Plan) -> float:
    """An upper bound, from its terms, of the number of articles that a plan can match."""
    match plan:
        case TermPlan():
            return plan.document_frequency
        case PhrasePlan():
            return min((term.document_frequency for term in plan.terms), default=0)
        case BoostPlan(inner, _):
            return _most_matches(inner)
        case BoolPlan(must, should, _) if must:
            return min(map(_most_matches, must))
        case BoolPlan(_, should, _) if should:
            return sum(map(_most_matches, should))
        case _:
            return math.inf
