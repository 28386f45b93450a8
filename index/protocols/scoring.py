"""Scoring chosen articles by their words, and explaining the scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.domain import Article, Keys, Scores
from index.query import Node


@dataclass(frozen=True, slots=True)
class TermEvidence:
    """One term's contribution to an article's lexical score."""

    label: str
    field: str
    frequency: float
    document_frequency: int
    idf: float
    score: float


class WordScoring(Protocol):
    """Scores chosen articles for a query; the scores are those of `ArticleSearch.match`."""

    def matches_by_parts(self, node: Node) -> bool:
        """Whether a part of a word alone would match `node`; never true for `whole_words(node)`."""
        ...

    def score_words(self, node: Node, keys: Keys) -> Scores:
        """Each article's score for `node` as in `match`; 0 if it does not match."""
        ...

    def score_unindexed(self, node: Node, articles: Sequence[Article]) -> Scores:
        """The scores that unindexed articles would get for `node`, by this snapshot's statistics.

        0 if they do not match, or if no article of their language is indexed.
        """
        ...

    def explain(self, node: Node, key: int) -> Sequence[TermEvidence]:
        """The contributions of each term to an article's lexical score; they add up to it."""
        ...
