"""Learn from the archive where the list of results should end, per language, without judgments.

A pseudo-query is made from an article: its headline, some of its words, or one of its sentences,
with a third of the words replaced by words from elsewhere, because people use words of their own.
It shows two cases: with the article, the query has an answer; without the article, its copies and
others about the same thing, it has none, and the best of the rest shows how high evidence gets
when nothing answers.
"""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.domain import Article, FoundThreshold, Keys, StoredArticle
from index.protocols import Analyzer, Encoder, Snapshot
from index.query import Bool, ParsedQuery, Word
from index.text.sentences import sentence_spans
from search.ranking.evidence import LEAST_DEVIATION, Background, Evidence, weigh
from search.ranking.found import MOST_WORDS, asked_words
from search.retrieval.candidates import CompleteCandidates, complete

WORTH_OF_ANSWER = 5.0
"""A missed answer costs as much as this many non-answers shown."""

LEAST_REFUSED = 0.4
"""The least share of unanswerable queries to be refused, however many answers that costs."""

REFUSED_FOREIGN = 0.8
"""The share of unanswerable queries to be refused by meaning alone, for questions in a language
that no article is in. Real ones share names with articles, so fewer of them are refused."""

RANK_OF_END = 5
"""The list ends where a typical query has its unrelated article of this rank."""

SAME_MATTER = 2.5
"""Articles whose cosine is this many deviations above the usual are about the same thing."""

EXCHANGED = 1 / 3
KEYWORDS = 6
LEAST_WORDS = 4
LEAST_QUESTIONS = 16
LOOKED_AT = 50
"""The number of candidates with the best evidence to examine; the others decide nothing."""

RIDGE = 0.5
"""Penalty on the square of the slope, for archives whose pseudo-queries separate perfectly."""

LEAST_SLOPE = 0.2
"""The slope if neither meaning nor words identify an answer; then the refused share decides."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PseudoQuestion:
    """A query made from the article with this key."""

    key: int
    words: tuple[str, ...]

    @property
    def parsed(self) -> ParsedQuery:
        """The query as a search reads it."""
        text = " ".join(self.words)
        node = Bool(should=tuple(map(Word, dict.fromkeys(self.words))))
        return ParsedQuery(text, node, None, text)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a pseudo-query: the evidence for its article, and the others, best first.

    `best_meaning` is the most that meaning alone gives another article.
    """

    own: float
    others: tuple[float, ...]
    best_meaning: float | None = None


def learn_threshold(
    snapshot: Snapshot,
    background: Background,
    stored: Sequence[StoredArticle],
    encoder: Encoder,
    language: str,
    tell: Callable[[], None],
) -> FoundThreshold | None:
    """Learn the threshold of a language from some of its articles; None if they are too few.

    `background` is that of the snapshot. `tell` is called often, to report progress.
    """
    outcomes = []
    for question in pseudo_questions(stored, snapshot.analyzer(language)):
        tell()
        outcomes.append(_outcome(snapshot, background, encoder, question))
    if len(outcomes) < LEAST_QUESTIONS:
        return None
    articles = snapshot.stats().languages.get(language, 0)
    return fitted(outcomes, articles)


def pseudo_questions(
    stored: Sequence[StoredArticle], analyzer: Analyzer
) -> Iterator[PseudoQuestion]:
    """Make up to three queries from each article; the same articles give the same queries."""
    chance = random.Random(0)  # noqa: S311 - a sample, not a secret
    elsewhere = [word for one in stored for word in telling_words(one.article.text, analyzer)]
    for one in stored:
        for words in _sources(one.article, analyzer, chance):
            if len(words) >= LEAST_WORDS:
                yield PseudoQuestion(one.revision, exchanged(words, elsewhere, chance))


def _sources(article: Article, analyzer: Analyzer, chance: random.Random) -> Iterator[list[str]]:
    """Return the words of the headline, some words of a sentence, and all words of it."""
    if article.title and not article.is_title_derived:
        yield analyzer.split(article.title)
    spans = sentence_spans(article.text, article.language, article.body_start)
    sentences = [article.text[start:end] for start, end in spans]
    long_ones = [one for one in sentences if len(telling_words(one, analyzer)) >= LEAST_WORDS]
    if long_ones:
        sentence = chance.choice(long_ones)
        telling = telling_words(sentence, analyzer)
        places = sorted(chance.sample(range(len(telling)), min(KEYWORDS, len(telling))))
        yield [telling[place] for place in places]
        yield analyzer.split(sentence)


def telling_words(text: str, analyzer: Analyzer) -> list[str]:
    """Return the words of a text without stop words."""
    return [word for word in analyzer.split(text) if not analyzer.is_stop_word(word)]


def exchanged(
    words: Sequence[str], elsewhere: Sequence[str], chance: random.Random
) -> tuple[str, ...]:
    """Return words of which `EXCHANGED`, at random positions, come from elsewhere."""
    places = set(chance.sample(range(len(words)), round(len(words) * EXCHANGED)))
    return tuple(
        chance.choice(elsewhere) if place in places else word for place, word in enumerate(words)
    )


def _outcome(
    snapshot: Snapshot, background: Background, encoder: Encoder, question: PseudoQuestion
) -> Outcome:
    parsed = question.parsed
    vector = encoder.encode_query(parsed.meaning)
    own = np.array([question.key])
    found = complete(snapshot, parsed.node, vector, constraint=None, restriction=None)
    words = asked_words(parsed, snapshot)[:MOST_WORDS]

    def weighed(keys: Keys, cosines: NDArray[np.float32]) -> Evidence:
        return weigh(snapshot, background, words, vector, keys, cosines)

    evidence = weighed(found.keys, found.semantic)
    others = _unrelated(snapshot, background, question.key, found, evidence.total)
    by_meaning = _unrelated(snapshot, background, question.key, found, evidence.meaning)
    own_evidence = weighed(own, snapshot.score_meaning(vector, own))
    return Outcome(
        float(own_evidence.total[0]),
        tuple(others[:RANK_OF_END].tolist()),
        float(by_meaning[0]) if len(by_meaning) else None,
    )


def _unrelated(
    snapshot: Snapshot,
    background: Background,
    key: int,
    found: CompleteCandidates,
    evidence: Floats,
) -> Floats:
    """Return the evidence for the best candidates about something else, descending."""
    order = np.argsort(-evidence, kind="stable")[:LOOKED_AT]
    keys = found.keys[order]
    own = snapshot.article_vectors(np.array([key]))[0]
    usual = np.concatenate(list(background.vectors.values())) @ own
    level = usual.mean() + SAME_MATTER * max(float(usual.std()), LEAST_DEVIATION)
    is_other = (keys != key) & (snapshot.article_vectors(keys) @ own < level)
    rest: Floats = evidence[order][is_other]
    return rest


def fitted(outcomes: Sequence[Outcome], articles: int) -> FoundThreshold:
    """Fit the threshold by logistic regression of "is the answer" on the evidence.

    It is the evidence at which the odds of being an answer are 1 to `WORTH_OF_ANSWER`, given
    equally many queries with and without an answer.
    """
    own = np.array([one.own for one in outcomes])
    best = np.array([one.others[0] for one in outcomes if one.others])
    ends = [one.others[-1] for one in outcomes if len(one.others) == RANK_OF_END]
    if not len(best):
        best = np.zeros(1)
    slope, middle = logistic(own, best)
    answer = max(
        middle - math.log(WORTH_OF_ANSWER) / slope, float(np.quantile(best, LEAST_REFUSED))
    )
    end = min(answer, float(np.median(ends))) if ends else answer
    return FoundThreshold(
        round(answer, 4),
        round(end, 4),
        len(outcomes),
        "learnt from the archive",
        float((own >= answer).mean()),
        float((best < answer).mean()),
        articles,
        _foreign(outcomes, answer),
    )


def _foreign(outcomes: Sequence[Outcome], answer: float) -> float | None:
    """Return what a question in a foreign language needs, by meaning alone: never more."""
    best = [one.best_meaning for one in outcomes if one.best_meaning is not None]
    if not best:
        return None
    return round(min(answer, float(np.quantile(best, REFUSED_FOREIGN))), 4)


def logistic(positive: Floats, negative: Floats) -> tuple[float, float]:
    """Return slope (> 0) and midpoint of the logistic curve between two groups of equal weight.

    Newton's method on the penalised likelihood (Hastie, Tibshirani and Friedman, "The Elements of
    Statistical Learning", 4.4.1).
    """
    values = np.concatenate([positive, negative])
    is_positive = np.arange(len(values)) < len(positive)
    weights = np.where(is_positive, 1 / len(positive), 1 / len(negative))
    centre = float((positive.mean() + negative.mean()) / 2)
    design = np.stack([values - centre, np.ones(len(values))], axis=1)
    penalty = np.diag([RIDGE / len(values), 0.0])
    solution = np.zeros(2)
    for _ in range(25):
        chances = 1 / (1 + np.exp(-np.clip(design @ solution, -30, 30)))
        gradient = design.T @ (weights * (is_positive - chances)) - penalty @ solution
        curvature = (design * (weights * chances * (1 - chances))[:, None]).T @ design + penalty
        solution += np.linalg.solve(curvature + 1e-9 * np.eye(2), gradient)
    slope = max(float(solution[0]), LEAST_SLOPE)
    return slope, centre - float(solution[1]) / slope
