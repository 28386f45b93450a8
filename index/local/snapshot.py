"""One manifest, opened: the segments of a snapshot searched as one.

Implements `index.protocols.Snapshot`. Immutable once made; what it works out lazily (live articles,
vocabularies) never changes, so that threads may share it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from index.domain import (
    Article,
    Calibration,
    Candidates,
    EncoderIdentity,
    IndexStats,
    Keys,
    Scores,
    SegmentApproximation,
    Vector,
    Vectors,
)
from index.lexical import evaluate
from index.lexical.bm25 import Bm25Parameters
from index.lexical.completion import LanguageForms, best_forms
from index.lexical.evaluate import LanguagePart, Ordinals
from index.lexical.explain import SoughtWords, evidence, marked_terms
from index.lexical.matching import matching
from index.lexical.maxscore import (
    Best,
    bag_of_terms,
    best_of_bag,
    kth_best,
)
from index.lexical.plan import Plan, Planner, Vocabulary
from index.lexical.single import single_article
from index.lexical.vocabulary import SnapshotVocabulary
from index.local.manifest import Manifest
from index.local.selection import LocalSelection, SelectedPart
from index.local.values import FieldValues
from index.permitted_sources import PermittedSources
from index.protocols import (
    KEPT_LIMITED,
    SIMILAR_WORDS,
    Analyzer,
    AnalyzerFor,
    TermEvidence,
    WordForm,
    WordSpan,
)
from index.query import ExactField, Node, whole_words
from index.runtime import deadline
from index.runtime.lru import LruCache
from index.segment import float16
from index.segment.columns import Columns
from index.segment.language_totals import LanguageTotals
from index.segment.segment import Segment
from index.segment.sorted_arrays import distinct

Value = TypeVar("Value")

REMEMBERED_QUERIES = 64
"""Queries whose words are remembered while the hits of a page are marked, one after another."""

KEPT_PLANS = 64
"""Queries whose plans are kept."""


@dataclass(frozen=True)
class LiveSegment:
    """A segment with the ordinals of its deleted articles, ascending."""

    segment: Segment
    deleted: NDArray[np.int32]
    parameters: Bm25Parameters

    @cached_property
    def live(self) -> NDArray[np.bool_]:
        """`(n,) bool`: which articles are not deleted."""
        mask = np.ones(len(self.segment.columns), bool)
        mask[self.deleted] = False
        return mask

    @cached_property
    def live_ordinals(self) -> NDArray[np.int64]:
        """The ordinals of the articles that are not deleted."""
        return np.flatnonzero(self.live)

    @cached_property
    def parts(self) -> Mapping[str, LanguagePart]:
        """The live articles of each language that has any."""
        codes = self.segment.columns.codes(ExactField.LANGUAGE)
        lengths = self.segment.columns.weighted_lengths(self.parameters.title_weight)
        found = {}
        for code, language in enumerate(self.segment.columns.values(ExactField.LANGUAGE)):
            universe = np.flatnonzero((codes == code) & self.live)
            if len(universe):
                found[language] = LanguagePart(
                    self.segment.postings[language],
                    self.segment.columns,
                    universe,
                    lengths,
                    float(lengths[universe].min()),
                    self.parameters,
                    self.live if len(self.deleted) else None,
                )
        return found

    def without(self, ordinals: Ordinals) -> "LiveSegment":
        """The segment with more of its articles deleted."""
        return replace(self, deleted=np.union1d(self.deleted, ordinals).astype(np.int32))

    def totals(self, language: str) -> LanguageTotals:
        """Sums over the live articles of a language."""
        whole = self.segment.totals.get(language)
        if whole is None:
            return LanguageTotals(0, 0, 0)
        columns = self.segment.columns
        code = columns.values(ExactField.LANGUAGE).index(language)
        gone = self.deleted[columns.codes(ExactField.LANGUAGE)[self.deleted] == code]
        return LanguageTotals(
            whole.articles - len(gone),
            whole.title_length - int(columns.title_lengths[gone].sum(dtype=np.int64)),
            whole.body_length - int(columns.body_lengths[gone].sum(dtype=np.int64)),
        )


class LocalSnapshot:
    """A snapshot of the local index. Keys that it does not hold score 0 and have no values."""

    def __init__(
        self,
        manifest: Manifest,
        segments: Sequence[LiveSegment],
        analyzer_for: AnalyzerFor,
        parameters: Bm25Parameters,
        *,
        hides_some: bool = False,
    ) -> None:
        self.manifest = manifest
        self.hides_some = hides_some
        self._segments = tuple(segments)
        self._analyzer_for = analyzer_for
        self._parameters = parameters
        self._sought: dict[tuple[Node, str], SoughtWords] = {}
        self._released: tuple[int, LocalSnapshot] | None = None
        self._limited: LruCache[PermittedSources, LocalSnapshot] = LruCache(KEPT_LIMITED)
        self._values: dict[ExactField, FieldValues] = {}
        self._plans: LruCache[Node, Mapping[str, Plan]] = LruCache(KEPT_PLANS)

    @property
    def id(self) -> str:
        """The manifest's number; a snapshot pinned by it can be opened while it is kept."""
        return str(self.manifest.number)

    @property
    def encoder(self) -> EncoderIdentity:
        """The encoder whose vectors these are."""
        return self.manifest.encoder

    @property
    def calibration(self) -> Calibration:
        """The fusion weights that were learnt for it."""
        return self.manifest.calibration

    @property
    def live_segments(self) -> Sequence[LiveSegment]:
        """The segments, for those who read the arrays themselves."""
        return self._segments

    def released(self, at_s: int) -> "LocalSnapshot":
        """This snapshot without the articles under embargo: they count as deleted in it.

        The last answer is kept, for nothing changes until the next embargo ends.
        """
        ended = int(np.searchsorted(self._embargo_ends, at_s, side="right"))
        if ended == len(self._embargo_ends):
            return self
        known = self._released
        if known is None or known[0] != ended:
            known = ended, self._without_embargoed(at_s)
            self._released = known
        return known[1]

    @cached_property
    def _embargo_ends(self) -> NDArray[np.int64]:
        """When embargoes of live articles end, each instant once, ascending."""
        ends = [
            live.segment.columns.embargo_ends[live.segment.columns.is_embargoed & live.live]
            for live in self._segments
        ]
        return np.unique(np.concatenate([np.zeros(0, np.int64), *ends]))

    def _without_embargoed(self, at_s: int) -> "LocalSnapshot":
        return self._without(lambda columns: columns.embargo_ends > at_s)

    def limited(self, sources: PermittedSources) -> "LocalSnapshot":
        """This snapshot without the articles of other sources: they count as deleted in it."""
        return self._limited.get(sources, lambda: self._without(partial(_others, sources)))

    def _without(self, is_hidden: Callable[[Columns], NDArray[np.bool_]]) -> "LocalSnapshot":
        segments = [
            live.without(np.flatnonzero(is_hidden(live.segment.columns))) for live in self._segments
        ]
        return LocalSnapshot(
            self.manifest, segments, self._analyzer_for, self._parameters, hides_some=True
        )

    def vocabulary(self, language: str) -> Vocabulary:
        """The words of a language that has live articles. Raises KeyError."""
        return self._planners[language].vocabulary

    def analyzer(self, language: str) -> Analyzer:
        """The analysis that articles of this language were indexed with."""
        return self._analyzer_for(language)

    def stats(self) -> IndexStats:
        """Counts and sizes; worked out once."""
        return self._stats

    @cached_property
    def _stats(self) -> IndexStats:
        entries = self.manifest.segments
        return IndexStats(
            snapshot=self.id,
            articles=sum(int(segment.live.sum()) for segment in self._segments),
            chunks=sum(self._live_chunks(segment) for segment in self._segments),
            deleted=sum(entry.deleted for entry in entries),
            languages={
                language: planner.vocabulary.statistics(None).articles
                for language, planner in sorted(self._planners.items())
            },
            segments=len(entries),
            size_bytes=sum(entry.size_bytes for entry in entries),
            archive_revision=self.manifest.archive_revision,
            encoder=self.encoder,
            calibration=self.calibration,
            approximations=tuple(
                SegmentApproximation(entry.chunks, entry.approximation)
                for entry in entries
                if entry.approximation
            ),
            segment_bytes=tuple(entry.size_bytes for entry in entries),
            committed_at_s=self.manifest.committed_at_s,
        )

    @staticmethod
    def _live_chunks(segment: LiveSegment) -> int:
        return int(np.diff(segment.segment.columns.chunk_offsets)[segment.live].sum())

    @cached_property
    def _planners(self) -> Mapping[str, Planner]:
        """A planner for each language that has live articles."""
        languages = sorted({language for live in self._segments for language in live.parts})
        return {language: self._planner(language) for language in languages}

    def _planner(self, language: str) -> Planner:
        totals = [segment.totals(language) for segment in self._segments]
        summed = LanguageTotals(
            sum(part.articles for part in totals),
            sum(part.title_length for part in totals),
            sum(part.body_length for part in totals),
        )
        parts = [live.parts[language] for live in self._segments if language in live.parts]
        vocabulary = SnapshotVocabulary(parts, summed, self._parameters.title_weight)
        return Planner(self._analyzer_for(language), vocabulary)

    def plans(self, node: Node) -> Mapping[str, Plan]:
        """The plan of a query for each language that has live articles.

        A search asks for it more than once.
        """
        return self._plans.get(
            node,
            lambda: {name: planner.plan_query(node) for name, planner in self._planners.items()},
        )

    def match(self, node: Node, k: int, restriction: Node | None = None) -> Candidates:
        """The k best articles that match `node` (and `restriction`, which does not score)."""
        keys, scores, total = [], [], 0
        threshold = 0.0
        for part, plan, domain in self._planned(node, restriction):
            terms = bag_of_terms(plan)
            if terms is None:
                matches = part.evaluate(plan, domain)
                found = Best(matches, len(matches))
            else:
                found = best_of_bag(part, terms, k, domain, threshold)
            keys.append(part.columns.keys[found.matches.docs])
            scores.append(found.matches.scores)
            total += found.total
            if len(found.matches) >= k:
                threshold = max(threshold, kth_best(found.matches.scores, k))
        best = _best(keys, scores, k)
        return Candidates(best.keys, best.scores, total)

    def _planned(
        self, node: Node, restriction: Node | None
    ) -> Iterator[tuple[LanguagePart, Plan, Ordinals | None]]:
        """Each part of each segment with its plan and, under a restriction, what passes it."""
        plans = self.plans(node)
        limits = None if restriction is None else self.plans(restriction)
        for live in self._segments:
            for language, part in live.parts.items():
                domain = None if limits is None else matching(part, limits[language])
                yield part, plans[language], domain

    def newest(self, node: Node, k: int, restriction: Node | None = None) -> Candidates:
        """The k newest articles that match, by date descending, then key; undated ones last."""
        keys, dates = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for part, plan, domain in self._planned(node, restriction):
            docs = matching(part, plan, domain)
            keys.append(part.columns.keys[docs])
            dates.append(part.columns.dates(docs))
        all_keys, all_dates = np.concatenate(keys), np.concatenate(dates)
        # Reversed twice, because the negative of the earliest date would overflow.
        order = np.lexsort((-all_keys, all_dates))[::-1][:k]
        return Candidates(all_keys[order], np.zeros(len(order), np.float32), len(all_keys))

    def select(self, what: Node | Keys) -> LocalSelection:
        """The articles that match a query, or those of some keys, to be counted."""
        if isinstance(what, np.ndarray):
            return self._select_keys(what)
        plans = self.plans(what)
        parts = [
            SelectedPart(at, language, part, matching(part, plans[language]))
            for at, live in enumerate(self._segments)
            for language, part in live.parts.items()
        ]
        return LocalSelection(self, parts)

    def _select_keys(self, keys: Keys) -> LocalSelection:
        parts = []
        for at, live in enumerate(self._segments):
            ordinals = live.segment.columns.ordinals(keys)
            docs = np.unique(ordinals[ordinals >= 0])
            for language, part in live.parts.items():
                own = docs[evaluate.members(docs, part.universe)]
                parts.append(SelectedPart(at, language, part, own))
        return LocalSelection(self, parts)

    def field_values(self, field: ExactField) -> FieldValues:
        """The values of a field over all segments, numbered when they are first asked for."""
        if field not in self._values:
            columns = [(live.segment.columns, live.live) for live in self._segments]
            self._values[field] = FieldValues.of(columns, field)
        return self._values[field]

    def _allowed(
        self, live: LiveSegment, limits: Mapping[str, Plan] | None
    ) -> NDArray[np.int64] | None:
        """The articles of a segment that pass a restriction; None where all articles do."""
        if limits is None:
            return live.live_ordinals if len(live.deleted) else None
        docs = [part.evaluate(limits[language]).docs for language, part in live.parts.items()]
        return np.sort(np.concatenate([np.zeros(0, np.int64), *docs]))

    def nearest(self, vector: Vector, k: int, restriction: Node | None = None) -> Candidates:
        """The k articles whose best chunk is nearest to `vector`.

        `total` counts the articles that were compared: all that pass the restriction.
        """
        limits = None if restriction is None else self.plans(restriction)
        keys, scores, total = [], [], 0
        for live in self._segments:
            deadline.check()
            allowed = self._allowed(live, limits)
            total += len(live.segment.columns) if allowed is None else len(allowed)
            ordinals, found = live.segment.vectors.nearest(vector, k, allowed)
            keys.append(live.segment.columns.keys[ordinals])
            scores.append(found)
        best = _best(keys, scores, k)
        return Candidates(best.keys, best.scores, total)

    def matches_by_parts(self, node: Node) -> bool:
        """Whether a part of a word alone would match `node`: not so with `whole_words(node)`."""
        return self.plans(node) != self.plans(whole_words(node))

    def score_words(self, node: Node, keys: Keys) -> Scores:
        """Each article's score for `node` as in `match`; 0 where it does not match."""
        plans = self.plans(node)
        scores = np.zeros(len(keys), np.float32)
        for live, at, ordinals in self._located(keys):
            domain = distinct(ordinals)
            for language, part in live.parts.items():
                own = domain[evaluate.members(domain, part.universe)]
                matches = part.evaluate(plans[language], own)
                scores[at] += evaluate.scores_at(matches, ordinals)
        return scores

    def score_meaning(self, vector: Vector, keys: Keys) -> Scores:
        """Each article's best chunk's exact cosine to `vector`."""
        scores = np.zeros(len(keys), np.float32)
        for live, at, ordinals in self._located(keys):
            scores[at] = live.segment.vectors.best_scores(vector, ordinals)
        return scores

    def best_chunks(self, vector: Vector, keys: Keys) -> list[tuple[int, int]]:
        """Each article's chunk nearest to `vector`: its offsets (start, end) in the text."""
        spans = np.zeros((len(keys), 2), np.int64)
        for live, at, ordinals in self._located(keys):
            best = live.segment.vectors.best_rows(vector, ordinals)
            spans[at] = live.segment.columns.chunk_spans[best]
        return [(start, end) for start, end in spans.tolist()]

    def article_vectors(self, keys: Keys) -> Vectors:
        """Each article's mean chunk vector, scaled to length 1; zeros for unknown keys."""
        means = np.zeros((len(keys), self.encoder.dimension), np.float32)
        for live, at, ordinals in self._located(keys):
            rows, owners = live.segment.columns.chunks_of(ordinals)
            sums = np.zeros((len(ordinals), self.encoder.dimension), np.float32)
            np.add.at(sums, owners, float16.single(live.segment.vectors.vectors[rows]))
            means[at] = sums
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        means /= np.where(lengths > 0, lengths, 1)
        return means

    def sample_keys(self, language: str, k: int, seed: int) -> Keys:
        """Up to k keys of articles in a language, drawn without replacement; ascending."""
        keys = [
            live.segment.columns.keys[live.parts[language].universe]
            for live in self._segments
            if language in live.parts
        ]
        known = np.concatenate([np.zeros(0, np.int64), *keys])
        chance = np.random.default_rng(seed)
        return np.sort(chance.choice(known, min(k, len(known)), replace=False))

    def holds(self, keys: Keys) -> NDArray[np.bool_]:
        """`(n,) bool`: which of some keys are live articles."""
        held = np.zeros(len(keys), bool)
        for _, at, _ in self._located(keys):
            held[at] = True
        return held

    def languages(self, keys: Keys) -> list[str]:
        """Each article's language."""

        def languages_of(columns: Columns, ordinals: NDArray[np.int64]) -> list[str]:
            values = columns.values(ExactField.LANGUAGE)
            return [values[code] for code in columns.codes(ExactField.LANGUAGE)[ordinals].tolist()]

        return self._value_of_each(keys, languages_of, "")

    def article_ids(self, keys: Keys) -> list[str]:
        """Each article's id."""
        return self._value_of_each(keys, Columns.article_ids, "")

    def _value_of_each(
        self,
        keys: Keys,
        values_of: Callable[[Columns, NDArray[np.int64]], list[Value]],
        missing: Value,
    ) -> list[Value]:
        values = [missing] * len(keys)
        for live, at, ordinals in self._located(keys):
            found = values_of(live.segment.columns, ordinals)
            for index, value in zip(at.tolist(), found, strict=True):
                values[index] = value
        return values

    def _located(self, keys: Keys) -> list[tuple[LiveSegment, Keys, NDArray[np.int64]]]:
        """For each segment with some of the keys live: where they stand in `keys`, ordinals."""
        located = []
        for live in self._segments:
            deadline.check()
            ordinals = live.segment.columns.ordinals(keys)
            at = np.flatnonzero(ordinals >= 0)
            if len(live.deleted):
                at = at[live.live[ordinals[at]]]
            if len(at):
                located.append((live, at, ordinals[at]))
        return located

    def score_unindexed(self, node: Node, articles: Sequence[Article]) -> Scores:
        """What articles that are not indexed would score, by this snapshot's statistics."""
        scores = np.zeros(len(articles), np.float32)
        plans = self.plans(node)
        for at, article in enumerate(articles):
            plan = plans.get(article.language)
            if plan is not None:
                part = single_article(article, self._analyzer_for, self._parameters)
                matches = part.evaluate(plan)
                scores[at] = matches.scores[0] if len(matches) else 0
        return scores

    @cached_property
    def _forms(self) -> Mapping[str, LanguageForms]:
        return {
            language: LanguageForms(
                planner.analyzer,
                [live.parts[language] for live in self._segments if language in live.parts],
            )
            for language, planner in self._planners.items()
        }

    def completions(self, prefix: str, k: int, beside: Node | None = None) -> list[WordForm]:
        """Up to k words that begin with `prefix`, by the number of articles (beside a node)."""
        plans = None if beside is None else self.plans(beside)
        return best_forms(
            self._forms,
            lambda language, forms: forms.completions(prefix, plans[language] if plans else None),
            k,
        )

    def similar_words(self, word: str, max_edits: int, least: int) -> list[WordForm]:
        """Words within `max_edits` of another term, by the number of articles."""
        # Known in any language, a word hardly has its first letter wrong, and looking for it costs.
        any_first = not self.word_frequency(word)
        return best_forms(
            self._forms,
            lambda _, forms: forms.similar(word, max_edits, least, any_first=any_first),
            SIMILAR_WORDS,
        )

    def word_frequency(self, word: str) -> int:
        """Articles, of all languages, that hold a word of a query or a part of it."""
        return sum(forms.frequency(word) for forms in self._forms.values())

    def matching_words(self, node: Node, language: str, text: str) -> list[WordSpan]:
        """The words of a text in `language` that `node` asks for, in order; excluded ones never."""
        sought = self._sought.get((node, language))
        if sought is None:
            planner = self._planners.get(language) or self._planner(language)
            sought = SoughtWords(planner.analyzer, marked_terms(planner.plan_query(node)))
            if len(self._sought) >= REMEMBERED_QUERIES:
                self._sought.clear()
            self._sought[node, language] = sought
        return sought.spans_in(text)

    def explain(self, node: Node, key: int) -> Sequence[TermEvidence]:
        """How an article's lexical score comes about, term by term; the scores add up to it."""
        for live, _, ordinals in self._located(np.array([key])):
            for language, part in live.parts.items():
                if ordinals[0] in part.universe:
                    return evidence(
                        self._planners[language].plan_query(node), part, int(ordinals[0])
                    )
        return ()


def _others(sources: PermittedSources, columns: Columns) -> NDArray[np.bool_]:
    """`(n,) bool`: which articles are of none of the sources."""
    allowed = np.zeros(len(columns), bool)
    for name in sources.folded:
        allowed |= columns.equal(ExactField.SOURCE, name)
    return ~allowed


def _best(keys: Sequence[Keys], scores: Sequence[Scores], k: int) -> Candidates:
    """The k best of all, by score descending, then key ascending."""
    all_keys = keys[0] if len(keys) == 1 else np.concatenate([np.zeros(0, np.int64), *keys])
    all_scores = scores[0] if len(keys) == 1 else np.concatenate([np.zeros(0, np.float32), *scores])
    total = len(all_keys)
    if k < total:
        # Everything above the k-th score, and all its equals: the keys decide among those.
        kept = np.flatnonzero(all_scores >= kth_best(all_scores, k))
        all_keys, all_scores = all_keys[kept], all_scores[kept]
    order = np.lexsort((all_keys, -all_scores))[:k]
    return Candidates(all_keys[order], all_scores[order], total)
