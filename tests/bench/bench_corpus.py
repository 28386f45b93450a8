"""The bench's corpus: passages made of the sentences of real ones, with vectors to match.

`ORIGINALS` passages of about `WORDS` words are cut from real texts and embedded once. A passage of
the corpus joins the first sentences of one original and the last of another; its vector lies
between theirs. The collections in `../shared/collections` are the texts where they are there, else
the sample corpus. Everything is seeded.
"""

import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.domain import Vectors
from index.protocols import Encoder

ROOT = Path(__file__).parents[2]
COLLECTIONS = ROOT.parent / "shared" / "collections"
SAMPLE = ROOT / "seeds" / "sample" / "articles.jsonl"
NAMES = ("bbc_title", "reuters_title", "checkthat2020", "knownlie_snopes", "xquad_en", "rgb_en")

WORDS, STEP, LEAST_WORDS = 110, 90, 30
ORIGINALS = 4_000
QUERIES = 300
BLOCK = 20_000

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Originals:
    """Real passages with their vectors, `(n, dim)`; queries with theirs."""

    source: str
    texts: tuple[str, ...]
    vectors: Vectors
    queries: tuple[str, ...]
    query_vectors: Vectors

    @property
    def digest(self) -> str:
        """Names the corpus: equal digests, equal passages."""
        return hashlib.sha256("\n".join(self.texts).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Block:
    """Some passages of the corpus from number `first` on, with their vectors."""

    first: int
    texts: list[str]
    vectors: Vectors


def passages() -> tuple[str, list[str]]:
    """Where the texts come from, and windows of words over them, in random order."""
    files = [COLLECTIONS / name / "corpus.jsonl" for name in NAMES]
    source = "../shared/collections"
    if not all(file.exists() for file in files):
        source, files = "the sample corpus (../shared/collections is missing)", [SAMPLE]
    found: dict[str, None] = {}
    for file in files:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                words = f"{record.get('title') or ''}\n{record['text']}".split()
                for start in range(0, min(len(words), 600), STEP):
                    window = words[start : start + WORDS]
                    if len(window) > LEAST_WORDS:
                        found[" ".join(window)] = None
    texts = list(found)
    random.Random(1).shuffle(texts)
    return source, texts[:ORIGINALS]


def queries_from(texts: Sequence[str], count: int = QUERIES, seed: int = 2) -> list[str]:
    """Three to seven words in a row out of a passage, as people who remember a text ask."""
    chance = random.Random(seed)
    made = []
    for text in chance.choices(texts, k=count):
        words = re.findall(r"\w+", text)
        length = chance.randint(3, 7)
        start = chance.randrange(max(1, len(words) - length))
        made.append(" ".join(words[start : start + length]))
    return made


def load(folder: Path, encoder: Encoder) -> Originals:
    """The originals and queries, embedded at the first call and kept in `folder`."""
    source, texts = passages()
    queries = queries_from(texts)
    digest = hashlib.sha256("\n".join([*texts, *queries]).encode()).hexdigest()[:16]
    kept = folder / f"originals-{digest}.npz"
    if not kept.exists():
        vectors = encoder.encode_passages(texts)
        asked = np.stack([encoder.encode_query(query) for query in queries])
        np.savez(kept, vectors=vectors, queries=asked)
    with np.load(kept) as arrays:
        return Originals(source, tuple(texts), arrays["vectors"], tuple(queries), arrays["queries"])


def blocks(originals: Originals, count: int) -> Iterator[Block]:
    """`count` passages; the first ones are the same whatever the count."""
    sentences = [_SENTENCE_END.split(text) for text in originals.texts]
    for first in range(0, count, BLOCK):
        chance = np.random.default_rng(first)
        size = min(BLOCK, count - first)
        heads, tails = chance.integers(0, len(sentences), (2, BLOCK))
        share = chance.uniform(0.15, 0.5, (BLOCK, 1)).astype(np.float32)
        vectors = (1 - share) * originals.vectors[heads] + share * originals.vectors[tails]
        noise = chance.normal(size=vectors.shape).astype(np.float32)
        vectors += noise * np.float32(0.25 / vectors.shape[1] ** 0.5)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        texts = [
            _joined(sentences[head], sentences[tail], float(part))
            for head, tail, part in zip(heads[:size], tails[:size], share[:size, 0], strict=True)
        ]
        yield Block(first, texts, np.asarray(vectors[:size], np.float32))


def _joined(head: Sequence[str], tail: Sequence[str], share: float) -> str:
    kept = max(1, round(len(head) * (1 - share)))
    added = max(1, round(len(tail) * share))
    return " ".join([*head[:kept], *tail[-added:]])
