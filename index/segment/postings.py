"""Postings as arrays: how the words of a segment's articles are inverted and stored.

There is one set of arrays per language. Articles are identified by their ordinal in the segment.
Positions count from 0 in the title and from `BODY_BASE` in the body, so a position alone identifies
the field and no phrase spans both. Compound parts have their word's position.

For term t: `docs[posting_offsets[t]:posting_offsets[t+1]]` are its articles in ascending order,
parallel to `title_counts` and `body_counts`; `positions[position_offsets[t]:…]` are its positions,
article by article in the same order, ascending within an article. `forms` are parallel to
`positions`: 0 if the term is only a part of the word there, else the number of the word's spelling
among those of the term, from 1. `max_counts[t]` is the largest number of occurrences in any one
article.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.protocols import Analyzer
from index.segment.term_dictionary import TermDictionary

BODY_BASE = 1 << 20


@dataclass(frozen=True, slots=True)
class Layout:
    """The occurrences of some terms, as described above."""

    posting_offsets: NDArray[np.int64]
    docs: NDArray[np.int32]
    title_counts: NDArray[np.uint32]
    body_counts: NDArray[np.uint32]
    max_counts: NDArray[np.uint32]
    position_offsets: NDArray[np.int64]
    positions: NDArray[np.int32]
    forms: NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Postings(Layout):
    """The inverted articles of one language in one segment.

    `surface_terms[s]` is the term under which surface form s is indexed, `surface_counts[s]` the
    number of its occurrences, and `written[s]` its most frequent spelling, read by position only.
    `spellings[spelling_offsets[t]:spelling_offsets[t+1]]` are the words of term t as written,
    sorted. Segments of earlier versions have no spellings; in them, only terms tell words apart.
    """

    terms: TermDictionary
    surfaces: TermDictionary
    surface_terms: NDArray[np.int32]
    surface_counts: NDArray[np.int32]
    written: TermDictionary
    spellings: TermDictionary
    spelling_offsets: NDArray[np.int64]

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Flat arrays under `prefix/`, for `arrays.write`."""
        flat: dict[str, NDArray[Any]] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, TermDictionary):
                flat.update(value.to_arrays(f"{prefix}/{field.name}"))
            else:
                flat[f"{prefix}/{field.name}"] = value
        return flat

    @classmethod
    def from_arrays(cls, flat: Mapping[str, NDArray[Any]], prefix: str) -> "Postings":
        """The inverse of `to_arrays`."""

        flat = _with_spellings(flat, prefix)

        def value(name: str, kind: object) -> Any:
            if kind is TermDictionary:
                return TermDictionary.from_arrays(flat, f"{prefix}/{name}")
            return flat[f"{prefix}/{name}"]

        return cls(**{field.name: value(field.name, field.type) for field in fields(cls)})

    @property
    def has_spellings(self) -> bool:
        """Whether words can be told by how they are written."""
        return len(self.spellings) > 0 or not len(self.terms)

    def spellings_of(self, term: int) -> list[str]:
        """The words of term t as written; number n of `forms` is the one at n - 1."""
        start, end = self.spelling_offsets[term : term + 2].tolist()
        return list(self.spellings.strings(range(start, end)))

    def posting_range(self, term: int) -> slice:
        """The range of term t's postings in `docs` and the counts."""
        return slice(int(self.posting_offsets[term]), int(self.posting_offsets[term + 1]))

    def positions_of(self, term: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """A term's positions and, for each, its article as an index into the term's postings."""
        postings = self.posting_range(term)
        counts = (self.title_counts[postings] + self.body_counts[postings]).astype(np.int64)
        start, end = self.position_offsets[term : term + 2]
        return self.positions[start:end], np.repeat(np.arange(len(counts)), counts)

    def forms_of(self, term: int) -> NDArray[np.uint16]:
        """The number of the spelling at each of a term's positions."""
        start, end = self.position_offsets[term : term + 2]
        forms: NDArray[np.uint16] = self.forms[start:end]
        return forms


def _with_spellings(flat: Mapping[str, NDArray[Any]], prefix: str) -> Mapping[str, NDArray[Any]]:
    """The arrays of a segment; one without spellings gets none."""
    if f"{prefix}/forms" in flat:
        return flat
    positions, bounds = flat[f"{prefix}/positions"], flat[f"{prefix}/posting_offsets"]
    return {
        **flat,
        **TermDictionary.of([]).to_arrays(f"{prefix}/spellings"),
        f"{prefix}/forms": np.broadcast_to(np.uint16(0), positions.shape),
        f"{prefix}/spelling_offsets": np.broadcast_to(np.int64(0), bounds.shape),
    }


class _Vocabulary:
    """Numbers distinct words in order of first occurrence, with their index terms."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self.words: dict[str, int] = {}
        self.term_numbers: dict[str, int] = {}
        self.surface_numbers: dict[str, int] = {}
        self.word_terms: list[tuple[int, ...]] = []
        self.word_surface: list[int] = []
        self.surface_term: list[int] = []

    def number_all(self, text: str) -> list[int]:
        words = self.words
        split = self._analyzer.split(text)
        try:
            return [words[word] for word in split]
        except KeyError:
            return [words[word] if word in words else self._add(word) for word in split]

    def _add(self, word: str) -> int:
        analysed = self._analyzer.terms(word)
        numbers = self.term_numbers
        terms = tuple(
            dict.fromkeys(numbers.setdefault(term, len(numbers)) for term in analysed.terms)
        )
        surface = self.surface_numbers.setdefault(analysed.surface, len(self.surface_numbers))
        if surface == len(self.surface_term):
            self.surface_term.append(terms[0])
        number = self.words[word] = len(self.words)
        self.word_terms.append(terms)
        self.word_surface.append(surface)
        return number


@dataclass(frozen=True, slots=True)
class Inverted:
    """Postings with the length of each article's title and body in terms.

    A word counts once per term: a long compound makes a text longer than a short word does.
    """

    postings: Postings
    title_lengths: NDArray[np.uint32]
    body_lengths: NDArray[np.uint32]


def invert(articles: Iterable[tuple[int, str, str]], analyzer: Analyzer) -> Inverted:
    """Invert articles of one language, given as (ordinal, title, body) by ascending ordinal."""
    vocabulary = _Vocabulary(analyzer)
    numbered = [
        (ordinal, vocabulary.number_all(title), vocabulary.number_all(body))
        for ordinal, title, body in articles
    ]
    title_lengths = np.fromiter((len(title) for _, title, _ in numbered), np.uint32, len(numbered))
    body_lengths = np.fromiter((len(body) for _, _, body in numbered), np.uint32, len(numbered))
    words = np.fromiter(
        chain.from_iterable(chain(title, body) for _, title, body in numbered), np.int32
    )
    ordinals = np.fromiter((ordinal for ordinal, _, _ in numbered), np.int32, len(numbered))
    docs = np.repeat(ordinals, title_lengths + body_lengths)
    positions = _positions(title_lengths, body_lengths)
    found = _postings(vocabulary, words, docs, positions)
    sizes = np.fromiter(map(len, vocabulary.word_terms), np.int64, len(vocabulary.word_terms))
    counts = np.concatenate([[0], np.cumsum(sizes[words])])
    ends = np.cumsum(np.stack([title_lengths, body_lengths], axis=1).ravel(), dtype=np.int64)
    lengths = np.diff(counts[np.concatenate([[0], ends])]).astype(np.uint32)
    return Inverted(found, lengths[0::2], lengths[1::2])


def _positions(
    title_lengths: NDArray[np.uint32], body_lengths: NDArray[np.uint32]
) -> NDArray[np.int32]:
    """The position of each word, article by article, title before body."""
    lengths = np.stack([title_lengths, body_lengths], axis=1).ravel().astype(np.int64)
    bases = np.tile([0, BODY_BASE], len(title_lengths))
    starts = np.cumsum(lengths) - lengths
    within = np.arange(lengths.sum()) - np.repeat(starts, lengths)
    positions: NDArray[np.int32] = (within + np.repeat(bases, lengths)).astype(np.int32)
    return positions


def _postings(
    vocabulary: _Vocabulary,
    words: NDArray[np.int32],
    docs: NDArray[np.int32],
    positions: NDArray[np.int32],
) -> Postings:
    terms, term_rank = _sorted(vocabulary.term_numbers)
    surfaces, surface_rank = _sorted(vocabulary.surface_numbers)
    spellings, offsets, form_of_word = _spellings(vocabulary, term_rank)
    occurrences, source, is_own = _expand(vocabulary.word_terms, words)
    surface_terms = np.empty(len(surfaces), np.int32)
    surface_terms[surface_rank] = term_rank[np.asarray(vocabulary.surface_term, np.int64)]
    forms = np.where(is_own, form_of_word[words[source]], np.uint16(0))
    found = Occurrences(term_rank[occurrences], docs[source], positions[source], forms)
    layout = lay_out(found, len(terms))
    return Postings(
        terms=terms,
        surfaces=surfaces,
        surface_terms=surface_terms,
        surface_counts=_surface_counts(vocabulary, words, surface_rank, len(surfaces)),
        written=TermDictionary.of(_written(vocabulary, words, surface_rank)),
        spellings=spellings,
        spelling_offsets=offsets,
        **{field.name: getattr(layout, field.name) for field in fields(layout)},
    )


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Every occurrence of every term, in article and position order: `(q,) int32` and `uint16`."""

    terms: NDArray[np.int32]
    docs: NDArray[np.int32]
    positions: NDArray[np.int32]
    forms: NDArray[np.uint16]


def lay_out(occurrences: Occurrences, terms: int) -> Layout:
    """The occurrences of terms 0 to `terms` - 1, each of which has at least one."""
    # The sort is stable, so each term keeps the order of articles and positions.
    order = np.argsort(occurrences.terms, kind="stable")
    numbers, docs = occurrences.terms[order], occurrences.docs[order]
    positions = occurrences.positions[order]
    first = _run_starts(numbers, docs)
    is_title = (positions < BODY_BASE).astype(np.uint32)
    title_counts = np.add.reduceat(is_title, first) if len(first) else is_title
    counts = np.diff(np.append(first, len(docs))).astype(np.uint32)
    bounds = np.arange(terms + 1)
    posting_offsets = np.searchsorted(numbers[first], bounds).astype(np.int64)
    return Layout(
        posting_offsets=posting_offsets,
        docs=docs[first],
        title_counts=title_counts.astype(np.uint32),
        body_counts=counts - title_counts.astype(np.uint32),
        max_counts=np.maximum.reduceat(counts, posting_offsets[:-1]) if len(counts) else counts,
        position_offsets=np.searchsorted(numbers, bounds).astype(np.int64),
        positions=positions,
        forms=occurrences.forms[order],
    )


def _sorted(numbers: Mapping[str, int]) -> tuple[TermDictionary, NDArray[np.int32]]:
    """The strings sorted, and the rank of each number."""
    strings = sorted(numbers)
    rank = np.empty(len(strings), np.int32)
    rank[np.fromiter((numbers[string] for string in strings), np.int64, len(strings))] = np.arange(
        len(strings)
    )
    return TermDictionary.of(strings), rank


def _expand(
    word_terms: Sequence[tuple[int, ...]], words: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.bool_]]:
    """Each occurrence of a term, with the index of its word, and whether it is the word's own."""
    sizes = np.fromiter(map(len, word_terms), np.int64, len(word_terms))
    flat = np.fromiter(chain.from_iterable(word_terms), np.int32, int(sizes.sum()))
    starts = np.cumsum(sizes) - sizes
    repeats = sizes[words]
    source = np.repeat(np.arange(len(words)), repeats)
    within = np.arange(len(source)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    return flat[np.repeat(starts[words], repeats) + within], source, within == 0


def _spellings(
    vocabulary: _Vocabulary, term_rank: NDArray[np.int32]
) -> tuple[TermDictionary, NDArray[np.int64], NDArray[np.uint16]]:
    """The words in the order of their terms, where each term's begin, and each word's number."""
    words = list(vocabulary.words)
    own = np.fromiter((terms[0] for terms in vocabulary.word_terms), np.int64, len(words))
    terms = term_rank[own]
    alphabetical = np.fromiter(sorted(range(len(words)), key=words.__getitem__), np.int64)
    order = alphabetical[np.argsort(terms[alphabetical], kind="stable")]
    offsets = np.searchsorted(terms[order], np.arange(len(term_rank) + 1)).astype(np.int64)
    numbers = np.zeros(len(words), np.uint16)
    numbers[order] = spelling_numbers(offsets, terms[order])
    return TermDictionary.of([words[at] for at in order.tolist()]), offsets, numbers


MOST_SPELLINGS = 65_535


def spelling_numbers(offsets: NDArray[np.int64], terms: NDArray[np.int32]) -> NDArray[np.uint16]:
    """The number among its term's of each spelling; further ones, which never occur, share one."""
    within = np.arange(len(terms)) - offsets[terms] + 1
    numbers: NDArray[np.uint16] = np.minimum(within, MOST_SPELLINGS).astype(np.uint16)
    return numbers


def _run_starts(terms: NDArray[np.int32], docs: NDArray[np.int32]) -> NDArray[np.int64]:
    """Where each new (term, article) pair begins."""
    if not len(terms):
        return np.zeros(0, np.int64)
    changed = (terms[1:] != terms[:-1]) | (docs[1:] != docs[:-1])
    return np.append(0, np.flatnonzero(changed) + 1)


def _surface_counts(
    vocabulary: _Vocabulary,
    words: NDArray[np.int32],
    surface_rank: NDArray[np.int32],
    size: int,
) -> NDArray[np.int32]:
    surfaces = surface_rank[np.asarray(vocabulary.word_surface, np.int64)]
    counts = np.bincount(surfaces[words], minlength=size) if len(words) else np.zeros(size)
    return counts.astype(np.int32)


def _written(
    vocabulary: _Vocabulary, words: NDArray[np.int32], surface_rank: NDArray[np.int32]
) -> list[str]:
    """The most frequent spelling of each surface form; among equals, the first to occur."""
    counts = np.bincount(words, minlength=len(vocabulary.words)) if len(words) else np.zeros(0)
    surfaces = surface_rank[np.asarray(vocabulary.word_surface, np.int64)]
    order = np.lexsort((-counts, surfaces))
    first = np.flatnonzero(np.diff(surfaces[order], prepend=-1))
    spellings = list(vocabulary.words)
    return [spellings[number] for number in order[first].tolist()]
