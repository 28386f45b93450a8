"""How much an article's age counts: a bounded factor of its score. See docs/decisions/recency.md.

`RecencyRule` decides whether age counts for a query; `Recency` defines from when and how fast, and
adjusts a ranking. The scores themselves are computed elsewhere.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from index.protocols import Snapshot
from index.query import Bool, Boost, DateInterval, Node, bare_words, is_filter
from index.runtime.lru import LruCache
from index.text.messages import Message
from search.facet_types import FacetName
from search.parse.characters import is_spaceless
from search.question import Question
from search.ranking import news_words
from search.ranking.ranking import Ranking
from search.request import OFF, AppliedRecency, FusionMethod, Mode

LEAST_FACTOR = 2 / 3
"""The share of its score that even the oldest article keeps."""

DAY_S = 86_400
CURRENT_DAYS = 30
"""An archive without articles from this many recent days is historical."""

BURST_DAYS = 7
BURST_DEPTH = 30
"""The number of best articles examined for a burst."""
BURST_LEAST = 5
BURST_SHARE = 0.5
BURST_RATIO = 4.0

MOST_WORDS = 12
"""Longer queries are pasted texts, in which "today" is a word like any other."""

_DAYS_S, _WEEKS_S = 2 * DAY_S, 7 * DAY_S

NOT_WEIGHED = Message("recency does not apply to semantic search and reciprocal rank fusion")


@dataclass(frozen=True, slots=True)
class Recency:
    """Age counts from `as_of_s` with a half-life; `note` says why, unless it was requested."""

    half_life_s: float
    as_of_s: int
    note: Message | None = None

    def factors(self, published_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return `(n,)` in [LEAST_FACTOR, 1] for dates in seconds since 1970, NaN for none."""
        ages_s = np.maximum(0.0, self.as_of_s - published_s)
        share = np.where(np.isnan(ages_s), 0.0, np.exp2(-ages_s / self.half_life_s))
        return LEAST_FACTOR + (1 - LEAST_FACTOR) * share

    def weighed(self, snapshot: Snapshot, ranking: Ranking) -> Ranking:
        """Return the ranking with each score times its factor, in its new order."""
        published_s = snapshot.published_s(ranking.keys)
        ages_days = (self.as_of_s - published_s) / DAY_S
        applied = AppliedRecency(self.half_life_s / DAY_S, self.as_of_s)
        aged = ranking.aged(applied, self.factors(published_s), ages_days)
        return aged if self.note is None else aged.noted(self.note)


class RecencyRule:
    """Decide whether age counts, for one reader's queries. Safe to share between threads."""

    def __init__(self) -> None:
        self._recent: LruCache[tuple[str, int, int], int] = LruCache(16)

    def weigh(self, snapshot: Snapshot, question: Question, ranking: Ranking) -> Ranking:
        """Return the ranking adjusted for age, or unchanged."""
        request, asked, since = question.request, question.half_life_s, question.as_of_s
        if request.recency == OFF or is_filter(question.parsed.node) or not len(ranking.keys):
            return ranking
        is_rrf = request.mode is Mode.HYBRID and request.fusion is FusionMethod.RRF
        if request.mode is Mode.SEMANTIC or is_rrf:
            return ranking if asked is None else ranking.noted(NOT_WEIGHED)
        found = Recency(asked, since) if asked else self._auto(snapshot, question, ranking, since)
        return ranking if found is None else found.weighed(snapshot, ranking)

    def _auto(
        self, snapshot: Snapshot, question: Question, ranking: Ranking, since: int
    ) -> Recency | None:
        constraint = question.typed.constraint
        has_dates = FacetName.DATE in question.filters or _has_dates(constraint)
        if has_dates or not self._count(snapshot, since, CURRENT_DAYS):
            return None
        by_word = asked_for_news(question.typed.node)
        if by_word is not None:
            word, half_life = by_word
            why = Message(
                "newer articles count more, because the query asks for news now (“{0}”); "
                "recency=off turns this off",
                word,
            )
            return Recency(half_life, since, why)
        return self._burst(snapshot, ranking, since)

    def _burst(self, snapshot: Snapshot, ranking: Ranking, since: int) -> Recency | None:
        best = ranking.keys[:BURST_DEPTH]
        ages = since - snapshot.published_s(best)
        new = int(np.count_nonzero(ages <= BURST_DAYS * DAY_S))
        if new < max(BURST_LEAST, BURST_SHARE * len(best)):
            return None
        usual = self._count(snapshot, since, BURST_DAYS) / max(1, snapshot.stats().articles)
        if new / len(best) < BURST_RATIO * usual:
            return None
        why = Message(
            "newer articles count more, because {0} of the best {1} are from the last {2} days; "
            "recency=off turns this off",
            new,
            len(best),
            BURST_DAYS,
        )
        return Recency(_WEEKS_S, since, why)

    def _count(self, snapshot: Snapshot, since: int, days: int) -> int:
        """Count the articles of the last days, as of the hour."""
        hour = since // 3600

        def counted() -> int:
            start, end = hour * 3600 - days * DAY_S, (hour + 1) * 3600
            return len(snapshot.select(DateInterval(start, end, start, end)))

        return self._recent.get((snapshot.id, hour, days), counted)


def asked_for_news(node: Node) -> tuple[str, float] | None:
    """Return the phrase that shows a query is about current news, and the half-life in seconds."""
    words = [word.casefold().strip(".,;:!?") for word in islice(bare_words(node), MOST_WORDS + 1)]
    if len(words) > MOST_WORDS:
        return None
    for groups, half_life in ((news_words.OF_DAYS, _DAYS_S), (news_words.OF_WEEKS, _WEEKS_S)):
        found = _first_group(words, groups)
        if found is not None:
            return found, float(half_life)
    return None


def _first_group(words: Sequence[str], groups: frozenset[tuple[str, ...]]) -> str | None:
    for at, word in enumerate(words):
        for size in range(news_words.LONGEST_GROUP, 0, -1):
            if tuple(words[at : at + size]) in groups:
                return " ".join(words[at : at + size])
        if is_spaceless(word[:1]):
            inside = (one for one in _dense(groups) if one in word)
            if found := next(inside, None):
                return found
    return None


@functools.cache
def _dense(groups: frozenset[tuple[str, ...]]) -> Sequence[str]:
    """Return words in scripts without spaces between words: one may be part of another."""
    return sorted(group[0] for group in groups if len(group) == 1 and is_spaceless(group[0][0]))


def _has_dates(node: Node | None) -> bool:
    match node:
        case DateInterval():
            return True
        case Boost(inner):
            return _has_dates(inner)
        case Bool(must, should, must_not):
            return any(map(_has_dates, (*must, *should, *must_not)))
        case _:
            return False
