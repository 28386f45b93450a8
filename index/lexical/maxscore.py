"""The k best articles for a bag of terms without scoring every article that matches.

MaxScore (Turtle and Flood, "Query evaluation: strategies and optimizations", 1995), list by list:
terms are processed from the most to the least that they can add. Once the k-th best score so far
exceeds all that the remaining terms can add together, articles not seen yet can no longer enter the
result, and the remaining (long) lists are only looked up for articles that still can. Scores and
order are exactly those of a full evaluation; the number of matches is counted, not estimated. A
term that occurs scores more than 0, so the scores alone show which articles match.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.lexical.evaluate import (
    EMPTY,
    LanguagePart,
    Matches,
    Ordinals,
    scores_at,
)
from index.lexical.plan import BoolPlan, Plan, TermPlan

_ROUNDING = 1 + 1e-5
"""Scores are summed in float32, in a different order from bounds."""


WORTH_SKIPPING = 20_000
"""Postings; scoring fewer is faster than looking them up."""


@dataclass(frozen=True, slots=True)
class Best:
    """All matches that may be among the k best, with exact scores, and the total number."""

    matches: Matches
    total: int


def bag_of_terms(plan: Plan) -> tuple[TermPlan, ...] | None:
    """The terms of a plan that consists of optional terms only; otherwise None."""
    if not isinstance(plan, BoolPlan) or plan.must or plan.must_not or len(plan.should) < 2:
        return None
    terms = tuple(part for part in plan.should if isinstance(part, TermPlan))
    return terms if len(terms) == len(plan.should) else None


def best_of_bag(
    part: LanguagePart,
    terms: Sequence[TermPlan],
    k: int,
    domain: Ordinals | None,
    threshold: float,
) -> Best:
    """The best matches of one part. Articles below `threshold` may be omitted."""
    bounds = [part.bound(term) * _ROUNDING for term in terms]
    order = sorted(range(len(terms)), key=bounds.__getitem__, reverse=True)
    possible = remaining = sum(bounds)
    unread = sum(term.document_frequency for term in terms)
    scores = np.zeros(len(part.columns), np.float32)
    sample = EMPTY.docs
    scored = 0
    while scored < len(order) and (threshold <= remaining or unread < WORTH_SKIPPING):
        at = order[scored]
        matches = part.evaluate(terms[at], domain)
        np.add.at(scores, matches.docs, matches.scores)
        if len(sample) < k:
            sample = matches.docs
        remaining -= bounds[at]
        unread -= terms[at].document_frequency
        scored += 1
        # The k-th best of some articles is at most that of all, and the first lists are short.
        if len(sample) >= k and remaining < possible - remaining:
            threshold = max(threshold, kth_best(scores.take(sample), k))
    if scored == len(order):
        docs = np.flatnonzero(scores >= threshold if threshold > 0 else scores > 0)
        return Best(Matches(docs, scores.take(docs)), int(np.count_nonzero(scores > 0)))
    seen = scores > 0
    docs = np.flatnonzero(scores >= (threshold - remaining) / _ROUNDING)
    found = Matches(docs, scores.take(docs))
    for at in order[scored:]:
        found = _still_possible(found, threshold - remaining)
        more = part.evaluate(terms[at], found.docs)
        found = Matches(found.docs, found.scores + scores_at(more, found.docs))
        seen[part.holders(terms[at], domain)] = True
        remaining -= bounds[at]
        if len(found) >= k:
            threshold = max(threshold, kth_best(found.scores, k))
    return Best(_still_possible(found, threshold), int(np.count_nonzero(seen)))


def _still_possible(matches: Matches, least: float) -> Matches:
    kept = matches.scores >= least / _ROUNDING if least > 0 else slice(None)
    return Matches(matches.docs[kept], matches.scores[kept])


def kth_best(scores: NDArray[np.float32], k: int) -> float:
    """The k-th largest of at least k scores."""
    return float(np.partition(scores, len(scores) - k)[len(scores) - k])
