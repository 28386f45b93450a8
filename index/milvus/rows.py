"""Converting articles to rows: words as impacts, terms as numbers, fields folded.

An impact is a term's share of an article's BM25F score without the idf, which is only known at
query time: `f (k1 + 1) / (f + k1 (1 - b + b l / m))` with f the weighted frequency, l the weighted
length and m the mean length of the article's language. The product of a query's sparse vector of
idfs and an article's vector of impacts is the score of `index.lexical.bm25`.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from index.domain import Article
from index.lexical.bm25 import Bm25Parameters, FieldStatistics, term_scores
from index.milvus.collections import (
    CHUNK_BITS,
    INSTANT,
    NAMES_OF_A_FIELD,
    NO_EMBARGO,
    NO_WORDS,
    TERM_FIELDS,
    TERMS_OF_A_FIELD,
    UNDATED,
    WALL_CLOCK,
    terms_field,
    written_field,
)
from index.protocols import AnalyzerFor, IndexedArticle
from index.query import ExactField
from index.segment import postings
from index.segment.columns_build import subject_names
from index.segment.language_totals import LanguageTotals
from index.segment.postings import Inverted
from index.segment.segment import searched_words
from index.visibility import embargo_end_s

Row = dict[str, Any]

_LOG = logging.getLogger("newsearch.milvus")


@dataclass(frozen=True, slots=True)
class InvertedArticles:
    """The inverted articles of one language; article i of `articles` has ordinal i."""

    language: str
    articles: Sequence[IndexedArticle]
    inverted: Inverted

    @property
    def terms(self) -> list[str]:
        """All terms, sorted."""
        return list(self.inverted.postings.terms.strings())

    def totals(self) -> LanguageTotals:
        """The sums over these articles."""
        return LanguageTotals(
            len(self.articles),
            int(self.inverted.title_lengths.sum(dtype=np.int64)),
            int(self.inverted.body_lengths.sum(dtype=np.int64)),
        )

    def forms(self, numbers: Mapping[str, int]) -> Iterator[tuple[str, int, str, int]]:
        """Each surface form with its term's number, its usual spelling and its occurrences."""
        table = self.inverted.postings
        terms = self.terms
        for form, term, written, count in zip(
            table.surfaces.strings(),
            table.surface_terms.tolist(),
            table.written.strings(),
            table.surface_counts.tolist(),
            strict=True,
        ):
            yield form, numbers[terms[term]], written, count


@dataclass(slots=True)
class ArticleTerms:
    """The terms of one article by number, with their impacts and fields."""

    impacts: dict[int, float] = field(default_factory=dict)
    in_title: list[int] = field(default_factory=list)
    only_in_title: list[int] = field(default_factory=list)


def invert(articles: Sequence[IndexedArticle], analyzer_for: AnalyzerFor) -> list[InvertedArticles]:
    """Invert articles, by language."""
    by_language: dict[str, list[IndexedArticle]] = {}
    for indexed in articles:
        by_language.setdefault(indexed.stored.article.language, []).append(indexed)
    return [
        InvertedArticles(
            language,
            some,
            postings.invert(
                (searched_words(ordinal, indexed) for ordinal, indexed in enumerate(some)),
                analyzer_for(language),
            ),
        )
        for language, some in sorted(by_language.items())
    ]


def article_terms(
    batch: InvertedArticles,
    numbers: Mapping[str, int],
    mean_length: float,
    parameters: Bm25Parameters,
) -> list[ArticleTerms]:
    """Each article's terms."""
    table = batch.inverted.postings
    title, body = table.title_counts, table.body_counts
    lengths = batch.inverted.title_lengths * np.float32(parameters.title_weight)
    lengths += batch.inverted.body_lengths
    frequencies = title.astype(np.float32) * np.float32(parameters.title_weight) + body
    impacts = term_scores(
        frequencies.astype(np.float32),
        lengths[table.docs],
        1.0,
        FieldStatistics(len(batch.articles), mean_length),
        parameters,
    )
    of_pair = np.repeat(np.arange(len(table.terms)), np.diff(table.posting_offsets))
    known = [numbers[term] for term in batch.terms]
    found = [ArticleTerms() for _ in batch.articles]
    for term, doc, impact, in_title, in_body in zip(
        of_pair.tolist(),
        table.docs.tolist(),
        impacts.tolist(),
        title.tolist(),
        body.tolist(),
        strict=True,
    ):
        number, terms = known[term], found[doc]
        terms.impacts[number] = impact
        if in_title:
            terms.in_title.append(number)
            if not in_body:
                terms.only_in_title.append(number)
    return found


def rows_of(
    indexed: IndexedArticle, terms: ArticleTerms, lengths: tuple[int, int], dimension: int
) -> list[Row]:
    """An article's rows, one per chunk, at least one."""
    article, key = indexed.stored.article, indexed.stored.revision
    shared = {
        "key": key,
        "article_id": article.id,
        "title_length": lengths[0],
        "body_length": lengths[1],
        **_filtered_fields(article),
        **_term_arrays(article, terms),
    }
    spans = indexed.chunks or ((0, 0),)
    has_vector = bool(indexed.chunks)
    vectors = indexed.vectors if has_vector else np.eye(1, dimension, dtype=np.float32)
    return [
        {
            **shared,
            "pk": (key << CHUNK_BITS) + chunk,
            "chunk": chunk,
            "chunk_start": start,
            "chunk_end": end,
            "has_vector": int(has_vector),
            "words": (terms.impacts if chunk == 0 else {}) or {NO_WORDS: 1.0},
            "meaning": vector,
        }
        for chunk, ((start, end), vector) in enumerate(zip(spans, vectors, strict=True))
    ]


def _filtered_fields(article: Article) -> Row:
    date = article.date
    kind = UNDATED if date is None else INSTANT if date.is_zoned else WALL_CLOCK
    embargo_end = embargo_end_s(article)
    once = {
        ExactField.SOURCE: article.source or "",
        ExactField.SECTION: article.section or "",
        ExactField.PLACE: article.place or "",
        ExactField.PROVIDER: article.news.provider or "",
    }
    often = {
        ExactField.AUTHOR: list(article.authors)[:NAMES_OF_A_FIELD],
        ExactField.SUBJECT: subject_names(article)[:NAMES_OF_A_FIELD],
    }
    return {
        "lang": article.language.casefold(),
        **{field.value: value.casefold() for field, value in once.items()},
        **{field.value: _folded(values) for field, values in often.items()},
        **{written_field(field): value for field, value in (*once.items(), *often.items())},
        "date_kind": kind,
        "date_start": date.start_s if date else 0,
        "embargo_end": NO_EMBARGO if embargo_end is None else embargo_end,
    }


def _folded(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(value.casefold() for value in values))


def _term_arrays(article: Article, terms: ArticleTerms) -> Row:
    arrays: dict[str, list[int]] = {terms_field(number): [] for number in range(TERM_FIELDS)}
    for number in terms.impacts:
        arrays[terms_field(number)].append(number)
    arrays["title_terms"] = terms.in_title
    arrays["title_only_terms"] = terms.only_in_title
    for name, held in arrays.items():
        if len(held) > TERMS_OF_A_FIELD:
            _LOG.warning(
                "the article %r has %d different words, more than Milvus can filter by: %d of them "
                "can only be found as bare words; split the article to avoid this",
                article.id, len(terms.impacts), len(held) - TERMS_OF_A_FIELD,
            )  # fmt: skip
            arrays[name] = held[:TERMS_OF_A_FIELD]
    return arrays
