"""The evidence for each candidate of a query, by which it counts as found.

It is the sum of two signals. Meaning: how far the article's cosine lies above those that this query
has with articles of the same language in general, in standard deviations over a sample. Words: the
share of the query's words that the article contains, weighted by idf, as whole words only. A cosine
alone is not evidence, because an encoder gives some queries high cosines with everything; words
alone are not, because long queries share some with everything. Neither depends on filters, the
page, or the other candidates, so an article has the same evidence however it is reached.

An archive of a few articles has no such distribution. There, meaning is measured in standard
deviations above the encoder's own usual cosines (`search.ranking.usual_cosines`).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.domain import (
    Calibration,
    EncoderIdentity,
    FoundThreshold,
    Keys,
    Scores,
    Vector,
    Vectors,
)
from index.protocols import Encoder, Snapshot
from index.query import Bool, Node
from index.runtime.lru import LruCache
from search.ranking.usual_cosines import UsualCosines, usual_cosines

WORDS = 6.0
"""The weight of containing every word of a query, in standard deviations of meaning.

Pseudo-queries cannot determine it, because they share words with their answers by construction; see
docs/decisions/found.md.
"""

SAMPLED = 256
"""The number of articles per language sampled to represent the archive."""

LEAST_SAMPLED = 8
"""A language with fewer articles is compared to the whole archive."""

LEAST_ARCHIVE = 16
"""An archive with fewer articles is too small: they are compared to the encoder's usual cosines."""

SMALL_ARCHIVE, SMALL_FOREIGN = 2.0, 1.5
"""The threshold there, for every article, and that for questions in a language that no article is
in: see docs/decisions/found.md."""

LEAST_DEVIATION = 0.005
"""The least deviation of cosines; rounding must not look like meaning if articles are alike.
"""

PRIOR_ANSWER, PRIOR_END = 3.2, 0.75
"""The threshold before anything is learnt, and the share of it that later results need."""

PRIOR_SHARE = 0.75
"""Of n articles, none can exceed the mean by over (n - 1) / √n deviations; this share of that is
required if less than `PRIOR_ANSWER`.
"""

KEPT_SNAPSHOTS = 4
KEPT_ENCODERS = 4

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Background:
    """What is usual for an archive: its mean chunk vectors by language, each `(n, dim)`.

    If it has fewer than `LEAST_ARCHIVE` articles, `usual` replaces them.
    """

    vectors: Mapping[str, Vectors]
    usual: UsualCosines | None = None

    @classmethod
    def of(cls, snapshot: Snapshot, usual: Callable[[], UsualCosines]) -> "Background":
        """Sample what a snapshot shows; the same articles give the same sample.

        `usual`, only called for a small archive, returns the usual cosines of its encoder.
        """
        sampled = {
            language: snapshot.article_vectors(snapshot.sample_keys(language, SAMPLED, seed=0))
            for language in snapshot.stats().languages
        }
        is_small = sum(map(len, sampled.values())) < LEAST_ARCHIVE
        return cls(sampled, usual() if is_small else None)

    @property
    def is_small(self) -> bool:
        """Whether the archive has too few articles to show what is usual."""
        return self.usual is not None

    def beside(self, language: str) -> Vectors:
        """Return the vectors to compare articles of a language to."""
        own = self.vectors.get(language)
        if own is not None and len(own) >= LEAST_SAMPLED:
            return own
        return np.concatenate(list(self.vectors.values()))

    def standardised(self, vector: Vector, languages: Sequence[str], cosines: Scores) -> Floats:
        """Return `(n,)`: standard deviations of each cosine above what is usual.

        In a small archive at least 0: not to resemble the query is no evidence against its words.
        """
        found = np.zeros(len(cosines))
        names = np.array(languages)
        for language in set(languages):
            usual = self._usual(vector, language)
            own = names == language
            found[own] = (cosines[own] - usual.mean) / max(usual.deviation, LEAST_DEVIATION)
        return np.maximum(found, 0.0) if self.is_small else found

    def _usual(self, vector: Vector, language: str) -> UsualCosines:
        if self.usual is not None:
            return self.usual
        cosines = self.beside(language) @ vector
        return UsualCosines(float(cosines.mean()), float(cosines.std()))

    def threshold(self, language: str, calibration: Calibration) -> FoundThreshold:
        """Return a language's threshold: its own, else the mean of those learnt, else a prior."""
        if self.is_small:
            small = "prior for small archives"
            return FoundThreshold(SMALL_ARCHIVE, SMALL_ARCHIVE, 0, small, foreign=SMALL_FOREIGN)
        known = calibration.thresholds
        return known[language] if language in known else self.borrowed(language, known)

    def borrowed(self, language: str, known: Mapping[str, FoundThreshold]) -> FoundThreshold:
        """Return the threshold for other languages: the mean of those learnt, or else a prior."""
        learnt = {name: one for name, one in known.items() if one.questions}
        if learnt:
            answer = float(np.mean([one.answer for one in learnt.values()]))
            end = float(np.mean([one.end for one in learnt.values()]))
            foreign = [one.foreign for one in learnt.values() if one.foreign is not None]
            return FoundThreshold(
                answer,
                end,
                0,
                f"borrowed from {', '.join(sorted(learnt))}",
                foreign=float(np.mean(foreign)) if foreign else None,
            )
        articles = len(self.beside(language))
        most = (articles - 1) / math.sqrt(articles)
        answer = min(PRIOR_ANSWER, PRIOR_SHARE * most)
        return FoundThreshold(answer, PRIOR_END * answer, 0, "prior")


class Backgrounds:
    """The backgrounds of the snapshots used last. Safe to share between threads.

    `encoder` returns the encoder with an identity.
    """

    def __init__(self, encoder: Callable[[EncoderIdentity], Encoder]) -> None:
        self._encoder = encoder
        self._kept: LruCache[str, Background] = LruCache(KEPT_SNAPSHOTS)
        self._usual: LruCache[EncoderIdentity, UsualCosines] = LruCache(KEPT_ENCODERS)

    def of(self, snapshot: Snapshot) -> Background:
        """Return the background of a snapshot, as seen by the one reader served."""
        return self._kept.get(
            snapshot.id, lambda: Background.of(snapshot, lambda: self._usual_of(snapshot.encoder))
        )

    def _usual_of(self, identity: EncoderIdentity) -> UsualCosines:
        return self._usual.get(identity, lambda: usual_cosines(identity, self._encoder(identity)))


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence for n candidates: all `(n,)`.

    `meaning` is in standard deviations, `words` in [0, 1]; `answer` and `end` are the thresholds of
    each candidate's language.
    """

    meaning: Floats
    words: Floats
    answer: Floats
    end: Floats

    @property
    def total(self) -> Floats:
        """The values compared to the thresholds."""
        return self.meaning + WORDS * self.words

    @property
    def is_answer(self) -> NDArray[np.bool_]:
        """`(n,)`: which candidates answer the query."""
        reached: NDArray[np.bool_] = self.total >= self.answer
        return reached

    @property
    def has_answer(self) -> bool:
        """Whether any candidate answers the query."""
        return bool(self.is_answer.any())

    @property
    def is_near(self) -> NDArray[np.bool_]:
        """`(n,)`: which candidates would be found after an answer."""
        reached: NDArray[np.bool_] = self.total >= self.end
        return reached


def weigh(
    snapshot: Snapshot,
    background: Background,
    words: Sequence[Node],
    vector: Vector,
    keys: Keys,
    cosines: Scores,
    *,
    is_foreign: bool = False,
) -> Evidence:
    """Return the evidence for articles, from their keys (ascending) and cosines.

    `words` are the scoring parts of the query, each taken as if it were required. `is_foreign`: the
    query is in a language that no article is in.
    """
    languages = snapshot.languages(keys)
    thresholds = {each: background.threshold(each, snapshot.calibration) for each in set(languages)}
    answer = np.array([thresholds[each].answer_for(is_foreign=is_foreign) for each in languages])
    end = np.array([thresholds[each].end for each in languages])
    return Evidence(
        background.standardised(vector, languages, cosines),
        shares(snapshot, words, keys),
        answer,
        np.minimum(end, answer),
    )


def shares(snapshot: Snapshot, words: Sequence[Node], keys: Keys) -> Floats:
    """Return `(n,)`: the share of the words, weighted by idf, that each article contains."""
    if not len(words):
        return np.zeros(len(keys))
    held = np.zeros((len(words), len(keys)), bool)
    idf = np.zeros(len(words))
    articles = sum(snapshot.stats().languages.values())
    for at, word in enumerate(words):
        holders = snapshot.select(Bool(must=(word,)))
        idf[at] = _idf(len(holders), articles)
        held[at] = holders.holds(keys)
    found: Floats = idf @ held / idf.sum()
    return found


def _idf(holders: int, articles: int) -> float:
    """Lucene's idf, which is above 0 for every word."""
    return math.log1p((max(articles - holders, 0) + 0.5) / (holders + 0.5))
