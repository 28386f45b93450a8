"""Small made-up archives for tests: articles, random vectors, a store around them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from index.analysis import analyzer_for
from index.domain import Article, EncoderIdentity, StoredArticle
from index.local import LocalStore
from index.protocols import IndexedArticle

_SHARED_MEMORY = Path("/dev/shm")
MEMORY = str(_SHARED_MEMORY) if _SHARED_MEMORY.is_dir() else None
"""A folder in memory where there is one: property tests commit often, and fsync is slow."""

RANDOM_ENCODER = EncoderIdentity("random", "0", dimension=16, max_tokens=128)


def article(
    article_id: str, text: str, *, title: str = "", language: str = "en", **fields: object
) -> Article:
    """An article; without a title its own is a derived one."""
    made = Article(
        id=article_id,
        title=title or article_id,
        text=text,
        language=language,
        is_title_derived=not title,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def indexed(
    articles: Sequence[Article], first_revision: int = 1, chunks: int = 1, seed: int = 0
) -> list[IndexedArticle]:
    """Articles with ascending revisions and random unit vectors, ready for a commit."""
    chance = np.random.default_rng(seed + first_revision)
    made = []
    for revision, item in enumerate(articles, start=first_revision):
        vectors = chance.normal(size=(chunks, RANDOM_ENCODER.dimension)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        bounds = np.linspace(item.body_start, len(item.text), chunks + 1).astype(int).tolist()
        spans = tuple(pairwise(bounds))
        made.append(IndexedArticle(StoredArticle(revision, "", "", item), spans, vectors))
    return made


def store_of(folder: Path, *commits: Sequence[IndexedArticle]) -> LocalStore:
    """A store with one segment per commit."""
    store = LocalStore(folder, analyzer_for)
    with store.writer(RANDOM_ENCODER) as writer:
        for commit in commits:
            writer.commit(commit, [], commit[-1].stored.revision)
    return store
