"""What articles are compared by: their vectors and the weights of their names, read once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.domain import Vector, Vectors
from index.groups import stories
from index.groups.draft import Draft, Facts
from index.protocols import Snapshot

SAMPLED = 256
"""Articles that the mean of a language is taken over."""

DOUBT = 8
"""The mean of n articles counts n / (n + DOUBT): that of a few is mostly themselves."""

GROWTH = 1.25
"""A mean is taken anew when its language has grown by so much."""


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
    """Compares articles that a draft remembers, by one snapshot."""

    def __init__(self, draft: Draft, snapshot: Snapshot, means: LanguageMeans) -> None:
        self._draft = draft
        self._snapshot = snapshot
        self._means = means
        self._articles = 0
        self._vectors: dict[int, Vector] = {}
        self._counts: dict[int, int] = {}
        self.count_anew()

    def count_anew(self) -> None:
        """Articles came or went: names weigh what they weigh among those that are there now."""
        self._articles = self._draft.articles()
        self._counts.clear()

    def vectors(self, keys: Sequence[int]) -> Vectors:
        """`(len(keys), dim)`: mean chunk vectors, unit rows."""
        missing = [key for key in keys if key not in self._vectors]
        if missing:
            read = self._snapshot.article_vectors(np.array(missing, np.int64))
            self._vectors.update(zip(missing, read, strict=True))
        return np.array([self._vectors[key] for key in keys], np.float32)

    def similarity(self, pool: Sequence[Facts]) -> stories.Matrix:
        """How much each article tells of what each other tells."""
        vectors = self.vectors([facts.key for facts in pool])
        means = np.array([self._means.of(self._snapshot, facts.language) for facts in pool])
        return stories.similarities(
            stories.centred(vectors, means),
            [facts.names for facts in pool],
            [facts.when_s for facts in pool],
            self._weights(pool),
        )

    def rarest(self, facts: Facts, k: int) -> list[int]:
        """The hashes of the k names that the fewest articles have."""
        self._count([facts])
        names: list[int] = facts.names.tolist()
        return sorted(names, key=lambda name: (self._counts[name], name))[:k]

    def _weights(self, pool: Sequence[Facts]) -> list[NDArray[np.float64]]:
        self._count(pool)
        return [
            stories.idf(
                np.array([self._counts[name] for name in facts.names.tolist()], np.int64),
                self._articles,
            )
            for facts in pool
        ]

    def _count(self, pool: Sequence[Facts]) -> None:
        names = {name for facts in pool for name in facts.names.tolist()}
        self._counts.update(self._draft.name_counts(names - self._counts.keys()))
