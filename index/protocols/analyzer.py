"""The lexical analysis of one language: texts to words, words to index terms."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class WordTerms:
    """The entries under which one word of a text is indexed, all at one position.

    `surface` is the word folded but not stemmed (used by prefix, wildcard and fuzzy search);
    `terms` are the index terms, that of the whole word first, then compound parts.
    """

    surface: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeightedTerm:
    """An index term that represents a query word; the word's own has weight 1.

    If `is_whole`, it is the word itself in some spelling; otherwise it is a part, which says
    something about an article, but not that the word occurs in it.
    """

    term: str
    weight: float
    is_whole: bool = True


class Analyzer(Protocol):
    """The lexical analysis of one language.

    A word's position is its number in `split(text)`. `terms`, `query_terms` and `joined_terms` are
    pure functions of one word, so callers may cache the results.
    """

    @property
    def language(self) -> str:
        """BCP 47 primary subtag."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever the terms of any text would; recorded in the manifest."""
        ...

    def split(self, text: str) -> list[str]:
        """The words of an NFC text in order, as written (CJK: overlapping bigrams)."""
        ...

    def runs(self, text: str) -> list[str]:
        """The runs between the white space of a text, in order.

        No word spans two runs, and each run has the same words that it would have alone.
        """
        ...

    def holding(self, runs: set[str], terms: Iterable[str]) -> set[str]:
        """The runs that contain a word with one of the terms."""
        ...

    def spans(self, text: str) -> list[tuple[int, int]]:
        """The code point offsets of each word of `split(text)`, in the same order and number."""
        ...

    def terms(self, word: str) -> WordTerms:
        """The terms under which a word from `split` is indexed."""
        ...

    def query_terms(self, word: str) -> tuple[WeightedTerm, ...]:
        """The terms that a word from `split` of a query searches for; never empty."""
        ...

    def joined_terms(self, word: str) -> tuple[str, ...]:
        """The terms of the parts of a compound or joined word, in order; empty for other words.

        Adjacent, they mean what the word means.
        """
        ...

    def splits(self, word: str) -> tuple[tuple[str, str], ...]:
        """The two words as which a compound or code may be written apart, in all plausible ways.

        "Ukrainekrieg": Ukraine Krieg; "MH17": MH 17; empty for other words.
        """
        ...

    def as_written(self, word: str, *, is_cased: bool = False) -> str | None:
        """The form in which a word of a query is compared with words as written.

        None for a word of a script without spaces, which is found inside other words. The form of a
        word of a text is `index.analysis.folding.as_written`.
        """
        ...

    def fold(self, text: str) -> str:
        """Case and diacritics folded as in `WordTerms.surface`; keeps `*` and `?`."""
        ...

    def is_stop_word(self, word: str) -> bool:
        """Whether a bare query word carries no meaning next to others. Never used in indexing."""
        ...


AnalyzerFor = Callable[[str], Analyzer]
"""The analyzer of a language, given as a BCP 47 primary subtag."""
