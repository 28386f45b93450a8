"""One article that is not indexed, as a segment part, so that plans can run on it."""

import numpy as np

from index.domain import Article, StoredArticle
from index.lexical.bm25 import Bm25Parameters
from index.lexical.evaluate import LanguagePart
from index.protocols import AnalyzerFor, IndexedArticle
from index.segment import columns_build, postings
from index.segment.segment import searched_words


def single_article(
    article: Article, analyzer_for: AnalyzerFor, parameters: Bm25Parameters
) -> LanguagePart:
    """The article as a separate part, with ordinal 0."""
    indexed = IndexedArticle(StoredArticle(0, "", "", article), (), np.zeros((0, 0), np.float32))
    inverted = postings.invert([searched_words(0, indexed)], analyzer_for(article.language))
    table = columns_build.build([indexed], inverted.title_lengths, inverted.body_lengths)
    lengths = table.weighted_lengths(parameters.title_weight)
    return LanguagePart(
        postings=inverted.postings,
        columns=table,
        universe=np.zeros(1, np.int64),
        weighted_lengths=lengths,
        shortest=float(lengths[0]),
        parameters=parameters,
    )
