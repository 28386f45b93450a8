"""The seams: what each part of the index promises to the others and to `search`.

Every method is possible for every backend. One contract suite per protocol, under
`tests/contract/`, runs against every implementation.
"""

from index.protocols.analyzer import Analyzer, AnalyzerFor, WeightedTerm, WordTerms
from index.protocols.archive import Archive, Articles, Change, PutOutcome
from index.protocols.columns import ArticleColumns
from index.protocols.encoder import Encoder, Reranker, TokenCounter
from index.protocols.scoring import TermEvidence, WordScoring
from index.protocols.search import ArticleSearch
from index.protocols.snapshot import KEPT_LIMITED, Snapshot
from index.protocols.store import (
    IndexedArticle,
    IndexStore,
    IndexWriter,
    ProgressListener,
    RebuildWriter,
)
from index.protocols.vectors import ArticleVectors
from index.protocols.vocabulary import SIMILAR_WORDS, WordForm, WordLookup, WordSpan

__all__ = [
    "KEPT_LIMITED",
    "SIMILAR_WORDS",
    "Analyzer",
    "AnalyzerFor",
    "Archive",
    "ArticleColumns",
    "ArticleSearch",
    "ArticleVectors",
    "Articles",
    "Change",
    "Encoder",
    "IndexStore",
    "IndexWriter",
    "IndexedArticle",
    "ProgressListener",
    "PutOutcome",
    "RebuildWriter",
    "Reranker",
    "Snapshot",
    "TermEvidence",
    "TokenCounter",
    "WeightedTerm",
    "WordForm",
    "WordLookup",
    "WordScoring",
    "WordSpan",
    "WordTerms",
]
