"""Compares two systems query by query: what changed most, and whether it could be due to chance."""

from collections.abc import Mapping
from dataclasses import dataclass

from index.errors import EvaluationError
from search.evaluation.measures import ALL
from search.evaluation.significance import paired_t_test, randomisation_test

SAME = 1e-9
"""Values closer than this are ties."""


@dataclass(frozen=True, slots=True)
class QueryChange:
    """One query's value before and after."""

    query_id: str
    before: float
    after: float

    @property
    def difference(self) -> float:
        """Positive if the second system is better."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two systems on the same queries, by one measure.

    `changes` are all queries, by difference, best gain first, then query id. `randomisation_p` and
    `t_p` are two-sided p-values of the mean difference.
    """

    changes: tuple[QueryChange, ...]
    mean_before: float
    mean_after: float
    wins: int
    losses: int
    ties: int
    randomisation_p: float
    t_p: float

    @property
    def difference(self) -> float:
        """Mean after minus mean before."""
        return self.mean_after - self.mean_before

    def most_changed(self, count: int = 10) -> tuple[QueryChange, ...]:
        """The queries that changed most, in either direction, without ties."""
        changed = [change for change in self.changes if abs(change.difference) > SAME]
        changed.sort(key=lambda change: (-abs(change.difference), change.query_id))
        return tuple(changed[:count])


def compare(before: Mapping[str, float], after: Mapping[str, float]) -> Comparison:
    """Compare two systems' values per query (one measure of `Evaluation.scores`).

    Raises EvaluationError if they cover different queries, because a paired test needs pairs.
    """
    if before.keys() != after.keys() or not before:
        odd = sorted(before.keys() ^ after.keys())
        found = f"only one side has {', '.join(odd[:3])}" if odd else "there are none"
        raise EvaluationError(f"a comparison needs the same queries on both sides: {found}")
    changes = [QueryChange(query_id, before[query_id], after[query_id]) for query_id in before]
    changes.sort(key=lambda change: (-change.difference, change.query_id))
    differences = [change.difference for change in changes]
    wins = sum(difference > SAME for difference in differences)
    losses = sum(difference < -SAME for difference in differences)
    return Comparison(
        changes=tuple(changes),
        mean_before=sum(before.values()) / len(before),
        mean_after=sum(after.values()) / len(after),
        wins=wins,
        losses=losses,
        ties=len(changes) - wins - losses,
        randomisation_p=randomisation_test(differences),
        t_p=paired_t_test(differences),
    )


def compare_by_language(
    before: Mapping[str, float], after: Mapping[str, float], languages: Mapping[str, str]
) -> dict[str, Comparison]:
    """`all` and each language of the queries (`languages` by query id) → comparison."""
    groups = {ALL: compare(before, after)}
    for language in sorted({languages[query_id] for query_id in before}):
        members = [query_id for query_id in before if languages[query_id] == language]
        groups[language] = compare(
            {query_id: before[query_id] for query_id in members},
            {query_id: after[query_id] for query_id in members},
        )
    return groups
