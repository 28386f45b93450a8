"""How well a sentence answers a question: its meaning, its words, what it holds, and its article.

The sum is in the units of `search.ranking.evidence`: standard deviations of meaning above what the
question has in common with the archive in general.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.domain import Vector
from index.protocols import Snapshot
from search.asking.kinds import AnswerKind, holds
from search.asking.sentences import Sentence, shares
from search.ranking.evidence import WORDS
from search.ranking.ranker import Ranker

ENCODED = 48
"""The most sentences compared by meaning; the others have too few of the question's words."""

NEAR = 0.5
"""The worth of lying in its article's best chunk when choosing what to encode, as a share of all
the question's words; `PLACE` is what the first article of the ranking is worth more than the last.
"""
PLACE = 0.5

KIND = 1.5
"""The worth of holding what the question asks for, in standard deviations of meaning."""

ARTICLE = 0.5
"""The worth of an article's own evidence: a sentence is as good as the text around it."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scored:
    """The sentences worth quoting, best first, with their scores, descending."""

    sentences: tuple[Sentence, ...]
    scores: Floats


def promising(sentences: Sequence[Sentence], most: int = ENCODED) -> list[int]:
    """Return the places of the sentences to compare by meaning, ascending."""
    if len(sentences) <= most:
        return list(range(len(sentences)))
    last = max(sentence.place for sentence in sentences) or 1
    worth = np.array(shares(sentences))
    worth += NEAR * np.array([sentence.is_near for sentence in sentences])
    worth -= PLACE * np.array([sentence.place for sentence in sentences]) / last
    return sorted(np.argsort(-worth, kind="stable")[:most].tolist())


def scored(
    snapshot: Snapshot,
    ranker: Ranker,
    sentences: Sequence[Sentence],
    vector: Vector | None,
    evidence: Sequence[float],
    kind: AnswerKind,
) -> Scored:
    """Score sentences for a question with a vector, if meaning counts.

    `evidence` is that of each article of the ranking. Raises EncoderError.
    """
    chosen = [sentences[at] for at in promising(sentences)]
    if not chosen:
        return Scored((), np.zeros(0))
    total = WORDS * np.array(shares(chosen))
    total += KIND * np.array([holds(kind, sentence.text) for sentence in chosen])
    total += ARTICLE * np.array([evidence[sentence.place] for sentence in chosen])
    if vector is not None:
        texts = [sentence.text for sentence in chosen]
        cosines = ranker.encoder(snapshot).encode_passages(texts) @ vector
        languages = [sentence.stored.article.language for sentence in chosen]
        total += ranker.background(snapshot).standardised(vector, languages, cosines)
    order = np.argsort(-total, kind="stable")
    return Scored(tuple(chosen[at] for at in order), total[order])
