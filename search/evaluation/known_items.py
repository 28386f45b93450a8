"""Make test queries from an archive itself, to compare encoders by known-item search.

An article's headline is the query for the article, which is searched without it. If an article has
no headline of its own, its first sentence is used in the same way. A headline says in other words
what the article says, as users do. A sentence from the middle, as used for calibrating weights,
does not: its own words find its context, which favours encoders that depend on words. On the sample
corpus, such sentences favour the English encoder, while headlines favour the encoder that judgments
favour, too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from index.domain import Article
from index.text.sentences import sentence_spans
from search.evaluation.queries import Query
from search.request import Mode

LEAST_WORDS = 4
"""Shorter queries match too many articles."""

_SIGNS = re.compile(r"[^\w\s'’-]+")
"""What the query parser might read as operators."""


@dataclass(frozen=True, slots=True)
class TestSet:
    """Articles to search, and judged queries: `qrels` is query id → article id → grade.

    `decides` is the mode in which encoders are compared: hybrid for real queries. A headline shares
    more words with its article than a real query does, so that words alone find most articles and
    hide what an encoder adds; only semantic search shows the difference.
    """

    __test__ = False  # the standard term; not a test class for pytest

    articles: tuple[Article, ...]
    queries: tuple[Query, ...]
    qrels: dict[str, dict[str, int]]
    decides: Mode


def known_items(articles: Iterable[Article]) -> TestSet:
    """Make one query per article with a headline or enough sentences; the others just compete."""
    searched: list[Article] = []
    queries: list[Query] = []
    for article in articles:
        question, rest = _taken_apart(article)
        searched.append(rest)
        if question:
            queries.append(Query(article.id, question, article.language))
    qrels = {query.id: {query.id: 1} for query in queries}
    return TestSet(tuple(searched), tuple(queries), qrels, Mode.SEMANTIC)


def _taken_apart(article: Article) -> tuple[str, Article]:
    """Return a query, empty if none can be made, and the article without it."""
    untitled = replace(article, title="", is_title_derived=False)
    if not article.is_title_derived and (question := _question(article.title)):
        return question, untitled
    spans = sentence_spans(article.text, article.language, article.body_start)
    if len(spans) < 2:
        return "", untitled
    start, end = spans[0]
    rest = article.text[:start] + article.text[end:]
    return _question(article.text[start:end]), replace(untitled, text=rest)


def _question(text: str) -> str:
    """Return the words of a text; empty if there are too few."""
    words = _SIGNS.sub(" ", text).split()
    return " ".join(words) if len(words) >= LEAST_WORDS else ""
