"""The words of the articles in a snapshot, and the analysis that they went through."""

from dataclasses import dataclass
from typing import Protocol

from index.protocols.analyzer import Analyzer
from index.query import Node

SIMILAR_WORDS = 64
"""The most words that `WordLookup.similar_words` returns."""


@dataclass(frozen=True, slots=True)
class WordForm:
    """A word as it is mostly written in articles of a language, and in how many of them.

    An article counts that holds any form of its term.
    """

    text: str
    language: str
    articles: int


@dataclass(frozen=True, slots=True)
class WordSpan:
    """A word at `text[start:end]` that matches index term `term`; `weight` tells its worth."""

    start: int
    end: int
    term: str
    weight: float


class WordLookup(Protocol):
    """Looks up words: in a text, in the vocabulary, in the count of articles that hold them."""

    def analyzer(self, language: str) -> Analyzer:
        """The analysis that articles of this language were indexed with."""
        ...

    def matching_words(self, node: Node, language: str, text: str) -> list[WordSpan]:
        """The words of a text in `language` that `node` asks for, in order; excluded ones never."""
        ...

    def completions(self, prefix: str, k: int, beside: Node | None = None) -> list[WordForm]:
        """Up to k words that begin with `prefix`, folded, by the number of articles.

        With `beside`, only articles that match it count, and words without any are left out.
        """
        ...

    def similar_words(self, word: str, max_edits: int, least: int) -> list[WordForm]:
        """Words within `max_edits` (optimal string alignment) that occur `least` times or more.

        Forms of the same term are left out; the order is by the number of articles.
        """
        ...

    def word_frequency(self, word: str) -> int:
        """Articles, of all languages, that hold a word of a query or a part of it."""
        ...
