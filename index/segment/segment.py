"""A segment: an immutable folder of postings, vectors and columns of the same articles.

`segment.json` lists the files with their checksums and the statistics that a snapshot adds up; the
manifest contains the checksum of `segment.json` itself. Articles are in ascending order of key.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.domain import Approximation, EncoderIdentity
from index.errors import DamagedFile
from index.files import durable
from index.files.checksums import sha256_of
from index.protocols import AnalyzerFor, IndexedArticle
from index.query import ExactField
from index.segment import (
    arrays,
    columns_build,
    float16,
    postings,
    sealing,
)
from index.segment.arrays import MappedArrays, Shape
from index.segment.columns import Columns
from index.segment.entry import SegmentEntry
from index.segment.faiss_indexes import CodeIndex
from index.segment.float16 import HalfVectors
from index.segment.language_totals import LanguageTotals
from index.segment.postings import Postings
from index.segment.postings_merge import Part, PostingsMerge
from index.segment.vectors import ChunkVectors

POSTINGS_FILE = "postings.safetensors"
COLUMNS_FILE = "columns.safetensors"
VECTORS_FILE = "vectors.safetensors"
CODES_FILE = "codes.faiss"
DIRECTORY_FILE = "segment.json"

_VECTORS_AT_ONCE = 8192
"""Copied in a merge."""


@dataclass(frozen=True, slots=True)
class Segment:
    """An opened segment."""

    name: str
    columns: Columns
    postings: Mapping[str, Postings]
    vectors: ChunkVectors
    totals: Mapping[str, LanguageTotals]
    files: Sequence[MappedArrays]

    def release(self) -> None:
        """Drop its files' pages from this process's resident memory until they are read again."""
        for file in self.files:
            file.release()


def write(
    folder: Path, articles: Sequence[IndexedArticle], analyzer_for: AnalyzerFor
) -> SegmentEntry:
    """Create a segment of articles (at least one) in a new folder; durable on return."""
    articles = sorted(articles, key=lambda indexed: indexed.stored.revision)
    title_lengths = np.zeros(len(articles), np.uint32)
    body_lengths = np.zeros(len(articles), np.uint32)
    by_language: dict[str, list[int]] = {}
    for ordinal, indexed in enumerate(articles):
        by_language.setdefault(indexed.stored.article.language, []).append(ordinal)
    inverted: dict[str, Postings] = {}
    for language, ordinals in sorted(by_language.items()):
        result = postings.invert(
            (searched_words(ordinal, articles[ordinal]) for ordinal in ordinals),
            analyzer_for(language),
        )
        inverted[language] = result.postings
        title_lengths[ordinals] = result.title_lengths
        body_lengths[ordinals] = result.body_lengths
    flat: dict[str, NDArray[Any]] = {}
    for language, found in inverted.items():
        flat.update(found.to_arrays(language))
    folder.mkdir(parents=True)
    arrays.write(folder / POSTINGS_FILE, flat)
    table = columns_build.build(articles, title_lengths, body_lengths)
    vectors = (float16.rounded(indexed.vectors) for indexed in articles)
    _write_vectors(folder, len(table.chunk_spans), vectors)
    return _complete(folder, table)


def searched_words(ordinal: int, indexed: IndexedArticle) -> tuple[int, str, str]:
    """The title and text to index; a derived title repeats the text and is omitted."""
    article = indexed.stored.article
    return ordinal, "" if article.is_title_derived else article.title, article.text


def merge(folder: Path, parts: Sequence[tuple[Segment, NDArray[np.int64]]]) -> SegmentEntry:
    """Merge several segments; each part lists the ordinals to keep, and keys ascend over the parts.

    Vectors are copied, not encoded again. Only one block of postings or vectors, the words, and the
    columns are in memory at a time.
    """
    merged_columns = columns_build.merge([(part.columns, ordinals) for part, ordinals in parts])
    maps = _ordinal_maps(parts)
    merged = {
        language: PostingsMerge(
            [
                Part(part.postings[language], mapping)
                for (part, _), mapping in zip(parts, maps, strict=True)
                if language in part.postings
            ]
        )
        for language in merged_columns.values(ExactField.LANGUAGE)
    }
    shapes: dict[str, Shape] = {}
    for language, found in merged.items():
        shapes |= found.shapes(language)
    pieces = chain.from_iterable(found.pieces(language) for language, found in merged.items())
    folder.mkdir(parents=True)
    arrays.write_pieces(folder / POSTINGS_FILE, shapes, pieces)
    _write_vectors(folder, len(merged_columns.chunk_spans), _kept_vectors(parts))
    for part, _ in parts:
        part.release()
    return _complete(folder, merged_columns)


def _kept_vectors(
    parts: Sequence[tuple[Segment, NDArray[np.int64]]],
) -> Iterator[HalfVectors]:
    for part, ordinals in parts:
        rows = part.columns.chunks_of(ordinals)[0]
        for start in range(0, len(rows), _VECTORS_AT_ONCE):
            yield part.vectors.vectors[rows[start : start + _VECTORS_AT_ONCE]]


def _ordinal_maps(
    parts: Sequence[tuple[Segment, NDArray[np.int64]]],
) -> list[NDArray[np.int32]]:
    maps, base = [], 0
    for part, ordinals in parts:
        mapping = np.full(len(part.columns), -1, np.int32)
        mapping[ordinals] = np.arange(base, base + len(ordinals))
        maps.append(mapping)
        base += len(ordinals)
    return maps


def _write_vectors(folder: Path, count: int, blocks: Iterable[HalfVectors]) -> None:
    """Write `count` vectors (at least one)."""
    rest = iter(blocks)
    first = next(rest)
    shape = Shape(first.dtype, (count, first.shape[1]))
    pieces = (("vectors", block) for block in chain([first], rest))
    arrays.write_pieces(folder / VECTORS_FILE, {"vectors": shape}, pieces)


def _complete(folder: Path, table: Columns) -> SegmentEntry:
    """Complete a folder that has postings and vectors; durable on return."""
    arrays.write(folder / COLUMNS_FILE, table.arrays)
    approximation = _seal(folder)
    directory = {
        "languages": {
            language: _totals(table, language) for language in table.values(ExactField.LANGUAGE)
        },
        "files": {
            path.name: {"size": path.stat().st_size, "sha256": sha256_of(path)}
            for path in sorted(folder.iterdir())
        },
    }
    content = json.dumps(directory, ensure_ascii=False, indent=1).encode()
    (folder / DIRECTORY_FILE).write_bytes(content)
    durable.fsync_tree(folder)
    return SegmentEntry(
        name=folder.name,
        articles=len(table),
        chunks=len(table.chunk_spans),
        size_bytes=sum(path.stat().st_size for path in folder.iterdir()),
        checksum=hashlib.sha256(content).hexdigest(),
        approximation=approximation,
    )


def _seal(folder: Path) -> Approximation | None:
    sealed = sealing.seal(arrays.open_mapped(folder / VECTORS_FILE)["vectors"])
    if sealed is None:
        return None
    codes, approximation = sealed
    codes.write(folder / CODES_FILE)
    return approximation


def _totals(table: Columns, language: str) -> dict[str, int]:
    mask = table.equal(ExactField.LANGUAGE, language)
    return {
        "articles": int(mask.sum()),
        "title_length": int(table.title_lengths[mask].sum(dtype=np.int64)),
        "body_length": int(table.body_lengths[mask].sum(dtype=np.int64)),
    }


def open_segment(folder: Path, entry: SegmentEntry, encoder: EncoderIdentity) -> Segment:
    """Open a segment by mmap.

    Raises DamagedFile if a file is missing, truncated or from another segment. The arrays' content
    is not read; `check_files` finds flipped bits in it.
    """
    directory = read_directory(folder, entry)
    for name, details in directory["files"].items():
        _check_size(folder / name, int(details["size"]))
    flat = arrays.open_mapped(folder / POSTINGS_FILE)
    columns_file = arrays.open_mapped(folder / COLUMNS_FILE)
    table = Columns(columns_file)
    totals = {language: LanguageTotals(**sums) for language, sums in directory["languages"].items()}
    codes = None
    if entry.approximation is not None:
        check_file(folder / CODES_FILE, directory["files"].get(CODES_FILE, {}))
        codes = CodeIndex.open(folder / CODES_FILE, entry.chunks)
    stored = arrays.open_mapped(folder / VECTORS_FILE)
    vectors = _checked(stored, folder / VECTORS_FILE, entry, encoder)
    return Segment(
        name=entry.name,
        columns=table,
        postings={language: Postings.from_arrays(flat, language) for language in totals},
        vectors=ChunkVectors(vectors, table.chunk_offsets, codes, entry.approximation),
        totals=totals,
        files=(flat, columns_file, stored),
    )


def _checked(
    stored: MappedArrays, path: Path, entry: SegmentEntry, encoder: EncoderIdentity
) -> HalfVectors:
    vectors = stored["vectors"]
    if vectors.dtype != np.float16 or vectors.shape != (entry.chunks, encoder.dimension):
        raise DamagedFile(path, f"its vectors were not made by the encoder {encoder.name}")
    return vectors


def read_directory(folder: Path, entry: SegmentEntry) -> dict[str, Any]:
    """Read `segment.json`. Raises DamagedFile if it is not the one in the manifest."""
    path = folder / DIRECTORY_FILE
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DamagedFile(path, f"cannot be read ({error.strerror})") from error
    if hashlib.sha256(content).hexdigest() != entry.checksum:
        raise DamagedFile(path, "its checksum is not the one in the manifest")
    directory: dict[str, Any] = json.loads(content)
    return directory


def check_files(folder: Path, entry: SegmentEntry) -> None:
    """Compare every file of a segment with its checksum. Raises DamagedFile for the first fault."""
    for name, details in read_directory(folder, entry)["files"].items():
        check_file(folder / name, details)


def check_file(path: Path, details: Mapping[str, Any]) -> None:
    """Compare a complete file with its entry in `segment.json`. Raises DamagedFile."""
    _check_size(path, int(details.get("size", -1)))
    try:
        sha256 = sha256_of(path)
    except OSError as error:
        raise DamagedFile(path, f"cannot be read ({error.strerror})") from error
    if sha256 != details["sha256"]:
        raise DamagedFile(path, f"its checksum is not the one in {DIRECTORY_FILE}")


def _check_size(path: Path, size: int) -> None:
    try:
        actual = path.stat().st_size
    except OSError as error:
        raise DamagedFile(path, f"cannot be read ({error.strerror})") from error
    if actual != size:
        raise DamagedFile(path, f"has {actual} bytes where {size} were written")
