"""Chooses a fusion weight from judgments, by k-fold cross-validation.

Knows nothing about search: a callable returns the measure of a weight on some queries. The held-out
figure is the honest one: each fold is measured with the weight that the other folds chose.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from index.errors import EvaluationError

MeasureAt = Callable[[float, Sequence[str]], float]
"""(weight, query ids) → mean measure over these queries."""

_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Fold:
    """One fold: the weight that the others chose, and its measure on these held-out queries."""

    query_ids: tuple[str, ...]
    weight: float
    held_out: float


@dataclass(frozen=True, slots=True)
class Tuning:
    """`weight` is chosen on all queries.

    `held_out` estimates its measure on new ones. `fitted` is the measure at `weight` on the queries
    that chose it, so it is optimistic. `curve` is (weight, measure on all queries), by weight.
    """

    weight: float
    fitted: float
    held_out: float
    folds: tuple[Fold, ...]
    curve: tuple[tuple[float, float], ...]


def cross_validate(
    measure_at: MeasureAt,
    weights: Sequence[float],
    query_ids: Sequence[str],
    *,
    folds: int = 5,
    seed: int = 20_240_618,
) -> Tuning:
    """Choose the best of `weights` for `query_ids`, and estimate its measure.

    Queries are assigned to folds at random but always in the same way, whatever their order; with
    fewer queries than `folds` each is a fold. Of equally good weights the middle one is chosen,
    because quality drops at the edge of a plateau. Raises EvaluationError for no weights, fewer
    than two queries or fewer than two folds.
    """
    ids = sorted(set(query_ids))
    grid = sorted(set(weights))
    if not grid or len(ids) < 2 or folds < 2:
        raise EvaluationError(
            f"cross-validation needs a weight, 2 queries and 2 folds, not {len(grid)} weights, "
            f"{len(ids)} queries and {folds} folds"
        )
    dealt = _deal(ids, min(folds, len(ids)), seed)
    measured = tuple(_fold(measure_at, grid, ids, held) for held in dealt)
    curve = tuple((weight, measure_at(weight, ids)) for weight in grid)
    weight = best_weight(curve)
    return Tuning(
        weight=weight,
        fitted=dict(curve)[weight],
        held_out=sum(fold.held_out * len(fold.query_ids) for fold in measured) / len(ids),
        folds=measured,
        curve=curve,
    )


def best_weight(curve: Sequence[tuple[float, float]]) -> float:
    """The weight of the highest measure; of several equally high ones the (lower) middle one."""
    top = max(measure for _, measure in curve)
    best = sorted(weight for weight, measure in curve if measure >= top - _SAME)
    return best[(len(best) - 1) // 2]


def _fold(
    measure_at: MeasureAt, grid: Sequence[float], ids: Sequence[str], held: tuple[str, ...]
) -> Fold:
    out = set(held)
    others = [query_id for query_id in ids if query_id not in out]
    weight = best_weight([(weight, measure_at(weight, others)) for weight in grid])
    return Fold(held, weight, measure_at(weight, held))


def _deal(ids: Sequence[str], folds: int, seed: int) -> list[tuple[str, ...]]:
    order = np.random.default_rng(seed).permutation(len(ids))
    return [tuple(sorted(ids[i] for i in order[number::folds])) for number in range(folds)]
