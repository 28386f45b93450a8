"""Check the array engine against Whoosh's own searcher, on an archive's own queries."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import cycle

import numpy as np

from api.service.stores import local_index
from api.settings.setting_types import Backend, WordEngine
from api.settings.settings import Settings
from index.domain import Keys, Progress
from index.errors import QueryError, Unsupported
from index.protocols import Articles, ProgressListener, Snapshot
from index.query import Node
from search.parse import parse

SAMPLED = 100
"""How many queries are made from the archive, a different kind each, if none are given."""

FIRST = 10
"""The best articles, which the arrays find without scoring all others, are compared as well."""

RELATIVE, ABSOLUTE = 1e-3, 1e-5
"""How far scores may differ: the arrays add float32, Whoosh float64."""

MOST_NAMED = 5
"""The most articles named per difference."""

_FORMS = (
    "{0} {1} {2}",
    '"{0} {1}"',
    "+{0} +{2}",
    "{0} {1} -{2}",
    "{3}*",
    "{0}~",
    "title:{0}",
    '"{0} {2}"~4',
    "{0} AND ({1} OR {2})",
    "{0}^3 {2}",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """What the engines answer differently to a query."""

    query: str
    why: str


@dataclass(frozen=True, slots=True)
class WhooshCheck:
    """The result: how many queries were asked, those that cannot be read, the differences."""

    asked: int
    found: int
    unread: tuple[Difference, ...]
    differences: tuple[Difference, ...]


def check_against_whoosh(
    settings: Settings,
    articles: Articles,
    queries: Sequence[str] | None,
    tell: ProgressListener,
) -> WhooshCheck:
    """Ask both engines the same queries: those given, or some made from the archive.

    Raises Unsupported on Milvus, IndexMissing, IndexCorrupt.
    """
    if settings.backend is not Backend.LOCAL:
        raise Unsupported("only a local index can be checked against Whoosh")
    ours, theirs = (local_index(settings, engine).snapshot() for engine in WordEngine)
    if queries is None:
        queries = list(sample_queries(ours, articles))
    unread, differences, found = [], [], 0
    for done, query in enumerate(queries):
        tell(Progress("comparing", done, len(queries)))
        try:
            parsed = parse(query, now=datetime.now(UTC), zone=settings.time_zone)
            answers, why = compared(ours, theirs, parsed.node)
        except (QueryError, Unsupported) as error:
            unread.append(Difference(query, str(error)))
            continue
        found += answers
        if why:
            differences.append(Difference(query, why))
    tell(Progress("comparing", len(queries), len(queries)))
    return WhooshCheck(len(queries), found, tuple(unread), tuple(differences))


def compared(ours: Snapshot, theirs: Snapshot, node: Node) -> tuple[int, str]:
    """The number of articles that match, and how two snapshots differ; empty if they do not."""
    everything = sum(ours.stats().languages.values())
    found, expected = ours.match(node, everything), theirs.match(node, everything)
    scores, right = (
        dict(zip(one.keys.tolist(), one.scores.tolist(), strict=True)) for one in (found, expected)
    )
    ids = partial(_named, ours)
    if extra := scores.keys() - right.keys():
        return len(found.keys), f"only the arrays find {ids(extra)}"
    if missing := right.keys() - scores.keys():
        return len(found.keys), f"only Whoosh finds {_named(theirs, missing)}"
    if wrong := [key for key in scores if not _is_close(scores[key], right[key])]:
        given = f"{scores[wrong[0]]:.6g} instead of {right[wrong[0]]:.6g}"
        return len(found.keys), f"scores differ for {ids(wrong)}: {given}"
    best = ours.match(node, FIRST)
    for key, score, usual in zip(best.keys.tolist(), best.scores, expected.scores, strict=False):
        if not _is_close(float(score), float(usual)):
            return len(found.keys), f"the best {FIRST} differ at {ids([key])}"
    return len(found.keys), ""


def _is_close(score: float, right: float) -> bool:
    return math.isclose(score, right, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def _named(snapshot: Snapshot, keys: Iterable[int]) -> str:
    listed = np.sort(np.array(list(keys), np.int64))
    named = ", ".join(snapshot.article_ids(listed[:MOST_NAMED]))
    more = len(listed) - MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named


def sample_queries(snapshot: Snapshot, articles: Articles, count: int = SAMPLED) -> Iterator[str]:
    """Queries of many kinds, made from words of articles in every language; the same each time."""
    forms = cycle(_FORMS)
    for words in _word_runs(snapshot, articles, count):
        yield next(forms).format(*words, words[0][:3])


def _word_runs(snapshot: Snapshot, articles: Articles, count: int) -> Iterator[Sequence[str]]:
    """Three neighbouring words each, from articles spread over the languages."""
    languages = sorted(snapshot.stats().languages)
    each = -(-count // max(1, len(languages)))
    left = count
    for language in languages:
        keys: Keys = snapshot.sample_keys(language, each, seed=0)
        found = articles.revisions(keys.tolist())
        for at, key in enumerate(keys.tolist()):
            article = found[key].article if key in found else None
            words = [word for word in article.text.split() if word.isalpha()] if article else []
            if len(words) >= 3 and left:
                start = at * 7 % (len(words) - 2)
                left -= 1
                yield words[start : start + 3]
