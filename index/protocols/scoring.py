"""Scoring chosen articles by their words, and explaining the scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.domain import Article, Keys, Scores
from index.query import Node


@dataclass(frozen=True, slots=True)
class TermEvidence:
    """One term's share of an article's lexical score."""

    label: str
    field: str
    frequency: float
    document_frequency: int
    idf: float
    score: float


class WordScoring(Protocol):
    """Scores chosen articles for a query; the scores are those of `ArticleSearch.match`."""

    def matches_by_parts(self, node: Node) -> bool:
        """Whether a part of a word alone would match `node`: not so with `whole_words(node)`."""
        ...

    def score_words(self, node: Node, keys: Keys) -> Scores:
        """Each article's score for `node` as in `match`; 0 where it does not match."""
        ...

    def score_unindexed(self, node: Node, articles: Sequence[Article]) -> Scores:
        """What articles that are not indexed would score for `node`, by this snapshot's statistics.

        0 where they do not match, or where no article of their language is indexed.
        """
        ...

    def explain(self, node: Node, key: int) -> Sequence[TermEvidence]:
        """How an article's lexical score comes about, term by term; the scores add up to it."""
        ...
