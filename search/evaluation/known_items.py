"""Test questions out of an archive itself, for comparing encoders: known items.

An article's headline asks for the article, which is searched without it. An article without a
headline of its own is asked for by its first sentence in the same way. Whoever wrote a headline
said in other words what the article says, as whoever asks does. A sentence out of the middle, as
the calibration of weights takes it, does not: its own words find its surroundings, which flatters
encoders that go by words. On the sample corpus such sentences prefer the English encoder, and
headlines the one that judgments prefer, too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from index.domain import Article
from index.text.sentences import sentence_spans
from search.evaluation.queries import Query
from search.request import Mode

LEAST_WORDS = 4
"""A shorter question asks for many articles."""

_SIGNS = re.compile(r"[^\w\s'’-]+")
"""What could be an operator to the parser of queries."""


@dataclass(frozen=True, slots=True)
class TestSet:
    """Articles to search, and judged questions: `qrels` is query id → article id → grade.

    `decides` is the mode by which encoders are compared. What people ask, hybrid search answers. A
    headline shares more words with its article than a question does, so that words alone find most
    and hide what an encoder adds: there meaning alone tells encoders apart.
    """

    __test__ = False  # the name is the field's; pytest need not look for tests in it

    articles: tuple[Article, ...]
    queries: tuple[Query, ...]
    qrels: dict[str, dict[str, int]]
    decides: Mode


def known_items(articles: Iterable[Article]) -> TestSet:
    """One question an article, where it has a headline or sentences enough; the rest compete."""
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
    """A question, empty where none can be made, and the article without it."""
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
    """The words of a text; empty where they are few."""
    words = _SIGNS.sub(" ", text).split()
    return " ".join(words) if len(words) >= LEAST_WORDS else ""
