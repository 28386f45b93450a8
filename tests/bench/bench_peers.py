"""The peers in the bench, given the same passages and the same vectors as newsearch.

Each offers `build(blocks, folder)` and `ask(query, vector)`, which answers ten hits by words and
meaning. They are bench-only packages (`tests/bench/requirements-bench.txt`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from bench_corpus import Block

from index.domain import Vector

TOP = 10
RRF_K = 60
DEPTH = 100


class Peer(Protocol):
    """A hybrid search engine."""

    def build(self, blocks: Iterable[Block], folder: Path) -> None:
        """Index passages with their vectors."""
        ...

    def ask(self, query: str, vector: Vector) -> object:
        """The ten best."""
        ...


def plain(query: str) -> str:
    """Without what the engines' query languages mean by signs."""
    return re.sub(r"\W+", " ", query).strip()


class Txtai:
    """txtai's hybrid index (BM25 beside FAISS), its vectors given."""

    def __init__(self) -> None:
        self._vectors: dict[str, Vector] = {}
        self._index: Any = None

    def _transform(self, texts: Iterable[str]) -> Any:
        return np.stack([self._vectors[text] for text in texts])

    def build(self, blocks: Iterable[Block], folder: Path) -> None:
        """As the tutorial has it: `Embeddings(hybrid=True)`."""
        from txtai import Embeddings

        # txtai calls what is not a plain function to make one; a bound method is none.
        self._index = Embeddings(
            method="external",
            transform=lambda texts: self._transform(texts),
            hybrid=True,
            content=False,
        )

        def rows() -> Iterable[tuple[int, str, None]]:
            before: dict[str, Vector] = {}
            for block in blocks:
                own = dict(zip(block.texts, block.vectors, strict=True))
                # It transforms texts of the block before together with those of the next.
                self._vectors, before = before | own, own
                yield from (
                    (number, text, None) for number, text in enumerate(block.texts, block.first)
                )

        self._index.index(rows())
        self._index.save(str(folder / "index"))

    def ask(self, query: str, vector: Vector) -> object:
        """Both legs, combined by txtai."""
        self._vectors = {query: vector}
        return self._index.search(query, TOP)


def index_with_txtai(texts: Sequence[str], model: str) -> None:
    """Index texts as txtai does by itself, with the model in a folder."""
    from txtai import Embeddings

    Embeddings(path=model, hybrid=True, content=False).index(
        (number, text, None) for number, text in enumerate(texts)
    )


class LanceDb:
    """LanceDB's table with a full-text index and vectors, fused by its reciprocal ranks."""

    def __init__(self) -> None:
        self._table: Any = None

    def build(self, blocks: Iterable[Block], folder: Path) -> None:
        """One table, one full-text index; vectors are scanned, as is its default."""
        import lancedb

        database: Any = lancedb.connect(str(folder))
        for block in blocks:
            rows = [
                {"id": number, "text": text, "vector": vector}
                for number, (text, vector) in enumerate(
                    zip(block.texts, block.vectors, strict=True), block.first
                )
            ]
            if self._table is None:
                self._table = database.create_table("passages", rows)
            else:
                self._table.add(rows)
        self._table.create_fts_index("text")

    def ask(self, query: str, vector: Vector) -> object:
        """A hybrid search."""
        found = self._table.search(query_type="hybrid").vector(vector).text(plain(query))
        return found.limit(TOP).to_list()


class TantivyFaiss:
    """tantivy for words, a flat FAISS index for meaning, reciprocal ranks by hand."""

    def __init__(self) -> None:
        self._words: Any = None
        self._meaning: Any = None

    def build(self, blocks: Iterable[Block], folder: Path) -> None:
        """Two indexes side by side."""
        import faiss
        import tantivy

        schema = (
            tantivy.SchemaBuilder()
            .add_text_field("body", tokenizer_name="en_stem")
            .add_unsigned_field("number", stored=True)
            .build()
        )
        self._words = tantivy.Index(schema, path=str(folder))
        writer = self._words.writer(256_000_000)
        for block in blocks:
            if self._meaning is None:
                self._meaning = faiss.IndexFlatIP(block.vectors.shape[1])
            self._meaning.add(block.vectors)
            for number, text in enumerate(block.texts, block.first):
                writer.add_document(tantivy.Document(body=[text], number=number))
        faiss.write_index(self._meaning, str(folder / "meaning.faiss"))
        writer.commit()
        writer.wait_merging_threads()
        self._words.reload()

    def ask(self, query: str, vector: Vector) -> object:
        """The best by the sum of 1 / (60 + rank)."""
        searcher = self._words.searcher()
        parsed = self._words.parse_query(plain(query), ["body"])
        found = searcher.search(parsed, DEPTH, count=False).hits
        words = [searcher.doc(address)["number"][0] for _, address in found]
        meaning = self._meaning.search(vector[None], DEPTH)[1][0].tolist()
        scores: dict[int, float] = {}
        for ranking in (words, meaning):
            for rank, number in enumerate(ranking, 1):
                scores[number] = scores.get(number, 0.0) + 1 / (RRF_K + rank)
        return sorted(scores, key=lambda number: -scores[number])[:TOP]


PEERS: Mapping[str, type[Peer]] = {
    "txtai": Txtai,
    "LanceDB": LanceDb,
    "tantivy + FAISS flat": TantivyFaiss,
}
