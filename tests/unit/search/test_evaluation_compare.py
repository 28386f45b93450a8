"""Significance tests, comparisons, tuning and reports."""

import math
from collections.abc import Sequence
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import EvaluationError, QueryError
from search.evaluation.compare import compare, compare_by_language
from search.evaluation.evaluate import Evaluation, evaluate
from search.evaluation.measures import MEASURES
from search.evaluation.queries import Query
from search.evaluation.report import html_report, markdown_table
from search.evaluation.significance import paired_t_test, randomisation_test
from search.evaluation.tuning import best_weight, cross_validate
from search.request import Mode, SearchRequest


@pytest.mark.parametrize(
    ("differences", "p"),
    [
        ([1.0], 1.0),
        ([1.0, 1.0, 1.0], 0.25),
        ([0.1, 0.2, 0.3, 0.4, 0.5], 2 / 32),
        ([1.0, -1.0], 1.0),
        ([0.0, 0.0], 1.0),
        ([], 1.0),
        ([0.0, 0.5, 0.5, 0.5, 0.0, 0.5], 2 / 16),
    ],
)
def test_few_differences_are_counted_exactly(differences: list[float], p: float) -> None:
    assert randomisation_test(differences) == pytest.approx(p)


def test_random_signs_agree_with_the_exact_count() -> None:
    differences = [0.3, -0.1, 0.2, 0.4, -0.2, 0.1, 0.25, 0.05, -0.15, 0.35, 0.1, 0.2, -0.05, 0.15]
    signs = np.array(np.meshgrid(*[[1, -1]] * 14)).reshape(14, -1).T
    sums = np.abs(signs @ np.abs(differences))
    exact = float(np.mean(sums >= abs(sum(differences)) - 1e-9))
    p = randomisation_test(differences, rounds=20_000)
    assert p == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / 20_000))
    assert p == randomisation_test(differences, rounds=20_000)


def test_a_clear_difference_has_the_smallest_p_there_is() -> None:
    assert randomisation_test([0.1] * 50, rounds=999) == pytest.approx(1 / 1000)


@pytest.mark.parametrize(
    ("t", "freedom", "p"),
    [
        (12.706, 1, 0.05),
        (2.262, 9, 0.05),
        (4.781, 9, 0.001),
        (1.984, 100, 0.05),
        (1.9600, 100_000, 0.05),
    ],
)
def test_t_test_agrees_with_the_printed_table(t: float, freedom: int, p: float) -> None:
    half = (freedom + 1) // 2
    spread = np.array([1.0, -1.0] * half + [0.0] * (freedom + 1 - 2 * half))
    error = float(spread.std(ddof=1)) / math.sqrt(freedom + 1)
    assert paired_t_test(list(spread + t * error)) == pytest.approx(p, rel=2e-3)


def test_t_test_of_too_little_or_no_difference() -> None:
    assert paired_t_test([0.5]) == 1.0
    assert paired_t_test([0.0, 0.0, 0.0]) == 1.0
    assert paired_t_test([0.5, -0.5]) == pytest.approx(1.0)
    assert paired_t_test([0.5, 0.5]) == 0.0


@settings(max_examples=40)
@given(st.lists(st.floats(-1, 1).map(lambda value: round(value, 3)), max_size=12))
def test_tests_are_two_sided_and_give_probabilities(differences: list[float]) -> None:
    swapped = [-difference for difference in differences]
    for test in (randomisation_test, paired_t_test):
        p = test(differences)
        assert 0.0 <= p <= 1.0
        assert test(swapped) == pytest.approx(p, abs=1e-9)


BEFORE = {"q1": 0.5, "q2": 0.9, "q3": 0.2, "q4": 0.4}
AFTER = {"q1": 0.6, "q2": 0.1, "q3": 0.2, "q4": 1.0}
LANGUAGES = {"q1": "de", "q2": "de", "q3": "en", "q4": "en"}


def test_a_comparison_counts_orders_and_picks_what_changed_most() -> None:
    comparison = compare(BEFORE, AFTER)
    assert [change.query_id for change in comparison.changes] == ["q4", "q1", "q3", "q2"]
    assert (comparison.wins, comparison.losses, comparison.ties) == (2, 1, 1)
    assert comparison.difference == pytest.approx((0.1 - 0.8 + 0.6) / 4)
    assert [change.query_id for change in comparison.most_changed()] == ["q2", "q4", "q1"]
    assert [change.query_id for change in comparison.most_changed(1)] == ["q2"]
    assert comparison.randomisation_p == pytest.approx(randomisation_test([0.1, -0.8, 0.0, 0.6]))


def test_a_comparison_by_language() -> None:
    groups = compare_by_language(BEFORE, AFTER, LANGUAGES)
    assert list(groups) == ["all", "de", "en"]
    assert groups["de"].difference == pytest.approx(-0.35)
    assert groups["en"].difference == pytest.approx(0.3)
    assert len(groups["all"].changes) == 4


def test_a_comparison_needs_the_same_queries() -> None:
    with pytest.raises(EvaluationError, match="only one side has q4"):
        compare(BEFORE, {"q1": 0.6, "q2": 0.1, "q3": 0.2})
    with pytest.raises(EvaluationError, match="there are none"):
        compare({}, {})


def peak_at(best: float) -> dict[str, float]:
    return {f"q{number}": best for number in range(10)}


def measure(best: dict[str, float], weight: float, query_ids: Sequence[str]) -> float:
    return sum(1 - abs(best[query_id] - weight) for query_id in query_ids) / len(query_ids)


GRID = [number / 10 for number in range(11)]


def test_cross_validation_finds_a_peak_that_all_queries_share() -> None:
    best = peak_at(0.7)
    tuning = cross_validate(lambda w, ids: measure(best, w, ids), GRID, list(best))
    assert tuning.weight == 0.7
    assert tuning.fitted == tuning.held_out == pytest.approx(1.0)
    assert [fold.weight for fold in tuning.folds] == [0.7] * 5
    assert [weight for weight, _ in tuning.curve] == GRID
    assert sorted(q for fold in tuning.folds for q in fold.query_ids) == sorted(best)


def test_a_fold_never_chooses_its_own_weight() -> None:
    asked: list[tuple[float, frozenset[str]]] = []

    def at(weight: float, query_ids: Sequence[str]) -> float:
        asked.append((weight, frozenset(query_ids)))
        return weight if "q0" in query_ids else -weight

    ids = [f"q{number}" for number in range(6)]
    tuning = cross_validate(at, [0.0, 1.0], ids, folds=3)
    for fold in tuning.folds:
        assert fold.weight == (0.0 if "q0" in fold.query_ids else 1.0)
        assert (fold.weight, frozenset(fold.query_ids)) in asked
    assert tuning.weight == 1.0
    assert tuning.held_out < tuning.fitted


def test_tuning_does_not_depend_on_the_order_of_the_queries() -> None:
    best = {f"q{number}": number / 12 for number in range(13)}
    forth = cross_validate(lambda w, ids: measure(best, w, ids), GRID, list(best))
    back = cross_validate(lambda w, ids: measure(best, w, ids), GRID[::-1], list(best)[::-1])
    assert forth == back


def test_the_middle_of_a_plateau_is_chosen() -> None:
    assert best_weight([(0.0, 0.1), (0.1, 0.9), (0.2, 0.9), (0.3, 0.9), (1.0, 0.2)]) == 0.2
    assert best_weight([(0.4, 0.9), (0.2, 0.9)]) == 0.2
    assert best_weight([(0.3, 0.0)]) == 0.3


@pytest.mark.parametrize(
    ("weights", "ids", "folds"), [([], ["a", "b"], 2), ([0.5], ["a"], 2), ([0.5], ["a", "b"], 1)]
)
def test_tuning_needs_something_to_tune(weights: list[float], ids: list[str], folds: int) -> None:
    with pytest.raises(EvaluationError, match="cross-validation needs"):
        cross_validate(lambda w, ids: 0.0, weights, ids, folds=folds)


def test_fewer_queries_than_folds_leave_one_out() -> None:
    tuning = cross_validate(lambda w, ids: w, [0.1, 0.2], ["a", "b", "c"], folds=5)
    assert [len(fold.query_ids) for fold in tuning.folds] == [1, 1, 1]


HOSTILE = '<script>alert("x")</script> & | "quoted'


def evaluation() -> Evaluation:
    def search(request: SearchRequest) -> list[tuple[str, float]]:
        if request.query == HOSTILE and request.mode is Mode.KEYWORD:
            raise QueryError("what is <this>", query=request.query, column=3)
        return [("a", 1.0)]

    queries = [Query("<q1>", HOSTILE, "de"), Query("q2", "Fähre", "x|y"), Query("q3", "new")]
    qrels = {"<q1>": {"a": 1}, "q2": {"b": 1, "a": 1}}
    return evaluate(search, queries, qrels, [Mode.KEYWORD, Mode.HYBRID])


def test_markdown_table_has_a_row_per_mode_and_language() -> None:
    lines = markdown_table(evaluation().means).splitlines()
    assert lines[0] == f"| mode | language | {' | '.join(MEASURES)} |"
    assert lines[1] == "| --- | --- | ---: | ---: | ---: | ---: |"
    assert lines[2].startswith("| keyword | all | 0.307 | 0.500 | 0.250 | 0.250 |")
    assert [line.split(" | ")[1] for line in lines[2:5]] == ["all", "de", "x\\|y"]
    assert len(lines) == 8


class Page(HTMLParser):
    """Collects tags and text, and checks that tags close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag not in {"meta"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_html_report_stands_alone_and_escapes_everything() -> None:
    result = evaluation()
    groups = compare_by_language(
        result.scores["keyword"]["nDCG@10"],
        result.scores["hybrid"]["nDCG@10"],
        {query.id: query.language for query in result.queries},
    )
    html = html_report(HOSTILE, {"run <1>": result}, {"hybrid > keyword": groups})
    page = Page()
    page.feed(html)
    assert page.open == []
    assert "script" not in page.tags
    assert not {"src", "href", "onclick", "style"} & set(page.attributes)
    assert page.tags.count("svg") == 1
    assert page.tags.count("rect") == 2
    text = "".join(page.words)
    assert text.count(HOSTILE) >= 4, "title, heading, refusal, tooltip, table"
    assert "what is <this>" in text
    assert "hybrid > keyword" in text
    assert "1 without a judgment are left out" in text
    assert "http" not in html


def test_bars_point_up_for_a_gain_and_down_for_a_loss() -> None:
    groups = compare_by_language({"a": 0.0, "b": 1.0}, {"a": 1.0, "b": 0.5}, {"a": "de", "b": "de"})
    html = html_report("bars", {}, {"x": groups})
    assert '<rect class="gain" x="40.00" y="16.00" width="19.20" height="120.00">' in html
    assert '<rect class="loss" x="64.00" y="136.00" width="19.20" height="60.00">' in html
