"""Learning the fusion weights from the archive itself, per language, without judgments.

A pseudo-query is made of an article: six words, in order, of one of its sentences. The answer is
the article without that sentence, as it would score were it indexed so; everything else in the
archive competes. For every weight on a grid the answer's rank gives a gain, and the weight with the
best mean gain is kept. So a language that the encoder does not understand gets weight 0, and none
has to be known in advance.

What is random is seeded: the same archive gives the same weights.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.chunking import chunk_many, embedded_text
from index.domain import (
    Article,
    Calibration,
    Candidates,
    LanguageWeight,
    Progress,
    StoredArticle,
    Vector,
)
from index.protocols import Archive, Encoder, IndexStore, ProgressListener, Snapshot
from index.query import Bool, Node, Word
from index.sentences import sentence_spans
from search import fusion, legs

SAMPLES = 128
"""Pseudo-queries of one language: enough for a standard error of the gain of about 0.03."""

MIN_ARTICLES = 16
"""A language with fewer articles borrows its weight."""

QUERY_WORDS = 6
MIN_SENTENCE_WORDS = 8
GRID = np.linspace(0.0, 1.0, 41)
TOLERANCE = 0.002
"""Weights whose mean gain is this close to the best are equals; the middle of them is taken."""

GROWTH = 1.5
"""A language is learnt anew once it has grown by this factor."""

_RANKS = 10


@dataclass(frozen=True, slots=True)
class PseudoQuery:
    """A question made of an article, and what is left of the article."""

    key: int
    text: str
    node: Node
    answer: Article


def recalibrate(
    archive: Archive,
    store: IndexStore,
    encoder: Encoder,
    *,
    on_progress: ProgressListener | None = None,
) -> Calibration | None:
    """Learn the weights that are due and store them; None if none were.

    Raises IndexLocked, EncoderMismatch.
    """
    snapshot = store.snapshot()
    due = due_languages(snapshot)
    if not due:
        return None
    calibration = calibrate(snapshot, archive, encoder, due, on_progress=on_progress)
    with store.writer(encoder.identity) as writer:
        writer.set_calibration(calibration)
    return calibration


def due_languages(snapshot: Snapshot) -> list[str]:
    """The languages with enough articles that are not yet learnt, or have grown much since."""
    weights = snapshot.calibration.weights
    return [
        language
        for language, articles in snapshot.stats().languages.items()
        if articles >= MIN_ARTICLES
        and (language not in weights or articles >= GROWTH * weights[language].articles)
    ]


def calibrate(
    snapshot: Snapshot,
    archive: Archive,
    encoder: Encoder,
    languages: Sequence[str],
    *,
    on_progress: ProgressListener | None = None,
) -> Calibration:
    """The snapshot's calibration with these languages learnt anew."""
    tell = on_progress or (lambda progress: None)
    weights = dict(snapshot.calibration.weights)
    for done, language in enumerate(languages):
        tell(Progress("calibrating", done, len(languages)))
        learnt = _learn(snapshot, archive, encoder, language)
        if learnt is not None:
            weights[language] = learnt
    tell(Progress("calibrating", len(languages), len(languages)))
    return Calibration(weights, _borrowed(weights, snapshot.calibration.default))


def _borrowed(weights: dict[str, LanguageWeight], default: LanguageWeight) -> LanguageWeight:
    """The weight of languages with too few articles: the least that any language has.

    An encoder that fails one language may well fail another, and words never fail by much.
    """
    learnt = {language: weight for language, weight in weights.items() if weight.sampled}
    if not learnt:
        return default
    language = min(learnt, key=lambda known: (learnt[known].semantic, known))
    return LanguageWeight(learnt[language].semantic, 0, f"borrowed from {language}")


def _learn(
    snapshot: Snapshot, archive: Archive, encoder: Encoder, language: str
) -> LanguageWeight | None:
    keys = snapshot.sample_keys(language, SAMPLES, seed=0)
    stored = archive.revisions(keys.tolist())
    chance = random.Random(0)  # noqa: S311 - a sample, not a secret
    found = [stored[key] for key in keys.tolist() if key in stored]
    questions = pseudo_queries(found, snapshot, chance)
    if len(questions) < MIN_ARTICLES // 2:
        return None
    answers = _answer_vectors([question.answer for question in questions], encoder)
    gains = np.stack(
        [
            gains_on_grid(snapshot, question, encoder.encode_query(question.text), vectors)
            for question, vectors in zip(questions, answers, strict=True)
        ]
    )
    weight, quality = best_weight(gains.mean(axis=0))
    articles = snapshot.stats().languages.get(language, 0)
    return LanguageWeight(weight, len(questions), "learnt from the archive", quality, articles)


def pseudo_queries(
    stored: Sequence[StoredArticle], snapshot: Snapshot, chance: random.Random
) -> list[PseudoQuery]:
    """A pseudo-query of each article that has two sentences, one of them long enough."""
    made = (_pseudo_query(item, snapshot, chance) for item in stored)
    return [question for question in made if question is not None]


def _pseudo_query(
    stored: StoredArticle, snapshot: Snapshot, chance: random.Random
) -> PseudoQuery | None:
    article = stored.article
    analyzer = snapshot.analyzer(article.language)
    spans = sentence_spans(article.text, article.language, article.body_start)
    chance.shuffle(spans)
    for start, end in spans if len(spans) > 1 else []:
        words = analyzer.spans(article.text[start:end])
        if len(words) < MIN_SENTENCE_WORDS:
            continue
        drawn = sorted(chance.sample(range(len(words)), QUERY_WORDS))
        texts = [article.text[start + words[i][0] : start + words[i][1]] for i in drawn]
        answer = replace(article, text=article.text[:start] + article.text[end:])
        node = Bool(should=tuple(Word(text) for text in texts))
        return PseudoQuery(stored.revision, " ".join(texts), node, answer)
    return None


def _answer_vectors(answers: Sequence[Article], encoder: Encoder) -> list[NDArray[np.float32]]:
    chunked = chunk_many(answers, encoder)
    texts = [
        embedded_text(answer, chunk, encoder)
        for answer, chunks in zip(answers, chunked, strict=True)
        for chunk in chunks
    ]
    ends = np.cumsum([len(chunks) for chunks in chunked])
    return np.split(encoder.encode_passages(texts), ends[:-1])


def gains_on_grid(
    snapshot: Snapshot, question: PseudoQuery, vector: Vector, answer: NDArray[np.float32]
) -> NDArray[np.float64]:
    """`(len(GRID),)`: the answer's nDCG@10 at each weight; `answer` holds its chunks' vectors."""
    words = _without(snapshot.match(question.node, legs.LEG_DEPTH), question.key)
    meaning = _without(snapshot.nearest(vector, legs.LEG_DEPTH), question.key)
    others = legs.completed(snapshot, question.node, vector, words, meaning)
    own_words = snapshot.score_unindexed(question.node, [question.answer])
    own_meaning = np.array([(answer @ vector).max()], np.float32)
    lexical = fusion.normalise_lexical(np.append(others.lexical, own_words))
    semantic = fusion.normalise_semantic(
        np.append(others.semantic, own_meaning), fusion.semantic_floor(meaning.scores)
    )
    fused = np.outer(1 - GRID, lexical) + np.outer(GRID, semantic)
    own, rest = fused[:, -1:], fused[:, :-1]
    # An equal score counts half a place: where both legs are silent nothing is gained.
    ranks = 1 + (rest > own).sum(axis=1) + (rest == own).sum(axis=1) / 2
    gains: NDArray[np.float64] = np.where(ranks <= _RANKS, 1 / np.log2(1 + ranks), 0.0)
    return gains


def _without(candidates: Candidates, key: int) -> Candidates:
    kept = candidates.keys != key
    return Candidates(candidates.keys[kept], candidates.scores[kept], candidates.total)


def best_weight(mean_gains: NDArray[np.float64]) -> tuple[float, float]:
    """The weight in the middle of the best plateau, and the best mean gain.

    Where words alone are as good as anything, the weight is 0 and the semantic leg is spared.
    """
    best = float(mean_gains.max())
    if mean_gains[0] >= best - TOLERANCE:
        return 0.0, float(mean_gains[0])
    peak = int(mean_gains.argmax())
    low = high = peak
    while low > 0 and mean_gains[low - 1] >= best - TOLERANCE:
        low -= 1
    while high < len(GRID) - 1 and mean_gains[high + 1] >= best - TOLERANCE:
        high += 1
    return float(GRID[(low + high) // 2]), best
