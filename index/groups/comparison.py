"""Comparing articles by their vectors and the weights of their names, read once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.domain import Vector, Vectors
from index.groups import stories
from index.groups.draft import Draft
from index.groups.fact_tables import Facts
from index.protocols import Snapshot
from index.runtime.lru import LruCache

SAMPLED = 256
"""The number of articles sampled for the mean of a language."""

DOUBT = 8
"""The mean of n articles is weighted n / (n + DOUBT), as that of a few mostly reflects themselves.
"""

GROWTH = 1.25
"""A mean is recomputed when its language has grown by this factor."""

MOST_KEPT = 20_000
"""Vectors and counts of names kept from one draft to the next."""


class LanguageMeans:
    """The mean vector of each language, cached until the language has grown noticeably."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[int, Vector]] = {}

    def refresh(self, snapshot: Snapshot) -> None:
        """Compute the means that are due."""
        for language, articles in snapshot.stats().languages.items():
            name = (snapshot.encoder.revision, language)
            if name not in self._known or articles > GROWTH * self._known[name][0]:
                keys = snapshot.sample_keys(language, SAMPLED, seed=0)
                total = snapshot.article_vectors(keys).sum(axis=0)
                self._known[name] = articles, np.asarray(total / (len(keys) + DOUBT), np.float32)

    def of(self, snapshot: Snapshot, language: str) -> Vector:
        """The mean of a language; zeros for an unknown one."""
        found = self._known.get((snapshot.encoder.revision, language))
        return np.zeros(snapshot.encoder.dimension, np.float32) if found is None else found[1]


class Comparison:
    """Compares a draft's articles, using one snapshot.

    It outlives drafts: data it has read stays cached, as it counts every article added or removed.
    """

    def __init__(self, snapshot: Snapshot, means: LanguageMeans) -> None:
        self._snapshot = snapshot
        self._means = means
        self._draft: Draft | None = None
        self._articles = 0
        self._vectors: LruCache[int, Vector] = LruCache(MOST_KEPT)
        self._counts: dict[int, int] = {}

    def go_on(self, draft: Draft) -> None:
        """Switch to this draft, which sees everything that the previous one wrote."""
        if self._draft is None:
            self._articles = draft.articles()
        self._draft = draft
        if len(self._counts) > MOST_KEPT:
            self._counts.clear()

    def count(self, facts: Facts, step: int) -> None:
        """Record that an article came (1) or went (-1), since the weights of names depend on it."""
        self._articles += step
        for name in facts.names.tolist():
            if name in self._counts:
                self._counts[name] += step

    def vectors(self, keys: Sequence[int]) -> Vectors:
        """`(len(keys), dim)`: mean chunk vectors, unit rows."""
        found = self._vectors.get_all(keys, self._read_vectors)
        return self._rows([found[key] for key in keys])

    def _rows(self, vectors: Sequence[Vector]) -> Vectors:
        """`(n, dim)`, even for no vectors: a story may have lost all its articles."""
        return np.array(vectors, np.float32).reshape(-1, self._snapshot.encoder.dimension)

    def _read_vectors(self, keys: Sequence[int]) -> dict[int, Vector]:
        read = self._snapshot.article_vectors(np.array(keys, np.int64))
        return dict(zip(keys, read, strict=True))

    def similarity(self, pool: Sequence[Facts]) -> stories.Matrix:
        """`(n, n)`: the similarity of each article to each other."""
        return stories.similarities(self._compared(pool))

    def likeness(self, one: Facts, others: Sequence[Facts]) -> NDArray[np.float64]:
        """`(len(others),)`: the similarity of an article to each of the others."""
        row: NDArray[np.float64] = stories.similarities(self._compared([one, *others]), 1)[0, 1:]
        return row

    def rarest_shared(self, facts: Facts, k: int) -> list[int]:
        """The hashes of the k names in the fewest articles, but not in this one only."""
        self._read_counts([facts])
        names = [name for name in facts.names.tolist() if self._counts[name] > 1]
        return sorted(names, key=lambda name: (self._counts[name], name))[:k]

    def _compared(self, pool: Sequence[Facts]) -> stories.Compared:
        self._read_counts(pool)
        counts = [
            np.array([self._counts[name] for name in facts.names.tolist()], np.int64)
            for facts in pool
        ]
        vectors = self.vectors([facts.key for facts in pool])
        means = self._rows([self._means.of(self._snapshot, facts.language) for facts in pool])
        return stories.Compared(
            stories.centred(vectors, means),
            [facts.names for facts in pool],
            np.array([facts.when_s if facts.is_dated else np.nan for facts in pool], np.float64),
            [stories.idf(own, self._articles) for own in counts],
        )

    def _read_counts(self, pool: Sequence[Facts]) -> None:
        names = {name for facts in pool for name in facts.names.tolist()}
        missing = names.difference(self._counts)  # `- keys()` would iterate over everything cached
        if missing:
            assert self._draft is not None, "go_on comes first"
            self._counts.update(self._draft.name_counts(missing))
