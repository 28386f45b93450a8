"""A segment: an immutable folder of postings, vectors and columns made from the same articles.

`segment.json` lists the files with their checksums and the statistics that a snapshot sums up; the
manifest holds the checksum of `segment.json` itself. Articles stand in ascending order of key.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.domain import Approximation, EncoderIdentity
from index.errors import DamagedFile
from index.local import arrays, columns, durable, half, postings, sealing
from index.local.columns import Columns
from index.local.faiss_indexes import CodeIndex
from index.local.half import HalfVectors
from index.local.manifest import SegmentEntry
from index.local.postings import Postings
from index.local.vectors import ChunkVectors
from index.protocols import Analyzer, IndexedArticle
from index.query import ExactField

AnalyzerFor = Callable[[str], Analyzer]

POSTINGS_FILE = "postings.safetensors"
COLUMNS_FILE = "columns.safetensors"
VECTORS_FILE = "vectors.safetensors"
CODES_FILE = "codes.faiss"
DIRECTORY_FILE = "segment.json"


@dataclass(frozen=True, slots=True)
class LanguageTotals:
    """Sums over articles of one language, in terms; a segment's own include deleted articles."""

    articles: int
    title_length: int
    body_length: int

    def scaled_to(self, articles: int) -> "LanguageTotals":
        """The sums over fewer articles of the same mean lengths."""
        share = articles / max(1, self.articles)
        return LanguageTotals(
            articles, round(self.title_length * share), round(self.body_length * share)
        )


@dataclass(frozen=True, slots=True)
class Segment:
    """An opened segment."""

    name: str
    columns: Columns
    postings: Mapping[str, Postings]
    vectors: ChunkVectors
    totals: Mapping[str, LanguageTotals]


def write(
    folder: Path, articles: Sequence[IndexedArticle], analyzer_for: AnalyzerFor
) -> SegmentEntry:
    """Make a segment of articles (at least one) in a new folder; durable when it returns."""
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
    vectors = np.concatenate([half.rounded(indexed.vectors) for indexed in articles])
    return _write(folder, columns.build(articles, title_lengths, body_lengths), inverted, vectors)


def searched_words(ordinal: int, indexed: IndexedArticle) -> tuple[int, str, str]:
    """What is searched by word: a derived title repeats the text, so it is left out."""
    article = indexed.stored.article
    return ordinal, "" if article.is_title_derived else article.title, article.text


def merge(folder: Path, parts: Sequence[tuple[Segment, NDArray[np.int64]]]) -> SegmentEntry:
    """One segment from several: each part names the ordinals to keep; keys ascend over the parts.

    Vectors are copied, not encoded again.
    """
    merged_columns = columns.merge([(part.columns, ordinals) for part, ordinals in parts])
    maps = _ordinal_maps(parts)
    languages = sorted({language for part, _ in parts for language in part.postings})
    merged = {
        language: postings.merge(
            [
                (part.postings[language], mapping)
                for (part, _), mapping in zip(parts, maps, strict=True)
                if language in part.postings
            ]
        )
        for language in languages
    }
    alive = set(merged_columns.values(ExactField.LANGUAGE))
    vectors = np.concatenate(
        [part.vectors.vectors[part.columns.chunks_of(ordinals)[0]] for part, ordinals in parts]
    )
    kept = {language: found for language, found in merged.items() if language in alive}
    return _write(folder, merged_columns, kept, vectors)


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


def _write(
    folder: Path, table: Columns, inverted: Mapping[str, Postings], vectors: HalfVectors
) -> SegmentEntry:
    folder.mkdir(parents=True)
    flat: dict[str, NDArray[Any]] = {}
    for language, found in inverted.items():
        flat.update(found.to_arrays(language))
    arrays.write(folder / POSTINGS_FILE, flat)
    arrays.write(folder / COLUMNS_FILE, table.arrays)
    arrays.write(folder / VECTORS_FILE, {"vectors": vectors})
    approximation = _seal(folder, vectors)
    directory = {
        "languages": {
            language: _totals(table, language) for language in table.values(ExactField.LANGUAGE)
        },
        "files": {
            path.name: {"size": path.stat().st_size, "sha256": durable.sha256_of(path)}
            for path in sorted(folder.iterdir())
        },
    }
    content = json.dumps(directory, ensure_ascii=False, indent=1).encode()
    (folder / DIRECTORY_FILE).write_bytes(content)
    durable.fsync_tree(folder)
    return SegmentEntry(
        name=folder.name,
        articles=len(table),
        chunks=len(vectors),
        size_bytes=sum(path.stat().st_size for path in folder.iterdir()),
        checksum=hashlib.sha256(content).hexdigest(),
        approximation=approximation,
    )


def _seal(folder: Path, vectors: HalfVectors) -> Approximation | None:
    sealed = sealing.seal(vectors)
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
    """Open a segment by mmap. Raises DamagedFile where a file is missing, cut or not its own.

    What the arrays hold is not read, so a flipped bit in them is for `check_files` to find.
    """
    directory = read_directory(folder, entry)
    for name, details in directory["files"].items():
        _check_size(folder / name, int(details["size"]))
    flat = arrays.open_mapped(folder / POSTINGS_FILE)
    table = Columns(arrays.open_mapped(folder / COLUMNS_FILE))
    totals = {language: LanguageTotals(**sums) for language, sums in directory["languages"].items()}
    codes = None
    if entry.approximation is not None:
        check_file(folder / CODES_FILE, directory["files"].get(CODES_FILE, {}))
        codes = CodeIndex.open(folder / CODES_FILE, entry.chunks)
    vectors = _vectors(folder / VECTORS_FILE, entry, encoder)
    return Segment(
        name=entry.name,
        columns=table,
        postings={language: Postings.from_arrays(flat, language) for language in totals},
        vectors=ChunkVectors(vectors, table.chunk_offsets, codes, entry.approximation),
        totals=totals,
    )


def _vectors(path: Path, entry: SegmentEntry, encoder: EncoderIdentity) -> HalfVectors:
    vectors = arrays.open_mapped(path)["vectors"]
    if vectors.dtype != np.float16 or vectors.shape != (entry.chunks, encoder.dimension):
        raise DamagedFile(path, f"its vectors are not those of the encoder {encoder.name}")
    return vectors


def read_directory(folder: Path, entry: SegmentEntry) -> dict[str, Any]:
    """What `segment.json` says. Raises DamagedFile where it is not what the manifest names."""
    path = folder / DIRECTORY_FILE
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DamagedFile(path, f"cannot be read ({error.strerror})") from error
    if hashlib.sha256(content).hexdigest() != entry.checksum:
        raise DamagedFile(path, "its checksum is not the one in the manifest")
    directory: dict[str, Any] = json.loads(content)
    return directory


def check_file(path: Path, details: Mapping[str, Any]) -> None:
    """Compare a whole file with what `segment.json` says of it. Raises DamagedFile."""
    _check_size(path, int(details.get("size", -1)))
    try:
        sha256 = durable.sha256_of(path)
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
