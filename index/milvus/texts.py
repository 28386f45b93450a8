"""Verifying positions, fields and patterns on the archive's texts, as a local segment would."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from index.domain import Keys, Scores, StoredArticle
from index.lexical.bm25 import Bm25Parameters
from index.lexical.evaluate import LanguagePart
from index.lexical.plan import Plan
from index.protocols import AnalyzerFor, IndexedArticle
from index.segment import columns_build, postings
from index.segment.segment import searched_words

TextsOf = Callable[[Iterable[int]], Mapping[int, StoredArticle]]
"""Articles by key, as returned by `Archive.revisions`."""

_NO_VECTORS = np.zeros((0, 0), np.float32)


def part_of(
    articles: Sequence[StoredArticle], analyzer_for: AnalyzerFor, parameters: Bm25Parameters
) -> LanguagePart:
    """Articles of one language, ascending by key, in the form of a segment part."""
    indexed = [IndexedArticle(stored, (), _NO_VECTORS) for stored in articles]
    inverted = postings.invert(
        (searched_words(ordinal, each) for ordinal, each in enumerate(indexed)),
        analyzer_for(articles[0].article.language),
    )
    table = columns_build.build(indexed, inverted.title_lengths, inverted.body_lengths)
    lengths = table.weighted_lengths(parameters.title_weight)
    return LanguagePart(
        postings=inverted.postings,
        columns=table,
        universe=np.arange(len(articles)),
        weighted_lengths=lengths,
        shortest=float(lengths.min()),
        parameters=parameters,
    )


def verified(
    articles: Iterable[StoredArticle],
    plans: Mapping[str, Plan],
    limits: Mapping[str, Plan] | None,
    analyzer_for: AnalyzerFor,
    parameters: Bm25Parameters,
) -> tuple[Keys, Scores]:
    """The articles that match the plan and the limit of their language, with their scores."""
    by_language: dict[str, list[StoredArticle]] = {}
    for stored in sorted(articles, key=lambda stored: stored.revision):
        by_language.setdefault(stored.article.language, []).append(stored)
    keys, scores = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
    for language, some in by_language.items():
        if language in plans:
            part = part_of(some, analyzer_for, parameters)
            domain = None if limits is None else part.evaluate(limits[language]).docs
            matches = part.evaluate(plans[language], domain)
            keys.append(part.columns.keys[matches.docs])
            scores.append(matches.scores)
    return np.concatenate(keys), np.concatenate(scores)
