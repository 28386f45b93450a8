"""What articles are compared by: their vectors and the weights of their names, read once."""

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
"""Articles that the mean of a language is taken over."""

DOUBT = 8
"""The mean of n articles counts n / (n + DOUBT): that of a few is mostly themselves."""

GROWTH = 1.25
"""A mean is taken anew when its language has grown by so much."""

MOST_KEPT = 20_000
"""Vectors, and counts of names, that are kept from one draft to the next."""


class LanguageMeans:
    """The mean vector of each language, remembered while the language has hardly grown."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[int, Vector]] = {}

    def refresh(self, snapshot: Snapshot) -> None:
        """Take the means that are due."""
        for language, articles in snapshot.stats().languages.items():
            name = (snapshot.encoder.revision, language)
            if name not in self._known or articles > GROWTH * self._known[name][0]:
                keys = snapshot.sample_keys(language, SAMPLED, seed=0)
                total = snapshot.article_vectors(keys).sum(axis=0)
                self._known[name] = articles, np.asarray(total / (len(keys) + DOUBT), np.float32)

    def of(self, snapshot: Snapshot, language: str) -> Vector:
        """The mean of a language; zeros for one that was not seen."""
        found = self._known.get((snapshot.encoder.revision, language))
        return np.zeros(snapshot.encoder.dimension, np.float32) if found is None else found[1]


class Comparison:
    """Compares articles that a draft remembers, by one snapshot.

    It outlives drafts: what it read is kept while it counts every article that comes and goes.
    """

    def __init__(self, snapshot: Snapshot, means: LanguageMeans) -> None:
        self._snapshot = snapshot
        self._means = means
        self._draft: Draft | None = None
        self._articles = 0
        self._vectors: LruCache[int, Vector] = LruCache(MOST_KEPT)
        self._counts: dict[int, int] = {}

    def go_on(self, draft: Draft) -> None:
        """Read by this draft from now on; it sees all that the one before wrote."""
        if self._draft is None:
            self._articles = draft.articles()
        self._draft = draft
        if len(self._counts) > MOST_KEPT:
            self._counts.clear()

    def count(self, facts: Facts, step: int) -> None:
        """An article came (1) or went (-1): names weigh what they weigh among those there now."""
        self._articles += step
        for name in facts.names.tolist():
            if name in self._counts:
                self._counts[name] += step

    def vectors(self, keys: Sequence[int]) -> Vectors:
        """`(len(keys), dim)`: mean chunk vectors, unit rows."""
        found = self._vectors.get_all(keys, self._read_vectors)
        return self._rows([found[key] for key in keys])

    def _rows(self, vectors: Sequence[Vector]) -> Vectors:
        """`(n, dim)`, for no vector, too: a story may have lost all its articles."""
        return np.array(vectors, np.float32).reshape(-1, self._snapshot.encoder.dimension)

    def _read_vectors(self, keys: Sequence[int]) -> dict[int, Vector]:
        read = self._snapshot.article_vectors(np.array(keys, np.int64))
        return dict(zip(keys, read, strict=True))

    def similarity(self, pool: Sequence[Facts]) -> stories.Matrix:
        """`(n, n)`: how much each article tells of what each other tells."""
        return stories.similarities(self._compared(pool))

    def likeness(self, one: Facts, others: Sequence[Facts]) -> NDArray[np.float64]:
        """`(len(others),)`: how much an article tells of what each other tells."""
        row: NDArray[np.float64] = stories.similarities(self._compared([one, *others]), 1)[0, 1:]
        return row

    def rarest_shared(self, facts: Facts, k: int) -> list[int]:
        """The hashes of the k names that the fewest articles have, but others too."""
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
        missing = names.difference(self._counts)  # `- keys()` would go through all that is kept
        if missing:
            assert self._draft is not None, "go_on comes first"
            self._counts.update(self._draft.name_counts(missing))
