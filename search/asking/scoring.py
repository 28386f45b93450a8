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
from search.ranking.ranker import Ranker
from search.request import FoundBy

ENCODED = 48
"""The most sentences compared by meaning; the others have too few of the question's words."""

NEAR = 0.5
"""The worth of lying in its article's best chunk when choosing what to encode, as a share of all
the question's words; `PLACE` is what the first article of the ranking is worth more than the last.
"""
PLACE = 0.5

WORDS = 4.0
"""The worth of containing all the words of the question that any sentence contains."""

CONSIDERED = 3
"""One of so many best sentences must answer: its own meaning and its article's evidence together
reach twice what an article needs. An article that contains all the words needs nothing."""

KIND = 1.0
"""The worth of holding what the question asks for, in standard deviations of meaning."""

ARTICLE = 0.5
"""The worth of an article's own evidence: a sentence is as good as the text around it."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scored:
    """The sentences worth quoting, best first, with their scores, descending."""

    sentences: tuple[Sentence, ...]
    scores: Floats


NOTHING = Scored((), np.zeros(0))


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
    why: Sequence[FoundBy | None],
    kind: AnswerKind,
) -> Scored:
    """Score sentences for a question with a vector, if meaning counts; none if none answers.

    `why` says of each article of the ranking why it is found; None if words alone decide. Raises
    EncoderError.
    """
    chosen = [sentences[at] for at in promising(sentences)]
    if not chosen:
        return NOTHING
    meaning = np.zeros(len(chosen))
    if vector is not None:
        texts = [f"{one.stored.article.title}. {one.text}" for one in chosen]
        cosines = ranker.encoder(snapshot).encode_passages(texts) @ vector
        languages = [one.stored.article.language for one in chosen]
        meaning = ranker.background(snapshot).standardised(vector, languages, cosines)
    found_by = [why[one.place] for one in chosen]
    evidence = np.array([0.0 if one is None else one.evidence for one in found_by])
    total = meaning + WORDS * np.array(shares(chosen)) + ARTICLE * evidence
    total += KIND * np.array([holds(kind, one.text) for one in chosen])
    order = np.argsort(-total, kind="stable")
    needed = np.array(
        [0.0 if one is None or one.is_certain else 2 * one.answer for one in found_by]
    )
    if not (meaning + evidence >= needed)[order[:CONSIDERED]].any():
        return NOTHING
    return Scored(tuple(chosen[at] for at in order), total[order])
