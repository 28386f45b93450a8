"""Merging the postings of several segments block by block, in bounded memory.

All tables of terms are sorted in the same order, so a range of terms of the merged table is a range
of each part's table: range by range, the occurrences are gathered, renumbered and written. Only the
tables of words and the occurrences of one block are in memory at a time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import chain, compress, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.segment import arrays
from index.segment.arrays import Piece, Shape
from index.segment.postings import (
    Layout,
    Occurrences,
    Postings,
    lay_out,
    spelling_numbers,
)
from index.segment.term_dictionary import TermDictionary

BLOCK = 1 << 20
"""Occurrences at a time, but at least those of one term; about 50 bytes each."""


@dataclass(frozen=True, slots=True)
class Part:
    """Postings of a segment, and a map from its ordinals to the new ones (-1: omitted)."""

    postings: Postings
    ordinals: NDArray[np.int32]


class PostingsMerge:
    """The merged postings of some parts; new ordinals ascend over the parts.

    Terms and forms that no longer occur in any article are dropped.
    """

    def __init__(self, parts: Sequence[Part], block: int = BLOCK) -> None:
        self._parts = parts
        self._block = block
        strings, maps = _merged_table([part.postings.terms for part in parts])
        kept = [_kept(part) for part in parts]
        used = np.zeros(len(strings), bool)
        for one, numbers in zip(kept, maps, strict=True):
            used[numbers[one.terms]] = True
        compact = np.cumsum(used, dtype=np.int32) - 1
        self._terms = TermDictionary.of(list(compress(strings, used)))
        self._surfaces = _merged_surfaces([part.postings for part in parts], maps, used, compact)
        self._postings = sum(one.postings for one in kept)
        self._positions = sum(one.positions for one in kept)
        # A dropped term gets its neighbour's number: none of its occurrences are kept.
        self._numbers = [compact[numbers] for numbers in maps]
        self._spellings = _merged_spellings(parts, self._numbers, used, maps, len(self._terms))

    def shapes(self, prefix: str) -> dict[str, Shape]:
        """The arrays under `prefix/` that the pieces form."""
        bounds, postings = len(self._terms) + 1, self._postings
        lengths = {
            "posting_offsets": (np.int64, bounds),
            "docs": (np.int32, postings),
            "title_counts": (np.uint32, postings),
            "body_counts": (np.uint32, postings),
            "max_counts": (np.uint32, len(self._terms)),
            "position_offsets": (np.int64, bounds),
            "positions": (np.int32, self._positions),
            "forms": (np.uint16, self._positions),
        }
        made = {
            f"{prefix}/{name}": Shape(np.dtype(kind), (length,))
            for name, (kind, length) in lengths.items()
        }
        return made | arrays.shapes_of(self._tables(prefix))

    def pieces(self, prefix: str) -> Iterator[Piece]:
        """The arrays' content, under the same names."""
        yield from self._tables(prefix).items()
        postings = positions = 0
        for name in ("posting_offsets", "position_offsets"):
            yield f"{prefix}/{name}", np.zeros(1, np.int64)
        for first, behind in pairwise(self._bounds()):
            made = lay_out(self._occurrences(first, behind), behind - first)
            for field in fields(Layout):
                values = getattr(made, field.name)
                if field.name == "posting_offsets":
                    values = values[1:] + postings
                elif field.name == "position_offsets":
                    values = values[1:] + positions
                yield f"{prefix}/{field.name}", values
            postings += len(made.docs)
            positions += len(made.positions)

    def _tables(self, prefix: str) -> dict[str, NDArray[Any]]:
        surfaces = self._surfaces
        return {
            **self._terms.to_arrays(f"{prefix}/terms"),
            **surfaces.forms.to_arrays(f"{prefix}/surfaces"),
            f"{prefix}/surface_terms": surfaces.terms,
            f"{prefix}/surface_counts": surfaces.counts,
            **surfaces.written.to_arrays(f"{prefix}/written"),
            **self._spellings.words.to_arrays(f"{prefix}/spellings"),
            f"{prefix}/spelling_offsets": self._spellings.offsets,
        }

    def _bounds(self) -> list[int]:
        """Where each block of terms begins, and the end of the last."""
        terms = len(self._terms)
        sizes = np.zeros(terms)
        for part, numbers in zip(self._parts, self._numbers, strict=True):
            occurrences = np.diff(part.postings.position_offsets)
            sizes += np.bincount(np.maximum(numbers, 0), occurrences, terms)
        ends = np.cumsum(sizes)
        full = np.arange(self._block, ends[-1] if terms else 0, self._block)
        cuts = (np.searchsorted(ends, full) + 1).tolist()
        return sorted({0, *cuts, terms})

    def _occurrences(self, first: int, behind: int) -> Occurrences:
        """The occurrences of a range of the merged terms, numbered from its first."""
        gathered = [
            _renumbered(part, numbers, forms, first, behind)
            for part, numbers, forms in zip(
                self._parts, self._numbers, self._spellings.numbers, strict=True
            )
        ]
        return Occurrences(
            np.concatenate([one.terms for one in gathered]),
            np.concatenate([one.docs for one in gathered]),
            np.concatenate([one.positions for one in gathered]),
            np.concatenate([one.forms for one in gathered]),
        )


@dataclass(frozen=True, slots=True)
class _SurfaceForms:
    """The surface forms of a language, sorted, with their terms, counts and usual spellings."""

    forms: TermDictionary
    terms: NDArray[np.int32]
    counts: NDArray[np.int32]
    written: TermDictionary


@dataclass(frozen=True, slots=True)
class _Spellings:
    """The merged words as written, by term, and each part's spellings' new numbers."""

    words: TermDictionary
    offsets: NDArray[np.int64]
    numbers: Sequence[NDArray[np.uint16]]


@dataclass(frozen=True, slots=True)
class _Kept:
    """What remains of a part: which of its terms, and how many postings and positions."""

    terms: NDArray[np.int64]
    postings: int
    positions: int


def _kept(part: Part) -> _Kept:
    table = part.postings
    is_kept = (part.ordinals >= 0)[table.docs]
    if not len(is_kept):
        return _Kept(np.zeros(0, np.int64), 0, 0)
    return _Kept(
        np.flatnonzero(np.logical_or.reduceat(is_kept, table.posting_offsets[:-1])),
        int(np.count_nonzero(is_kept)),
        sum(
            int(np.sum(counts, where=is_kept, dtype=np.int64))
            for counts in (table.title_counts, table.body_counts)
        ),
    )


def _renumbered(
    part: Part,
    numbers: NDArray[np.int32],
    spellings: NDArray[np.uint16],
    first: int,
    behind: int,
) -> Occurrences:
    """What a part keeps of the terms numbered from `first` on, numbered from 0."""
    table = part.postings
    start, stop = np.searchsorted(numbers, [first, behind])
    postings = slice(*table.posting_offsets[[start, stop]].tolist())
    positions = slice(*table.position_offsets[[start, stop]].tolist())
    counts = (table.title_counts[postings] + table.body_counts[postings]).astype(np.int64)
    docs = part.ordinals[np.repeat(table.docs[postings], counts)]
    terms = np.repeat(
        numbers[start:stop] - np.int32(first), np.diff(table.position_offsets[start : stop + 1])
    )
    kept = docs >= 0
    forms = table.forms[positions][kept]
    is_own = forms > 0
    starts = np.repeat(
        table.spelling_offsets[start:stop], np.diff(table.position_offsets[start : stop + 1])
    )[kept]
    renumbered = np.zeros(len(forms), np.uint16)
    renumbered[is_own] = spellings[starts[is_own] + forms[is_own] - 1]
    return Occurrences(terms[kept], docs[kept], table.positions[positions][kept], renumbered)


def _merged_table(tables: Sequence[TermDictionary]) -> tuple[list[str], list[NDArray[np.int32]]]:
    """All strings of several tables, sorted, and the positions of each table's strings in it."""
    strings = sorted(set(chain.from_iterable(table.strings() for table in tables)))
    number = {string: position for position, string in enumerate(strings)}
    return strings, [
        np.fromiter((number[string] for string in table.strings()), np.int32, len(table))
        for table in tables
    ]


def _merged_surfaces(
    parts: Sequence[Postings],
    term_maps: Sequence[NDArray[np.int32]],
    used: NDArray[np.bool_],
    compact: NDArray[np.int32],
) -> _SurfaceForms:
    """Counts include deleted articles until the term is gone: they only rank suggestions."""
    strings, maps = _merged_table([part.surfaces for part in parts])
    terms = np.zeros(len(strings), np.int32)
    counts = np.zeros(len(strings), np.int64)
    most = np.zeros(len(strings), np.int64)
    written = list(strings)
    for part, numbers, term_numbers in zip(parts, maps, term_maps, strict=True):
        terms[numbers] = term_numbers[part.surface_terms]
        counts[numbers] += part.surface_counts
        usual = part.surface_counts > most[numbers]
        most[numbers[usual]] = part.surface_counts[usual]
        for number, is_usual, spelling in zip(
            numbers.tolist(), usual.tolist(), part.written.strings(), strict=True
        ):
            if is_usual:
                written[number] = spelling
    kept = used[terms] if len(terms) else np.zeros(0, bool)
    return _SurfaceForms(
        TermDictionary.of(list(compress(strings, kept))),
        compact[terms[kept]],
        np.minimum(counts[kept], 2**31 - 1).astype(np.int32),
        TermDictionary.of(list(compress(written, kept))),
    )


def _merged_spellings(
    parts: Sequence[Part],
    numbers: Sequence[NDArray[np.int32]],
    used: NDArray[np.bool_],
    maps: Sequence[NDArray[np.int32]],
    terms: int,
) -> _Spellings:
    """The words of the terms that are kept; a word has one term, so words alone tell them apart.

    Those that only deleted articles had remain until the term is gone.
    """
    term_of: dict[str, int] = {}
    own = []
    for part, merged, known in zip(parts, numbers, maps, strict=True):
        table = part.postings
        counts = np.diff(table.spelling_offsets)
        by_term = np.repeat(merged, counts)
        kept = np.repeat(used[known], counts)
        words = list(table.spellings.strings())
        own.append(words)
        term_of.update(
            (word, term)
            for word, term, is_kept in zip(words, by_term.tolist(), kept.tolist(), strict=True)
            if is_kept
        )
    order = sorted(term_of, key=lambda word: (term_of[word], word))
    terms_in_order = np.fromiter((term_of[word] for word in order), np.int32, len(order))
    offsets = np.searchsorted(terms_in_order, np.arange(terms + 1)).astype(np.int64)
    number_of = dict(zip(order, spelling_numbers(offsets, terms_in_order).tolist(), strict=True))
    new = [
        np.fromiter((number_of.get(word, 0) for word in words), np.uint16, len(words))
        for words in own
    ]
    return _Spellings(TermDictionary.of(order), offsets, new)
