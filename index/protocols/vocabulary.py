"""The words of the articles in a snapshot, and the analysis behind them."""

from dataclasses import dataclass
from typing import Protocol

from index.protocols.analyzer import Analyzer
from index.query import Node

SIMILAR_WORDS = 64
"""The maximum number of words that `WordLookup.similar_words` returns."""


@dataclass(frozen=True, slots=True)
class WordForm:
    """A word in its most frequent spelling in articles of a language, and the number of those
    articles. Articles with any form of its term count.
    """

    text: str
    language: str
    articles: int


@dataclass(frozen=True, slots=True)
class WordSpan:
    """A word at `text[start:end]` that matches index term `term`, and its `weight`."""

    start: int
    end: int
    term: str
    weight: float


class WordLookup(Protocol):
    """Looks up words: in a text, in the vocabulary, and how many articles contain them."""

    def analyzer(self, language: str) -> Analyzer:
        """The analyzer with which articles of this language were indexed."""
        ...

    def matching_words(self, node: Node, language: str, text: str) -> list[WordSpan]:
        """The words of a text in `language` that `node` searches for, in order; never excluded
        ones.
        """
        ...

    def completions(self, prefix: str, k: int, beside: Node | None = None) -> list[WordForm]:
        """Up to k words that begin with `prefix`, folded, by the number of articles.

        With `beside`, only articles that match it count, and words without any are omitted.
        """
        ...

    def similar_words(self, word: str, max_edits: int, least: int) -> list[WordForm]:
        """Words within `max_edits` (optimal string alignment) that occur at least `least` times,
        ordered by the number of articles. Forms of the same term are omitted.
        """
        ...

    def word_frequency(self, word: str) -> int:
        """The number of articles, in all languages, with a word of a query or a part of it."""
        ...
