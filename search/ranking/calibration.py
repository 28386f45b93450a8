"""Learning the fusion weights from the archive itself, per language, without judgments.

A sentence is taken out of an article. It becomes two questions: six of its words in order, and the
whole of it. The answer is the article without that sentence, as it
would score were it indexed so; everything else in the archive competes. For every weight on a grid
the answer's rank gives a gain; each kind of question has an equal say; the weight with the best
mean gain is kept. So a language that the encoder does not understand gets weight 0, and none has to
be known in advance.

What is random is seeded: the same archive gives the same weights.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice, zip_longest

import numpy as np
from numpy.typing import NDArray

from index.domain import (
    Article,
    Calibration,
    Candidates,
    Keys,
    LanguageWeight,
    Progress,
    StoredArticle,
    Vector,
)
from index.protocols import Archive, Encoder, ProgressListener, Snapshot
from index.query import Bool, Node, Word
from index.text.chunking import chunk_many, embedded_text
from index.text.sentences import sentence_spans
from search.ranking import fusion
from search.retrieval.candidates import LEG_DEPTH, completed

SAMPLES = 64
"""Sentences taken out of one language's articles, at most."""

SAMPLES_OF_ALL = 256
"""Sentences of all languages together: bounds the time that a calibration takes."""

LEAST_SAMPLES = 24
"""Sentences of each language, however many languages there are."""

SENTENCES_OF_ONE = 4
"""Sentences taken out of one article, at most, where a language has few articles."""

MIN_ARTICLES = 16
"""A language with fewer articles borrows its weight."""

MAX_ANSWER_CHARACTERS = 20_000
"""Longer articles are not asked about: each question encodes the whole of the rest anew."""

QUERY_WORDS = 6
MIN_SENTENCE_WORDS = 8
GRID = np.linspace(0.0, 1.0, 41)
DOUBT = 1.5
"""Standard errors within which a weight is not clearly worse than the best."""

NEGLIGIBLE = 0.05

COPY_SHARE = 0.9
"""An article that scores this much of the original for a sentence holds the sentence too."""

GROWTH = 1.5
"""A language is learnt anew once it has grown by this factor."""

_RANKS = 10


@dataclass(frozen=True, slots=True)
class Question:
    """A pseudo-query: its text for the encoder, its words for the lexical leg."""

    text: str
    node: Node


@dataclass(frozen=True, slots=True)
class TakenSentence:
    """An article (by key) without one of its sentences, and the questions made of that sentence."""

    key: int
    answer: Article
    questions: tuple[Question, ...]


def due_languages(snapshot: Snapshot) -> list[str]:
    """The languages with enough articles that are not yet learnt, or have grown much since.

    A weight that was tuned on judgments is never due.
    """
    weights = snapshot.calibration.weights
    return [
        language
        for language, articles in snapshot.stats().languages.items()
        if articles >= MIN_ARTICLES
        and (language not in weights or _has_outgrown(weights[language], articles))
    ]


def _has_outgrown(weight: LanguageWeight, articles: int) -> bool:
    return not weight.is_tuned and articles >= GROWTH * weight.articles


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
    unlearnt: list[str] = []
    samples = min(SAMPLES, max(LEAST_SAMPLES, SAMPLES_OF_ALL // max(1, len(languages))))
    for done, language in enumerate(languages):
        progress = Progress("calibrating", done, len(languages))
        learnt = _learn(snapshot, archive, encoder, language, samples, partial(tell, progress))
        if learnt is not None:
            weights[language] = learnt
        else:
            unlearnt.append(language)
    tell(Progress("calibrating", len(languages), len(languages)))
    borrowed = _borrowed(weights, snapshot.calibration.default)
    # Noted with its size, so that it is tried again only when the language has grown.
    counts = snapshot.stats().languages
    weights.update((each, replace(borrowed, articles=counts[each])) for each in unlearnt)
    return Calibration(weights, borrowed)


def merged(noted: Calibration, learnt: Calibration, languages: Sequence[str]) -> Calibration:
    """What was noted meanwhile, with what was learnt of some languages; tuned weights stand."""
    weights = dict(noted.weights)
    for language in languages:
        if language not in weights or not weights[language].is_tuned:
            weights[language] = learnt.weights[language]
    return Calibration(weights, learnt.default)


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
    snapshot: Snapshot,
    archive: Archive,
    encoder: Encoder,
    language: str,
    samples: int,
    tell: Callable[[], None],
) -> LanguageWeight | None:
    """The weight of a language; None with too few sentences. `tell` hears often that it goes on."""
    tell()
    keys = snapshot.sample_keys(language, samples, seed=0)
    found = archive.revisions(keys.tolist())
    stored = [found[key] for key in keys.tolist() if key in found]
    taken = take_sentences(stored, snapshot, samples)
    if len(taken) < MIN_ARTICLES // 2:
        return None
    answers = _answer_vectors([sentence.answer for sentence in taken], encoder, tell)
    gains = []
    for sentence, vectors in zip(taken, answers, strict=True):
        tell()
        gains.append(_gains_of_kinds(snapshot, encoder, sentence, vectors))
    weight, quality = best_weight(np.stack(gains))
    articles = snapshot.stats().languages.get(language, 0)
    return LanguageWeight(weight, len(taken), "learnt from the archive", quality, articles)


def take_sentences(
    stored: Sequence[StoredArticle], snapshot: Snapshot, samples: int
) -> list[TakenSentence]:
    """Up to `samples` sentences, as evenly over the articles as they have sentences to give."""
    chance = random.Random(0)  # noqa: S311 - a sample, not a secret
    of_articles = [list(_sentences_of(item, snapshot, chance)) for item in stored]
    rounds = chain.from_iterable(zip_longest(*of_articles))
    return list(islice((taken for taken in rounds if taken is not None), samples))


def _sentences_of(
    stored: StoredArticle, snapshot: Snapshot, chance: random.Random
) -> Iterator[TakenSentence]:
    """Sentences of an article that has two at least; each alone is missing from its answer."""
    article = stored.article
    if len(article.text) > MAX_ANSWER_CHARACTERS:
        return
    spans = sentence_spans(article.text, article.language, article.body_start)
    if len(spans) < 2:
        return
    chance.shuffle(spans)
    analyzer = snapshot.analyzer(article.language)
    taken = 0
    for start, end in spans:
        sentence = article.text[start:end]
        words = [sentence[first:last] for first, last in analyzer.spans(sentence)]
        if len(words) >= MIN_SENTENCE_WORDS and taken < SENTENCES_OF_ONE:
            taken += 1
            rest = replace(article, text=article.text[:start] + article.text[end:])
            questions = _questions(sentence, words, chance)
            yield TakenSentence(stored.revision, rest, questions)


def _questions(sentence: str, words: Sequence[str], chance: random.Random) -> tuple[Question, ...]:
    """Six words of the sentence in order, as in a keyword query, and the whole of it."""
    places = sorted(chance.sample(range(len(words)), QUERY_WORDS))
    drawn = [words[place] for place in places]
    return _question(" ".join(drawn), drawn), _question(sentence.strip(), words)


def _question(text: str, words: Sequence[str]) -> Question:
    return Question(text, Bool(should=tuple(Word(word) for word in words)))


def _answer_vectors(
    answers: Sequence[Article], encoder: Encoder, tell: Callable[[], None]
) -> list[NDArray[np.float32]]:
    chunked = chunk_many(answers, encoder)
    texts = [
        embedded_text(answer, chunk, encoder)
        for answer, chunks in zip(answers, chunked, strict=True)
        for chunk in chunks
    ]
    ends = np.cumsum([len(chunks) for chunks in chunked])
    return np.split(encoder.encode_passages(texts, lambda _: tell()), ends[:-1])


def _gains_of_kinds(
    snapshot: Snapshot, encoder: Encoder, taken: TakenSentence, answer: NDArray[np.float32]
) -> NDArray[np.float64]:
    """`(kinds, len(GRID))`: the answer's gain for each kind of question at each weight."""
    gone = _copies(snapshot.match(taken.questions[-1].node, LEG_DEPTH), taken.key)
    return np.stack(
        [
            gains_on_grid(
                snapshot, taken, question, gone, encoder.encode_query(question.text), answer
            )
            for question in taken.questions
        ]
    )


def gains_on_grid(
    snapshot: Snapshot,
    taken: TakenSentence,
    question: Question,
    gone: Keys,
    vector: Vector,
    answer: NDArray[np.float32],
) -> NDArray[np.float64]:
    """`(len(GRID),)`: the answer's nDCG@10 at each weight.

    `gone` are the articles that do not compete, `answer` holds the vectors of the answer's chunks.
    """
    words = _without(snapshot.match(question.node, LEG_DEPTH), gone)
    meaning = _without(snapshot.nearest(vector, LEG_DEPTH), gone)
    others = completed(snapshot, question.node, vector, words, meaning)
    own_words = snapshot.score_unindexed(question.node, [taken.answer])
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


def _copies(matches: Candidates, key: int) -> Keys:
    """The article itself, and those that match the whole sentence almost as well.

    Agency text stands in several papers; a copy that still has the sentence is no rival.
    """
    own = matches.scores[matches.keys == key]
    best = float(own[0]) if len(own) else np.inf
    return np.append(matches.keys[matches.scores >= COPY_SHARE * best], key)


def _without(candidates: Candidates, keys: Keys) -> Candidates:
    kept = ~np.isin(candidates.keys, keys)
    return Candidates(candidates.keys[kept], candidates.scores[kept], candidates.total)


def best_weight(gains: NDArray[np.float64]) -> tuple[float, float]:
    """The weight to use, and the mean gain there. `gains` is `(sentences, kinds, len(GRID))`.

    Each kind of question is measured as a share of its own best, so that an easy kind has no more
    say than a hard one. The weight taken is halfway between the best and the least that is not
    clearly worse, by paired differences and `DOUBT` standard errors: a pseudo-query shares its
    style with its answer, which flatters the semantic leg, the more so the fewer sentences there
    are. (Breiman et al. 1984 take the whole way at one standard error.) A weight so small that it
    decides nothing is 0, and the semantic leg is spared.
    """
    means = gains.mean(axis=0)
    bests = means.max(axis=1, keepdims=True)
    curves = (gains / np.where(bests > 0, bests, 1.0)).mean(axis=1)
    best = int(curves.mean(axis=0).argmax())
    losses = curves[:, [best]] - curves
    errors = losses.std(axis=0) / np.sqrt(len(losses))
    least = int(np.flatnonzero(losses.mean(axis=0) <= DOUBT * errors + 1e-12)[0])
    chosen = (least + best) // 2
    if GRID[chosen] <= NEGLIGIBLE:
        chosen = 0
    return float(GRID[chosen]), float(means[:, chosen].mean())
