"""The lexical analysis of one language: texts to words, words to index terms."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class WordTerms:
    """What one word of a text is indexed as, all at one position.

    `surface` is the word folded but not stemmed (what prefix, wildcard and fuzzy search see);
    `terms` are the index terms, the whole word's own first, compound parts behind it.
    """

    surface: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeightedTerm:
    """An index term that a query word stands for; the word's own has weight 1.

    What `is_whole` is the word itself, in a spelling of it; anything else is a part, which says
    something of an article, but not that the word is in it.
    """

    term: str
    weight: float
    is_whole: bool = True


class Analyzer(Protocol):
    """The lexical analysis of one language.

    A word's position is its number in `split(text)`. `terms`, `query_terms` and `joined_terms` are
    pure functions of one word, so callers may remember their answers.
    """

    @property
    def language(self) -> str:
        """BCP 47 primary subtag."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever the terms of any text would; stands in the manifest."""
        ...

    def split(self, text: str) -> list[str]:
        """The words of an NFC text in order, as they stand in it (CJK: overlapping bigrams)."""
        ...

    def runs(self, text: str) -> list[str]:
        """What stands between the white space of a text, in order. No word reaches over two runs,
        and each has the words that it has alone."""
        ...

    def holding(self, runs: set[str], terms: Iterable[str]) -> set[str]:
        """Those of some runs that hold a word with one of the terms."""
        ...

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where each word of `split(text)` stands: code point offsets, same order and number."""
        ...

    def terms(self, word: str) -> WordTerms:
        """What one word from `split` is indexed as."""
        ...

    def query_terms(self, word: str) -> tuple[WeightedTerm, ...]:
        """What one word from `split` of a query looks for; never empty."""
        ...

    def joined_terms(self, word: str) -> tuple[str, ...]:
        """The terms of what a compound or joined word is made of, in order; empty for others.

        Side by side they say what the word says.
        """
        ...

    def fold(self, text: str) -> str:
        """Case and diacritics folded as in `WordTerms.surface`; keeps `*` and `?`."""
        ...

    def is_stop_word(self, word: str) -> bool:
        """Whether a bare query word carries no meaning beside others. Never used in indexing."""
        ...


AnalyzerFor = Callable[[str], Analyzer]
"""The analyzer of a language, given as a BCP 47 primary subtag."""
