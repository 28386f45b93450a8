"""One manifest of an index on Milvus, opened: the rows that it shows, searched.

Implements `index.protocols.Snapshot`. What a manifest shows is a condition on rows: keys up to its
revision, without those that it lists as dead. Rows are never changed, so a condition is a snapshot.

What Milvus can tell and score, it does. What needs positions or exact frequencies per field is
found as a superset and verified on the texts of at most `MOST_VERIFIED` candidates, the best first;
only beyond that many is a total too small.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

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
    StoredArticle,
    Vector,
    Vectors,
)
from index.errors import Unsupported
from index.ledger.manifest import ServerManifest
from index.ledger.words import Words
from index.lexical.bm25 import Bm25Parameters
from index.lexical.completion import MOST_FORMS, most_frequent
from index.lexical.explain import SoughtWords, evidence, marked_terms, wanted_terms
from index.lexical.plan import Plan, Planner
from index.lexical.vocabulary import FUZZY_PREFIX
from index.milvus import expressions, selection
from index.milvus.collection import Collection
from index.milvus.collections import MOST_ROWS, UNDATED
from index.milvus.expressions import Expression, both
from index.milvus.scoring import is_bag, linear_weights, needs_a_term
from index.milvus.selection import MilvusSelection
from index.milvus.texts import TextsOf, part_of, verified
from index.milvus.vocabulary import LedgerVocabulary
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
from index.query import Everything, ExactField, Node, TextField, whole_words
from index.runtime.lru import LruCache
from index.segment.language_totals import LanguageTotals
from index.text.edits import is_within

MOST_VERIFIED = 5_000
"""Candidates whose texts are read for one query."""

TIES = 64
"""Rows asked for beyond k, so that equal scores at the end are ordered by key and not by chance."""

CONSIDERED_FORMS = 16
"""Completions whose articles are counted beside other words."""

CHUNKS_PER_ARTICLE = 3
"""Chunks asked for at first for each article wanted."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a snapshot reads besides its collection."""

    words: Words
    texts_of: TextsOf
    analyzer_for: AnalyzerFor
    parameters: Bm25Parameters


class MilvusSnapshot:
    """A snapshot of an index on Milvus. Keys that it does not hold score 0 and have no values."""

    def __init__(
        self,
        manifest: ServerManifest,
        dead: Sequence[int],
        collection: Collection,
        inputs: Inputs,
    ) -> None:
        self.manifest = manifest
        self._dead = dead
        self._released_at_s: int | None = None
        self._only: PermittedSources | None = None
        self._limited: LruCache[PermittedSources, MilvusSnapshot] = LruCache(KEPT_LIMITED)
        self._collection = collection
        self._inputs = inputs

    @property
    def id(self) -> str:
        """The manifest's number."""
        return str(self.manifest.number)

    @property
    def hides_some(self) -> bool:
        """Whether it is limited to sources; whether anything is under embargo it cannot tell."""
        return self._only is not None

    @property
    def encoder(self) -> EncoderIdentity:
        """The encoder whose vectors these are."""
        return self.manifest.encoder

    @property
    def calibration(self) -> Calibration:
        """The fusion weights that were learnt for it."""
        return self.manifest.calibration

    def analyzer(self, language: str) -> Analyzer:
        """The analysis that articles of this language were indexed with."""
        return self._inputs.analyzer_for(language)

    def released(self, at_s: int) -> "MilvusSnapshot":
        """This snapshot without the articles that are under embargo at an instant.

        Term frequencies go on counting them.
        """
        _ = self._planners  # worked out once for all that are made from this one
        released = copy.copy(self)
        released._released_at_s = at_s
        released._limited = LruCache(KEPT_LIMITED)
        released.__dict__.pop("_visible", None)
        return released

    def limited(self, sources: PermittedSources) -> "MilvusSnapshot":
        """This snapshot without the articles of other sources.

        What it counts are its own articles; mean lengths stay those of the whole index.
        """
        return self._limited.get(sources, lambda: self._limited_to(sources))

    def _limited_to(self, sources: PermittedSources) -> "MilvusSnapshot":
        limited = copy.copy(self)
        limited._only = sources if self._only is None else self._only.also(sources)
        limited._limited = LruCache(KEPT_LIMITED)
        for made in ("_visible", "_totals", "_planners", "_vocabularies"):
            limited.__dict__.pop(made, None)
        return limited

    def stats(self) -> IndexStats:
        """Counts; the server keeps its sizes to itself."""
        languages = {
            language: totals.articles
            for language, totals in sorted(self._totals.items())
            if totals.articles
        }
        return IndexStats(
            snapshot=self.id,
            articles=sum(languages.values()),
            chunks=self._chunks,
            deleted=len(self._dead),
            languages=languages,
            segments=1,
            size_bytes=0,
            archive_revision=self.manifest.archive_revision,
            encoder=self.encoder,
            calibration=self.calibration,
        )

    @cached_property
    def _totals(self) -> Mapping[str, LanguageTotals]:
        """Sums per language; under a limit, articles are counted and lengths taken for usual."""
        if self._only is None:
            return self.manifest.totals
        return {
            language: totals.scaled_to(
                self._count(both(self._visible, f"lang == {expressions.quoted(language)}"))
            )
            for language, totals in self.manifest.totals.items()
        }

    @property
    def _chunks(self) -> int:
        if self._only is None:
            return self.manifest.chunks
        return self._collection.count(both("has_vector == 1", self._visible))

    @cached_property
    def _visible(self) -> str:
        shown = [f"key <= {self.manifest.archive_revision}"]
        if self._dead:
            shown.append(f"key not in {list(self._dead)}")
        if self._released_at_s is not None:
            shown.append(f"embargo_end <= {self._released_at_s}")
        if self._only is not None:
            shown.append(expressions.one_of(ExactField.SOURCE, self._only.folded))
        return both(*shown)

    @cached_property
    def _planners(self) -> Mapping[str, Planner]:
        return {language: self._planner(language) for language in self.stats().languages}

    def _planner(self, language: str) -> Planner:
        return Planner(self._inputs.analyzer_for(language), self._vocabulary(language))

    def _vocabulary(self, language: str) -> LedgerVocabulary:
        return LedgerVocabulary(
            language,
            self._inputs.words,
            self._totals.get(language, LanguageTotals(0, 0, 0)),
            self.manifest.mean_lengths.get(language, 0.0),
            None if self._only is None else self._frequency,
        )

    def _frequency(self, number: int, field: TextField | None) -> int:
        """How many of the articles that are shown hold a term."""
        return self._count(both(self._visible, expressions.holds_in(number, field)))

    @cached_property
    def _vocabularies(self) -> Mapping[str, LedgerVocabulary]:
        found = {}
        for language, planner in self._planners.items():
            assert isinstance(planner.vocabulary, LedgerVocabulary)
            found[language] = planner.vocabulary
        return found

    def _plans(self, node: Node) -> dict[str, Plan]:
        return {language: planner.plan_query(node) for language, planner in self._planners.items()}

    def _expression(self, plans: Mapping[str, Plan]) -> Expression:
        """What any of the languages' plans matches in articles of its language."""
        by_language = {
            language: expressions.of_plan(plan, self._vocabularies[language].number)
            for language, plan in plans.items()
        }
        texts = {each.text for each in by_language.values()}
        is_exact = all(each.is_exact for each in by_language.values())
        if len(texts) == 1:
            return Expression(texts.pop(), is_exact)
        return Expression(
            expressions.either(
                [
                    both(f"lang == {expressions.quoted(language)}", each.text)
                    for language, each in by_language.items()
                    if each.text != expressions.NOTHING
                ]
            ),
            is_exact,
        )

    def _restricted(self, restriction: Node | None) -> Expression:
        if restriction is None:
            return Expression(self._visible)
        limits = self._expression(self._plans(restriction))
        return Expression(both(self._visible, limits.text), limits.is_exact)

    def match(self, node: Node, k: int, restriction: Node | None = None) -> Candidates:
        """The k best articles that match `node` (and `restriction`, which does not score)."""
        plans = self._plans(node)
        if not plans or k <= 0:
            return _candidates([], [], k, 0)
        limits, wanted = self._restricted(restriction), self._expression(plans)
        where = both(limits.text, wanted.text)
        if where == expressions.NOTHING or wanted.text == expressions.NOTHING:
            return _candidates([], [], k, 0)
        weights = self._numbered(
            {language: linear_weights(plan) for language, plan in plans.items()}
        )
        if weights is None or not (limits.is_exact and wanted.is_exact):
            return self._match_verified(node, plans, k, restriction, where)
        implied = all(is_bag(plan) for plan in plans.values())
        keys, scores = self._collection.by_words(
            weights, limits.text if implied else where, min(k + TIES, MOST_ROWS)
        )
        total = self._count(where)
        if k > MOST_ROWS and total > MOST_ROWS:
            raise Unsupported(
                f"Milvus ranks at most {MOST_ROWS:,} articles; {k:,} of {total:,} were asked for"
            )
        if len(keys) < min(k, total) and not all(map(needs_a_term, plans.values())):
            more = [row["key"] for row in self._collection.articles(where, [])]
            rest = np.setdiff1d(np.array(more, np.int64), keys)
            keys = np.append(keys, rest)
            scores = np.append(scores, np.zeros(len(rest), np.float32))
        return _candidates(keys, scores, k, total)

    def _match_verified(
        self,
        node: Node,
        plans: Mapping[str, Plan],
        k: int,
        restriction: Node | None,
        where: str,
    ) -> Candidates:
        likely = self._likely(plans, where, MOST_VERIFIED)
        keys, scores = self._verified(likely, node, restriction)
        return _candidates(keys, scores, k, len(keys))

    def _likely(self, plans: Mapping[str, Plan], where: str, limit: int) -> list[int]:
        """Articles that may match, those first that hold most of what is looked for."""
        worth = self._numbered({language: wanted_terms(plan) for language, plan in plans.items()})
        found: list[int] = self._collection.by_words(worth or {}, where, limit)[0].tolist()
        if len(found) < limit:
            known = set(found)
            rows = self._collection.articles(where, [], limit)
            found += sorted(row["key"] for row in rows if row["key"] not in known)
        return found[:limit]

    def _numbered(
        self, weights: Mapping[str, Mapping[str, float] | None]
    ) -> dict[int, float] | None:
        """Weights by the terms' numbers, over all languages; None where some are None."""
        numbered: dict[int, float] = {}
        for language, of_language in weights.items():
            if of_language is None:
                return None
            for term, weight in of_language.items():
                number = self._vocabularies[language].number(term)
                if number is not None and weight > 0:
                    numbered[number] = weight
        return numbered

    def _verified(
        self, keys: Sequence[int], node: Node, restriction: Node | None
    ) -> tuple[Keys, Scores]:
        return verified(
            self._texts(keys).values(),
            self._plans(node),
            None if restriction is None else self._plans(restriction),
            self._inputs.analyzer_for,
            self._inputs.parameters,
        )

    def _texts(self, keys: Sequence[int]) -> Mapping[int, StoredArticle]:
        return self._inputs.texts_of(keys)

    def select(self, what: Node | Keys) -> MilvusSelection:
        """The articles that match a query, or those of some keys, to be counted."""
        if isinstance(what, np.ndarray):
            return self._selection(selection.of_keys(self._visible, what))
        return self._selection(self._narrowed(self._visible, what))

    def _selection(self, where: str) -> MilvusSelection:
        return MilvusSelection(self._collection, where, self._narrowed)

    def _narrowed(self, where: str, node: Node) -> str:
        """The condition of articles that match both."""
        plans = self._plans(node)
        wanted = self._expression(plans)
        if wanted.is_exact:
            return both(where, wanted.text)
        likely = self._likely(plans, both(where, wanted.text), MOST_VERIFIED)
        return selection.of_keys(where, self._verified(likely, node, None)[0])

    def _count(self, where: str) -> int:
        return self._collection.count(both("chunk == 0", where))

    def newest(self, node: Node, k: int, restriction: Node | None = None) -> Candidates:
        """The k newest articles that match, by date descending, then key; undated ones last."""
        limits, wanted = self._restricted(restriction), self._expression(self._plans(node))
        where = both(limits.text, wanted.text)
        total = self._count(where)
        rows = self._collection.articles(
            self._newest_part(where, k, total), ["date_start", "date_kind"]
        )
        if not (limits.is_exact and wanted.is_exact):
            kept = set(self._verified([row["key"] for row in rows], node, restriction)[0].tolist())
            rows = [row for row in rows if row["key"] in kept]
        ordered = sorted(
            rows,
            key=lambda row: (row["date_kind"] == UNDATED, -row["date_start"], row["key"]),
        )
        keys = np.array([row["key"] for row in ordered[:k]], np.int64)
        return Candidates(keys, np.zeros(len(keys), np.float32), total)

    def _newest_part(self, where: str, k: int, total: int) -> str:
        """A condition that the k newest of `total` rows match, and no more than one answer holds.

        The date is found by bisection over counts, since Milvus does not sort.
        """
        if total <= MOST_ROWS:
            return where
        low, high = -(2**40), 2**40  # at least k rows are newer than low, fewer than high
        while high - low > 1:
            middle = (low + high) // 2
            newer = self._count(both(where, _since(middle)))
            if k <= newer <= MOST_ROWS:
                return both(where, _since(middle))
            if newer < k:
                high = middle
            else:
                low = middle
        return both(where, _since(low))

    def nearest(self, vector: Vector, k: int, restriction: Node | None = None) -> Candidates:
        """The k articles whose best chunk is nearest to `vector`; scores are cosines."""
        if k <= 0 or not self._planners:
            return _candidates([], [], k, 0)
        limits = self._restricted(restriction)
        wanted = CHUNKS_PER_ARTICLE * k
        while True:
            found, cosines = self._collection.by_meaning(vector, limits.text, wanted)
            keys, first = np.unique(found, return_index=True)
            scores = cosines[first]
            if restriction is not None and not limits.is_exact:
                passed = self._verified(keys.tolist(), Everything(), restriction)[0]
                kept = np.isin(keys, passed)
                keys, scores = keys[kept], scores[kept]
            if len(keys) >= k or len(found) < wanted or wanted >= MOST_ROWS:
                return _candidates(keys, scores, k, self._count(limits.text))
            wanted = min(4 * wanted, MOST_ROWS)

    def matches_by_parts(self, node: Node) -> bool:
        """Whether a part of a word alone would match `node`: not so with `whole_words(node)`."""
        return self._plans(node) != self._plans(whole_words(node))

    def score_words(self, node: Node, keys: Keys) -> Scores:
        """Each article's score for `node` as in `match`; 0 where it does not match."""
        plans = self._plans(node)
        weights = self._numbered(
            {language: linear_weights(plan) for language, plan in plans.items()}
        )
        if not len(keys) or not plans:
            return np.zeros(len(keys), np.float32)
        if weights is None or not all(map(is_bag, plans.values())):
            found, scores = self._verified(self._shown(keys), node, None)
            return _aligned(keys, dict(zip(found.tolist(), scores.tolist(), strict=True)))
        where = both(self._visible, expressions.one_of("key", keys.tolist()))
        found, scores = self._collection.by_words(weights, where, len(keys))
        return _aligned(keys, dict(zip(found.tolist(), scores.tolist(), strict=True)))

    def _shown(self, keys: Keys) -> list[int]:
        dead = set(self._dead)
        newest = self.manifest.archive_revision
        known = [key for key in keys.tolist() if key <= newest and key not in dead]
        if self._only is None:
            return known
        held = self._collection.articles_of(known, [], self._visible)
        return [key for key in known if key in held]

    def holds(self, keys: Keys) -> NDArray[np.bool_]:
        """`(n,) bool`: which of some keys are articles of this snapshot."""
        held = self._collection.articles_of(keys.tolist(), [], self._visible)
        return np.array([key in held for key in keys.tolist()], bool)

    def score_meaning(self, vector: Vector, keys: Keys) -> Scores:
        """Each article's best chunk's exact cosine to `vector`."""
        best: dict[int, float] = {}
        for row in self._collection.chunks_of(self._shown(keys), ["meaning"]):
            cosine = float(np.asarray(row["meaning"], np.float32) @ vector)
            best[row["key"]] = max(cosine, best.get(row["key"], -1.0))
        return _aligned(keys, best)

    def best_chunks(self, vector: Vector, keys: Keys) -> list[tuple[int, int]]:
        """Each article's chunk nearest to `vector`: its offsets (start, end) in the text."""
        best: dict[int, tuple[float, tuple[int, int]]] = {}
        fields = ["meaning", "chunk_start", "chunk_end"]
        for row in self._collection.chunks_of(self._shown(keys), fields):
            cosine = float(np.asarray(row["meaning"], np.float32) @ vector)
            if row["key"] not in best or cosine > best[row["key"]][0]:
                best[row["key"]] = (cosine, (row["chunk_start"], row["chunk_end"]))
        return [best[key][1] if key in best else (0, 0) for key in keys.tolist()]

    def article_vectors(self, keys: Keys) -> Vectors:
        """Each article's mean chunk vector, scaled to length 1; zeros for unknown keys."""
        sums: dict[int, Vector] = {}
        for row in self._collection.chunks_of(self._shown(keys), ["meaning"]):
            vector = np.asarray(row["meaning"], np.float32)
            sums[row["key"]] = sums.get(row["key"], np.zeros_like(vector)) + vector
        means = np.zeros((len(keys), self.encoder.dimension), np.float32)
        for at, key in enumerate(keys.tolist()):
            if key in sums:
                means[at] = sums[key] / max(float(np.linalg.norm(sums[key])), 1e-12)
        return means

    def sample_keys(self, language: str, k: int, seed: int) -> Keys:
        """Up to k keys of articles in a language, drawn without replacement; ascending.

        In large archives only the articles of a random range of keys are drawn from.
        """
        chance = np.random.default_rng(seed)
        where = both(self._visible, f"lang == {expressions.quoted(language)}")
        known = self.manifest.totals.get(language)
        if known is not None and known.articles > MOST_ROWS:
            newest = self.manifest.archive_revision
            width = max(1, int(newest * MOST_ROWS / known.articles / 2))
            start = int(chance.integers(0, max(1, newest - width)))
            where = both(where, f"key > {start}", f"key <= {start + width}")
        keys = np.sort([row["key"] for row in self._collection.articles(where, [])]).astype(
            np.int64
        )
        return np.sort(chance.choice(keys, min(k, len(keys)), replace=False))

    def languages(self, keys: Keys) -> list[str]:
        """Each article's language."""
        return self._values(keys, "lang")

    def article_ids(self, keys: Keys) -> list[str]:
        """Each article's id."""
        return self._values(keys, "article_id")

    def _values(self, keys: Keys, field: str) -> list[str]:
        rows = self._collection.articles_of(self._shown(keys), [field])
        return [str(rows[key][field]) if key in rows else "" for key in keys.tolist()]

    def explain(self, node: Node, key: int) -> Sequence[TermEvidence]:
        """How an article's lexical score comes about, term by term; the scores add up to it."""
        stored = self._texts(self._shown(np.array([key]))).get(key)
        if stored is None or stored.article.language not in self._planners:
            return ()
        part = part_of([stored], self._inputs.analyzer_for, self._inputs.parameters)
        return evidence(self._planners[stored.article.language].plan_query(node), part, 0)

    def score_unindexed(self, node: Node, articles: Sequence[Article]) -> Scores:
        """What articles that are not indexed would score, by this snapshot's statistics."""
        stored = [StoredArticle(at, "", "", article) for at, article in enumerate(articles)]
        found, scores = verified(
            stored, self._plans(node), None, self._inputs.analyzer_for, self._inputs.parameters
        )
        known = dict(zip(found.tolist(), scores.tolist(), strict=True))
        return _aligned(np.arange(len(articles)), known)

    def matching_words(self, node: Node, language: str, text: str) -> list[WordSpan]:
        """The words of a text in `language` that `node` asks for, in order; excluded ones never."""
        planner = self._planners.get(language) or self._planner(language)
        sought = SoughtWords(planner.analyzer, marked_terms(planner.plan_query(node)))
        return sought.spans_in(text)

    def completions(self, prefix: str, k: int, beside: Node | None = None) -> list[WordForm]:
        """Up to k words that begin with `prefix`, by the number of articles (beside a node)."""
        found = []
        is_counted = beside is not None or self._only is not None
        limits = self._restricted(beside) if is_counted else None
        for language, planner in self._planners.items():
            folded = planner.analyzer.fold(prefix)
            if not folded:
                continue
            limit = CONSIDERED_FORMS if limits else SIMILAR_WORDS
            for form in self._inputs.words.forms_with_prefix(language, folded, limit):
                articles = form.articles
                if limits is not None:
                    held = expressions.holds(self._vocabularies[language].number(form.term))
                    articles = self._count(both(limits.text, held))
                if articles:
                    found.append(WordForm(form.written, language, articles))
        return most_frequent(found, k)

    def similar_words(self, word: str, max_edits: int, least: int) -> list[WordForm]:
        """Words within `max_edits` of another term, by the number of articles."""
        found = []
        for language, planner in self._planners.items():
            analysed = planner.analyzer.terms(word)
            first = analysed.surface[:FUZZY_PREFIX]
            for form in self._inputs.words.forms_with_prefix(language, first, MOST_FORMS):
                if form.articles < least or form.term == analysed.terms[0]:
                    continue
                if not is_within(form.form, analysed.surface, max_edits):
                    continue
                articles = form.articles
                if self._only is not None:
                    articles = self._vocabularies[language].document_frequency(form.term, None)
                if articles >= least:
                    found.append(WordForm(form.written, language, articles))
        return most_frequent(found, SIMILAR_WORDS)

    def word_frequency(self, word: str) -> int:
        """Articles, of all languages, that hold a word of a query or a part of it."""
        total = 0
        for language, planner in self._planners.items():
            vocabulary = self._vocabularies[language]
            counts = (
                vocabulary.document_frequency(weighted.term, None)
                for weighted in planner.analyzer.query_terms(word)
            )
            total += next((count for count in counts if count), 0)
        return total


def _since(instant_s: int) -> str:
    return both(f"date_kind != {UNDATED}", f"date_start >= {instant_s}")


def _aligned(keys: Keys, scores: Mapping[int, float]) -> Scores:
    return np.array([scores.get(key, 0.0) for key in keys.tolist()], np.float32)


def _candidates(
    keys: Keys | Sequence[int], scores: Scores | Sequence[float], k: int, total: int
) -> Candidates:
    """The k best, by score descending, then key ascending."""
    all_keys, all_scores = np.asarray(keys, np.int64), np.asarray(scores, np.float32)
    order = np.lexsort((all_keys, -all_scores))[: max(0, k)]
    return Candidates(all_keys[order], all_scores[order], total)
