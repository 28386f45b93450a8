"""Could the difference between two systems on the same queries be due to chance?

Two-sided paired tests of per-query differences, after Smucker, Allan and Carterette, "A comparison
of statistical significance tests for information retrieval evaluation" (CIKM 2007), who recommend
the randomisation test and find that the t-test agrees with it.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

_EXACT_LIMIT = 13
_BATCH = 1000


def randomisation_test(
    differences: Sequence[float], *, rounds: int = 10_000, seed: int = 20_240_618
) -> float:
    """The p-value of the mean difference under random signs of the differences.

    With up to 13 non-zero differences every assignment of signs is counted exactly; beyond that
    `rounds` random ones plus the observed one, so that p is never 0. The same differences always
    give the same p. 1.0 if nothing differs.
    """
    sizes = np.abs(np.asarray(differences, dtype=np.float64))
    observed = abs(math.fsum(differences))
    sizes = sizes[sizes > 0]
    # Sums are compared up to rounding, or the observed assignment might not count itself.
    threshold = observed - 1e-9 * float(sizes.sum())
    if sizes.size <= _EXACT_LIMIT:
        sums = _all_signs(sizes.size) @ sizes
        return float(np.mean(np.abs(sums) >= threshold))
    random = np.random.default_rng(seed)
    extreme, left = 0, rounds
    while left > 0:
        batch = min(_BATCH, left)
        signs = random.integers(0, 2, size=(batch, sizes.size)) * 2.0 - 1.0
        extreme += int(np.sum(np.abs(signs @ sizes) >= threshold))
        left -= batch
    return (extreme + 1) / (rounds + 1)


def paired_t_test(differences: Sequence[float]) -> float:
    """The p-value of Student's paired t-test.

    1.0 if nothing differs, or with fewer than two differences, which say nothing about their
    spread.
    """
    values = np.asarray(differences, dtype=np.float64)
    if values.size < 2 or not values.any():
        return 1.0
    error = float(values.std(ddof=1)) / math.sqrt(values.size)
    if error <= 1e-12 * float(np.abs(values).max()):
        return 0.0
    statistic = abs(float(values.mean())) / error
    return float(2 * stdtr(values.size - 1, -statistic))


def _all_signs(count: int) -> NDArray[np.float64]:
    """`(2 ** count, count) float64`: every row of signs, 1 and -1."""
    bits = np.arange(2**count)[:, None] >> np.arange(count)[None, :]
    return ((bits & 1) * 2 - 1).astype(np.float64)
