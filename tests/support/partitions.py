"""Measures of a partition against the true one."""

from collections.abc import Mapping


def b_cubed(found: Mapping[str, str], true: Mapping[str, str]) -> tuple[float, float, float]:
    """B-cubed precision, recall and F1 (Bagga and Baldwin 1998), over the items of `true`.

    For each item: what share of its found group belongs to it, what share of its true group was
    found with it; the means, and their harmonic mean.
    """
    precision = recall = 0.0
    for item in true:
        group = {other for other in true if found[other] == found[item]}
        own = {other for other in true if true[other] == true[item]}
        precision += len(group & own) / len(group) / len(true)
        recall += len(group & own) / len(own) / len(true)
    return precision, recall, 2 * precision * recall / (precision + recall)
