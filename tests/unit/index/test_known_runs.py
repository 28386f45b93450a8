"""What is remembered of runs is bounded, and forgetting it loses nothing."""

import pytest

from index.analysis import known_runs
from index.analysis.known_runs import KnownRuns


def test_runs_are_found_by_their_terms_whether_met_before_or_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(known_runs, "_MOST_RUNS", 3)
    analysed: list[str] = []

    def terms_of(run: str) -> set[str]:
        analysed.append(run)
        return set(run.split("-"))

    runs = KnownRuns(terms_of)
    long = "c" * 50 + "-a"
    for _ in range(3):
        assert runs.holding({"a", "b", "a-b", long}, ["a"]) == {"a", "a-b", long}
        assert runs.holding({"b", "d"}, ["a"]) == set()
        assert runs.holding({"b", "d"}, ["a", "d"]) == {"d"}
    assert analysed.count(long) == 3
    assert 1 < analysed.count("a") <= 3
