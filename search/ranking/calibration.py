"""Learn the fusion weights per language from the archive itself, without judgments.

A sentence is removed from an article. It becomes two pseudo-queries: six of its words in order, and
all of it. The answer is the article without that sentence, as it would score if indexed that way;
everything else in the archive competes. For every weight on a grid, the rank of the answer gives a
gain; each kind of query counts equally; the weight with the best mean gain is kept. So a language
that the encoder does not understand gets weight 0, and none has to be known in advance.

Random choices are seeded: the same archive gives the same weights.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from search.ranking.encoder_languages import understands
from search.ranking.evidence import Background
from search.ranking.thresholds import learn_threshold
from search.ranking.usual_cosines import usual_cosines
from search.retrieval.candidates import LEG_DEPTH, completed

SAMPLES = 64
"""The most sentences removed from the articles of one language."""

SAMPLES_OF_ALL = 256
"""The most sentences of all languages together: limits the time of a calibration."""

LEAST_SAMPLES = 24
"""The fewest sentences of each language, however many languages there are."""

SENTENCES_OF_ONE = 4
"""The most sentences removed from one article, if a language has few articles."""

MIN_ARTICLES = 16
"""A language with fewer articles borrows its weight."""

MAX_ANSWER_CHARACTERS = 20_000
"""Longer articles are not sampled: each query requires encoding all the rest again."""

QUERY_WORDS = 6
MIN_SENTENCE_WORDS = 8
MIN_HEADLINE_WORDS = 4
GRID = np.linspace(0.0, 1.0, 41)
DOUBT = 1.5
"""Standard errors within which a weight is not clearly worse than the best."""

NEGLIGIBLE = 0.05

COPY_SHARE = 0.9
"""An article with this share of the original's score for a sentence contains that sentence, too."""

GROWTH = 1.5
"""A language is learnt again once it has grown by this factor."""

_RANKS = 10


@dataclass(frozen=True, slots=True)
class Question:
    """A pseudo-query: its text for the encoder, its words for the lexical search."""

    text: str
    node: Node


@dataclass(frozen=True, slots=True)
class TakenSentence:
    """An article (by key) without one of its sentences, and the queries made from that sentence."""

    key: int
    answer: Article
    questions: tuple[Question, ...]


def due_languages(snapshot: Snapshot) -> list[str]:
    """Return the languages with enough articles that are not learnt yet, or have grown much since.

    So is one learnt by a version that had no threshold for foreign questions.

    A weight tuned on judgments is never due; the threshold next to it may be.
    """
    weights, thresholds = snapshot.calibration.weights, snapshot.calibration.thresholds
    return [
        language
        for language, articles in snapshot.stats().languages.items()
        if articles >= MIN_ARTICLES
        and (
            language not in weights
            or language not in thresholds
            or articles >= GROWTH * thresholds[language].articles
            or (thresholds[language].questions > 0 and thresholds[language].foreign is None)
            or (not weights[language].is_tuned and articles >= GROWTH * weights[language].articles)
        )
    ]


def calibrate(
    snapshot: Snapshot,
    archive: Archive,
    encoder: Encoder,
    languages: Sequence[str],
    *,
    on_progress: ProgressListener | None = None,
) -> Calibration:
    """Return the snapshot's calibration with these languages learnt again; tuned weights stay."""
    tell = on_progress or (lambda progress: None)
    weights = dict(snapshot.calibration.weights)
    thresholds = dict(snapshot.calibration.thresholds)
    counts = snapshot.stats().languages
    unlearnt: list[str] = []
    background = Background.of(snapshot, lambda: usual_cosines(encoder.identity, encoder))
    samples = min(SAMPLES, max(LEAST_SAMPLES, SAMPLES_OF_ALL // max(1, len(languages))))
    for done, language in enumerate(languages):
        progress = Progress("calibrating", done, len(languages))
        going_on = partial(tell, progress)
        stored = _sampled(snapshot, archive, language, samples)
        threshold = learn_threshold(snapshot, background, stored, encoder, language, going_on)
        # Record the size, so that the language is tried again only when it has grown.
        thresholds[language] = threshold or replace(
            background.borrowed(language, thresholds),
            articles=counts[language],
        )
        if language in weights and weights[language].is_tuned:
            continue
        learnt = _learn(snapshot, stored, encoder, language, samples, going_on)
        if learnt is not None:
            weights[language] = learnt
        else:
            unlearnt.append(language)
    tell(Progress("calibrating", len(languages), len(languages)))
    borrowed = _borrowed(weights, snapshot.calibration.default)
    weights.update((each, replace(borrowed, articles=counts[each])) for each in unlearnt)
    return Calibration(weights, borrowed, thresholds)


def _sampled(
    snapshot: Snapshot, archive: Archive, language: str, samples: int
) -> list[StoredArticle]:
    keys = snapshot.sample_keys(language, samples, seed=0)
    found = archive.revisions(keys.tolist())
    return [found[key] for key in keys.tolist() if key in found]


def merged(noted: Calibration, learnt: Calibration, languages: Sequence[str]) -> Calibration:
    """Merge a calibration saved in the meantime with newly learnt languages; tuned weights stay."""
    weights, thresholds = dict(noted.weights), dict(noted.thresholds)
    for language in languages:
        if language in learnt.thresholds:
            thresholds[language] = learnt.thresholds[language]
        if language not in weights or not weights[language].is_tuned:
            weights[language] = learnt.weights[language]
    return Calibration(weights, learnt.default, thresholds)


def _borrowed(weights: dict[str, LanguageWeight], default: LanguageWeight) -> LanguageWeight:
    """Return the weight of languages with too few articles: the median of those learnt.

    A good encoder is good at most languages; one that fails most of them will fail this one too.
    """
    learnt = {language: weight for language, weight in weights.items() if weight.sampled}
    if not learnt:
        return default
    ranked = sorted(learnt, key=lambda known: (learnt[known].semantic, known))
    language = ranked[(len(ranked) - 1) // 2]
    lent = learnt[language]
    return LanguageWeight(lent.semantic, 0, f"borrowed from {language}", prose=lent.prose)


def _learn(
    snapshot: Snapshot,
    stored: Sequence[StoredArticle],
    encoder: Encoder,
    language: str,
    samples: int,
    tell: Callable[[], None],
) -> LanguageWeight | None:
    """Learn a language's weight; None with too few sentences. `tell` is called for progress."""
    tell()
    taken = take_sentences(stored, snapshot, samples)
    if len(taken) < MIN_ARTICLES // 2:
        return None
    indexed = _indexed_vectors(snapshot, stored, encoder)
    answers = _answer_vectors([sentence.answer for sentence in taken], encoder, indexed, tell)
    gains = []
    for sentence, vectors in zip(taken, answers, strict=True):
        tell()
        gains.append(_gains_of_kinds(snapshot, encoder, sentence, vectors))
    weight, quality = best_weight(np.stack(gains))
    articles = snapshot.stats().languages.get(language, 0)
    return LanguageWeight(
        weight,
        len(taken),
        "learnt from the archive",
        quality,
        articles,
        prose=prose_weight(
            np.stack(gains), is_proven=bool(understands(encoder.identity.name, language))
        ),
    )


def take_sentences(
    stored: Sequence[StoredArticle], snapshot: Snapshot, samples: int
) -> list[TakenSentence]:
    """Return up to `samples` sentences, spread over the articles as evenly as possible."""
    chance = random.Random(0)  # noqa: S311 - a sample, not a secret
    of_articles = [list(_sentences_of(item, snapshot, chance)) for item in stored]
    rounds = chain.from_iterable(zip_longest(*of_articles))
    return list(islice((taken for taken in rounds if taken is not None), samples))


def _sentences_of(
    stored: StoredArticle, snapshot: Snapshot, chance: random.Random
) -> Iterator[TakenSentence]:
    """Return sentences of an article, each missing from its answer, or its headline if only one."""
    article = stored.article
    if len(article.text) > MAX_ANSWER_CHARACTERS:
        return
    spans = sentence_spans(article.text, article.language, article.body_start)
    analyzer = snapshot.analyzer(article.language)
    if len(spans) < 2:
        words = analyzer.split(article.title)
        if not article.is_title_derived and len(words) >= MIN_HEADLINE_WORDS:
            body = replace(article, title="", is_title_derived=True)
            questions = _questions(article.title, words, chance)
            yield TakenSentence(stored.revision, body, questions)
        return
    chance.shuffle(spans)
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
    """Return six words of the sentence in order, like a keyword query, and all of it."""
    places = sorted(chance.sample(range(len(words)), min(QUERY_WORDS, len(words))))
    drawn = [words[place] for place in places]
    return _question(" ".join(drawn), drawn), _question(sentence.strip(), words)


def _question(text: str, words: Sequence[str]) -> Question:
    return Question(text, Bool(should=tuple(Word(word) for word in words)))


def _indexed_vectors(
    snapshot: Snapshot, stored: Sequence[StoredArticle], encoder: Encoder
) -> dict[str, Vector]:
    """The vectors that the index has of the articles' texts: most chunks lose no sentence."""
    chunked = snapshot.chunk_vectors(np.array([item.revision for item in stored], np.int64))
    return {
        embedded_text(item.article, chunk, encoder): vector
        for item, chunks in zip(stored, chunked, strict=True)
        for chunk, vector in chunks
    }


def _answer_vectors(
    answers: Sequence[Article],
    encoder: Encoder,
    known: Mapping[str, Vector],
    tell: Callable[[], None],
) -> list[NDArray[np.float32]]:
    """`(chunks, dim)` for each answer; each text that is not known is encoded once."""
    chunked = chunk_many(answers, encoder)
    texts = [
        embedded_text(answer, chunk, encoder)
        for answer, chunks in zip(answers, chunked, strict=True)
        for chunk in chunks
    ]
    missing = list(dict.fromkeys(text for text in texts if text not in known))
    encoded = encoder.encode_passages(missing, lambda _: tell())
    vectors = {**known, **dict(zip(missing, encoded, strict=True))}
    ends = np.cumsum([len(chunks) for chunks in chunked])
    return np.split(np.stack([vectors[text] for text in texts]), ends[:-1])


def _gains_of_kinds(
    snapshot: Snapshot, encoder: Encoder, taken: TakenSentence, answer: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Return `(kinds, len(GRID))`: the answer's gain for each kind of query at each weight."""
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
    """Return `(len(GRID),)`: the answer's nDCG@10 at each weight.

    `gone` are the articles that do not compete; `answer` contains the vectors of the answer's
    chunks.
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
    # A tie counts half a rank: if neither search finds anything, nothing is gained.
    ranks = 1 + (rest > own).sum(axis=1) + (rest == own).sum(axis=1) / 2
    gains: NDArray[np.float64] = np.where(ranks <= _RANKS, 1 / np.log2(1 + ranks), 0.0)
    return gains


def _copies(matches: Candidates, key: int) -> Keys:
    """Return the article itself, and those that match the whole sentence almost as well.

    Agency text appears in several papers; a copy that still has the sentence is not a competitor.
    """
    own = matches.scores[matches.keys == key]
    best = float(own[0]) if len(own) else np.inf
    return np.append(matches.keys[matches.scores >= COPY_SHARE * best], key)


def _without(candidates: Candidates, keys: Keys) -> Candidates:
    kept = ~np.isin(candidates.keys, keys)
    return Candidates(candidates.keys[kept], candidates.scores[kept], candidates.total)


def best_weight(gains: NDArray[np.float64]) -> tuple[float, float]:
    """Return the keyword weight and its mean gain. `gains` is `(sentences, kinds, len(GRID))`.

    The gain of each kind of query is taken as a share of its own best, so that easy kinds do not
    count more than hard ones. The weight is halfway between the best and the least that is not
    clearly worse, by paired differences and `DOUBT` standard errors: a pseudo-query shares its
    style with its answer, which favours meaning, the more so the fewer sentences there are.
    (Breiman et al. 1984 go all the way, at one standard error.) A negligible weight becomes 0,
    which saves the search by meaning.
    """
    least, best, _ = _as_good(_curves(gains))
    chosen = (least + best) // 2
    if GRID[chosen] <= NEGLIGIBLE:
        chosen = 0
    return float(GRID[chosen]), float(gains.mean(axis=0)[:, chosen].mean())


def prose_weight(gains: NDArray[np.float64], *, is_proven: bool = False) -> float:
    """Return the weight for questions and sentences, for which meaning matters more.

    If the encoder is known to understand the language (`is_proven`), or if, for whole sentences
    (the last kind of query), meaning alone is clearly better than words alone, meaning gets the
    benefit of the doubt: the weight is halfway between the best and the greatest that is not
    clearly worse. Otherwise it is the weight for keywords. On the sample
    corpus, weights by shape, chosen on one half of the queries, gain 0.016 in nDCG@10 on the other
    (400 splits, p = 0.005 by randomisation).
    """
    sentences = gains[:, -1]
    lead = sentences[:, -1] - sentences[:, 0]
    if not is_proven and lead.mean() <= DOUBT * lead.std() / np.sqrt(len(lead)) + 1e-12:
        return best_weight(gains)[0]
    _, best, most = _as_good(_curves(gains))
    return float(GRID[(best + most + 1) // 2])


def _curves(gains: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `(sentences, len(GRID))`: the mean gain of all kinds, each as a share of its best."""
    bests = gains.mean(axis=0).max(axis=1, keepdims=True)
    curves: NDArray[np.float64] = (gains / np.where(bests > 0, bests, 1.0)).mean(axis=1)
    return curves


def _as_good(curves: NDArray[np.float64]) -> tuple[int, int, int]:
    """Return the least weight as good as the best, the best, and the greatest, as grid indexes."""
    best = int(curves.mean(axis=0).argmax())
    losses = curves[:, [best]] - curves
    errors = losses.std(axis=0) / np.sqrt(len(losses))
    as_good = np.flatnonzero(losses.mean(axis=0) <= DOUBT * errors + 1e-12)
    return int(as_good[0]), best, int(as_good[-1])
