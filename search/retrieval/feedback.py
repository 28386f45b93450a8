"""Pseudo-relevance feedback: widen a query by what its best articles are about.

RM3: the relevance model of Lavrenko and Croft, "Relevance-based language models" (SIGIR 2001),
mixed with the query as in Abdul-Jaleel et al., "UMass at TREC 2004: Novelty and HARD": the 10 best
articles, 10 terms, half the weight for the query, as in Anserini. Unlike there, a term's share of
an article is smoothed with a Dirichlet prior, so that an article without text does not count as
much as a long one, and its weight is multiplied by its idf instead of dropping frequent terms
(docs/languages.md has measurements of both). Term vectors come from analysing the articles again as
they were indexed; a term is searched for by a word that it stands for.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from index.domain import Article, Candidates
from index.protocols import Analyzer, Articles, Snapshot
from index.query import Bool, Boost, Node, Word
from index.runtime import deadline


@dataclass(frozen=True, slots=True)
class FeedbackParameters:
    """The number of articles used and of terms added, and the weight of the original query.

    `prior` is added to an article's length, in words.
    """

    articles: int = 10
    terms: int = 10
    query_weight: float = 0.5
    prior: float = 1000.0


STANDARD = FeedbackParameters()

_LONGEST_WORD = 20

_Term: TypeAlias = tuple[str, str]
"""A language and a term of it."""


def expanded(
    snapshot: Snapshot,
    archive: Articles,
    node: Node,
    meaning: str,
    found: Candidates,
    parameters: FeedbackParameters = STANDARD,
) -> Node:
    """Return `node` with terms of its best articles (`found`); `meaning` are the query's words.

    Return `node` itself if nothing was found. Raises ArchiveError.
    """
    keys = found.keys[: parameters.articles].tolist()
    stored = archive.revisions(keys)
    scored = [
        (stored[key].article, score)
        for key, score in zip(keys, found.scores.tolist(), strict=False)
        if key in stored
    ]
    telling = telling_words(snapshot, scored, parameters)
    if not telling:
        return node
    asked = _asked(snapshot.analyzer(scored[0][0].language), meaning)
    added = (Boost(Word(w), (1 - parameters.query_weight) * share) for w, share in telling)
    return Bool(should=(Boost(node, parameters.query_weight / max(1, asked)), *added))


def telling_words(
    snapshot: Snapshot, scored: Sequence[tuple[Article, float]], parameters: FeedbackParameters
) -> list[tuple[str, float]]:
    """Return the most informative words of some articles, with shares that add up to 1.

    Each article is weighted by its score.
    """
    model: dict[_Term, float] = defaultdict(float)
    spellings: dict[_Term, str] = {}
    for article, score in scored:
        deadline.check()
        counts = _counts(snapshot.analyzer(article.language), article, spellings)
        length = counts.total() + parameters.prior
        for term, count in counts.items():
            model[term] += score * count / length
    size = snapshot.stats().articles
    for term in model:
        model[term] *= _idf(size, snapshot.word_frequency(spellings[term]))
    chosen = sorted(model.items(), key=lambda item: (-item[1], item[0]))[: parameters.terms]
    mass = sum(weight for _, weight in chosen)
    return [(spellings[term], weight / mass) for term, weight in chosen if weight > 0]


def _idf(articles: int, holders: int) -> float:
    """Return the weight of a term in `holders` of the articles; 0 if all of them contain it."""
    return math.log(articles / min(max(1, holders), articles))


def _asked(analyzer: Analyzer, meaning: str) -> int:
    """Return the number of words in a query, not counting stop words."""
    return sum(not analyzer.is_stop_word(word) for word in analyzer.split(meaning))


def _counts(analyzer: Analyzer, article: Article, spellings: dict[_Term, str]) -> Counter[_Term]:
    """Count each word's own term in an article; `spellings` keeps one word for each."""
    title = "" if article.is_title_derived else article.title
    counts: Counter[_Term] = Counter()
    for word in (*analyzer.split(title), *analyzer.split(article.text)):
        if 2 <= len(word) <= _LONGEST_WORD and word.isalnum() and not analyzer.is_stop_word(word):
            term = (article.language, analyzer.terms(word).terms[0])
            counts[term] += 1
            spellings.setdefault(term, word)
    return counts
