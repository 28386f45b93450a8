"""One language's analysis: words to terms, cached.

A term is the folded stem of a word's dictionary form. All methods are pure; the cache of words is
bounded and may be emptied at any time.
"""

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from index.analysis import folding, shapes, tokenizer
from index.analysis.known_runs import KnownRuns
from index.protocols import WeightedTerm, WordTerms

_REMEMBERED_WORDS = 200_000
_PART_WEIGHT = 0.4
_HAN_PART_WEIGHT = 0.2
# How much of a word's weight is its spelling's, where another word differs by an umlaut alone.
_SPELLING_WEIGHT = 0.6
# Marks the terms that are a word in another spelling: without diacritics, or with its umlauts. No
# word begins with it.
_SPELLING = "~"
# In capitals these are meaningful, even in a query that is all capitals.
_ACRONYMS = frozenset(("US", "IT", "WHO"))


def _no_spelling(word: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Rules:
    """What distinguishes the analysis of a language.

    `lower` converts to lower case; `bare` removes clitics (l', 's); `term` returns the folded stem
    of a lower-case word; `parts` a compound's parts, `leaves` the smallest of them, `splits` every
    two words that it may be; `fold` is as in the protocol. With `keeps_marks` the word with its
    diacritics is the first term; one without them lets unmarked queries find it. `spelling` tells a
    word from another that is folded to the same term; None for all other words.
    """

    language: str
    version: str
    lower: Callable[[str], str]
    bare: Callable[[str], str]
    term: Callable[[str], str]
    parts: Callable[[str], Sequence[str]]
    leaves: Callable[[str], Sequence[str]]
    splits: Callable[[str], Sequence[tuple[str, str]]]
    fold: Callable[[str], str]
    stop_words: frozenset[str]
    keeps_marks: bool = False
    spelling: Callable[[str], str | None] = _no_spelling


class LanguageAnalyzer:
    """The `index.protocols.Analyzer` that follows `Rules`."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._stop_words = frozenset(map(self._stop_form, rules.stop_words))
        self._remembered: dict[str, WordTerms] = {}
        self._known_runs = KnownRuns(self._terms_of_all)
        self._stemmed = functools.lru_cache(_REMEMBERED_WORDS)(rules.term)

    @property
    def language(self) -> str:
        """BCP 47 primary subtag."""
        return self._rules.language

    @property
    def version(self) -> str:
        """Changes whenever the terms of any text would."""
        return self._rules.version

    def split(self, text: str) -> list[str]:
        """The words of an NFC text in order, as written (CJK: overlapping bigrams)."""
        return tokenizer.split(text)

    def runs(self, text: str) -> list[str]:
        """The runs between the white space of a text; the whole text if words contain spaces."""
        return tokenizer.runs(text)

    def holding(self, runs: set[str], terms: Iterable[str]) -> set[str]:
        """The runs that contain a word with one of the terms."""
        return self._known_runs.holding(runs, terms)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """The code point offsets of each word of `split(text)`, in the same order and number."""
        return tokenizer.spans(text)

    def terms(self, word: str) -> WordTerms:
        """The terms under which a word from `split` is indexed."""
        known = self._remembered.get(word)
        if known is None:
            known = self._analyse(word)
            if len(self._remembered) >= _REMEMBERED_WORDS:
                self._remembered.clear()
            self._remembered[word] = known
        return known

    def query_terms(self, word: str) -> tuple[WeightedTerm, ...]:
        """The terms that a word from `split` of a query searches for; never empty."""
        found = self.terms(word)
        whole, *parts = found.terms
        if self._rules.keeps_marks and whole != found.surface:
            # Typed with its marks, it means them; typed without, it matches any.
            return (WeightedTerm(whole, 1.0),)
        weight = _HAN_PART_WEIGHT if shapes.is_han_pair(word) else _PART_WEIGHT
        if shapes.genders(word) is not None:
            return tuple(WeightedTerm(term, 1.0) for term in found.terms)
        has_spelling = not self._rules.keeps_marks and any(map(_is_spelling, parts))
        own = 1.0 - _SPELLING_WEIGHT if has_spelling else 1.0
        weights = {True: _SPELLING_WEIGHT if has_spelling else weight, False: weight}
        return (
            WeightedTerm(whole, own),
            *(
                WeightedTerm(part, weights[_is_spelling(part)], _is_spelling(part))
                for part in parts
            ),
        )

    def joined_terms(self, word: str) -> tuple[str, ...]:
        """The terms of the parts of a compound or joined word, in order; empty for other words."""
        if shapes.plain_number(word) is not None:
            return ()
        clean = folding.without_invisible(shapes.straight_apostrophes(word)) or word
        bare = self._rules.bare(clean) or clean
        sides = list(map(self._rules.lower, shapes.sides(bare)))
        if not sides:
            sides = list(self._rules.leaves(self._rules.lower(shapes.without_signs(bare)) or bare))
        return tuple(map(self._term, sides)) if len(sides) > 1 else ()

    def splits(self, word: str) -> tuple[tuple[str, str], ...]:
        """The two words as which a compound or code may be written apart."""
        if (code := shapes.code(word)) is not None:
            return (code,)
        plain = self._rules.lower(word)
        found = self._rules.splits(plain) if word.isalpha() else ()
        return tuple(pair for pair in found if not self.is_stop_word(pair[0]))

    def as_written(self, word: str, *, is_cased: bool = False) -> str | None:
        """The form in which a word of a query is compared with words as written."""
        return None if tokenizer.is_dense(word) else folding.as_written(word, is_cased=is_cased)

    def fold(self, text: str) -> str:
        """Case and diacritics folded as in `WordTerms.surface`; keeps `*` and `?`."""
        return self._rules.fold(text)

    def is_stop_word(self, word: str) -> bool:
        """Whether a bare query word carries no meaning next to others."""
        if word in _ACRONYMS:
            return False
        return self._stop_form(word) in self._stop_words

    def _terms_of_all(self, text: str) -> set[str]:
        return {term for word in tokenizer.split(text) for term in self.terms(word).terms}

    def _stop_form(self, word: str) -> str:
        return shapes.straight_apostrophes(self._rules.fold(word))

    def _analyse(self, word: str) -> WordTerms:
        number = shapes.plain_number(word)
        if number is not None:
            number = self._rules.fold(number)
            return WordTerms(number, (number,))
        if (both := shapes.genders(word)) is not None:
            base, feminine = map(self._analyse, both)
            return WordTerms(feminine.surface, tuple(dict.fromkeys(base.terms + feminine.terms)))
        clean = folding.without_invisible(shapes.straight_apostrophes(word)) or word
        bare = self._rules.bare(clean) or clean
        plain = self._rules.lower(shapes.without_signs(bare)) or bare
        surface = self._rules.fold(plain) or plain
        terms = [plain, _SPELLING + surface] if self._rules.keeps_marks else [self._term(plain)]
        if (spelling := self._rules.spelling(plain)) is not None:
            terms.append(_SPELLING + spelling)
        terms += map(self._term, map(self._rules.lower, shapes.pieces(bare)))
        terms += map(self._term, self._rules.parts(plain))
        return WordTerms(surface, tuple(dict.fromkeys(terms)))

    def _term(self, word: str) -> str:
        return self._stemmed(word) or word


def _is_spelling(term: str) -> bool:
    return term.startswith(_SPELLING)
