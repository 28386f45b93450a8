"""The measures, against values worked out by hand; and a whole evaluation."""

import json
import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.domain import Progress
from index.errors import EvaluationError, QueryError
from search.evaluation.evaluate import Refusal, evaluate
from search.evaluation.measures import MEASURES, mean_by_language, score_queries
from search.evaluation.queries import Query
from search.request import Mode, SearchRequest

QRELS = {"q1": {"a": 3, "b": 1, "c": 0}, "q2": {"a": 1}}


def ranked(*article_ids: str) -> list[tuple[str, float]]:
    return [(article_id, float(-place)) for place, article_id in enumerate(article_ids)]


def test_gains_are_linear_as_in_trec_eval() -> None:
    scores = score_queries({"q1": ranked("b", "c", "a")}, QRELS)
    gained = 1 + 3 / math.log2(4)
    ideal = 3 + 1 / math.log2(3)
    assert scores["nDCG@10"]["q1"] == pytest.approx(gained / ideal)
    exponential = (1 + 7 / math.log2(4)) / (7 + 1 / math.log2(3))
    assert scores["nDCG@10"]["q1"] != pytest.approx(exponential, abs=1e-3)


def test_binary_measures_count_grade_1_and_more() -> None:
    scores = score_queries({"q1": ranked("c", "x", "b", "a")}, QRELS)
    assert scores["MRR@10"]["q1"] == pytest.approx(1 / 3)
    assert scores["AP"]["q1"] == pytest.approx((1 / 3 + 2 / 4) / 2)
    assert scores["R@100"]["q1"] == 1.0


def test_cut_offs_are_10_and_100() -> None:
    late = {"q2": ranked(*(f"x{place}" for place in range(10)), "a")}
    scores = score_queries(late, QRELS)
    assert scores["nDCG@10"]["q2"] == scores["MRR@10"]["q2"] == 0.0
    assert scores["R@100"]["q2"] == 1.0
    assert scores["AP"]["q2"] == pytest.approx(1 / 11)
    too_late = {"q2": ranked(*(f"x{place}" for place in range(100)), "a")}
    assert score_queries(too_late, QRELS)["R@100"]["q2"] == 0.0


def test_an_unanswered_judged_query_counts_as_0_and_an_unjudged_one_not_at_all() -> None:
    scores = score_queries({"q1": ranked("a", "b"), "stray": ranked("a")}, {**QRELS, "none": {}})
    for name in MEASURES:
        assert scores[name] == {"q1": 1.0, "q2": 0.0}


def test_a_query_without_a_relevant_article_counts_as_0() -> None:
    scores = score_queries({"q": ranked("a")}, {"q": {"a": 0}})
    assert all(scores[name] == {"q": 0.0} for name in MEASURES)


@pytest.mark.parametrize("gap", [0.0, 1e-12])
@pytest.mark.parametrize("other", ["0", "z"])
def test_ties_keep_the_order_of_the_ranking(other: str, gap: float) -> None:
    first = score_queries({"q2": [("a", 1.0), (other, 1.0 - gap)]}, QRELS)
    assert all(first[name]["q2"] == 1.0 for name in MEASURES)
    second = score_queries({"q2": [(other, 1.0), ("a", 1.0 - gap)]}, QRELS)
    assert second["MRR@10"]["q2"] == second["AP"]["q2"] == 0.5
    assert second["nDCG@10"]["q2"] == pytest.approx(1 / math.log2(3))


@settings(max_examples=40)
@given(
    st.permutations(list("abcdefgh")),
    st.dictionaries(st.sampled_from("abcdxy"), st.integers(0, 3), min_size=1),
)
def test_ndcg_is_the_textbook_formula(order: list[str], grades: dict[str, int]) -> None:
    def discounted(gains: Sequence[int]) -> float:
        return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains[:10], 1))

    ideal = discounted(sorted(grades.values(), reverse=True))
    expected = discounted([grades.get(name, 0) for name in order]) / ideal if ideal else 0.0
    got = score_queries({"q": ranked(*order)}, {"q": grades})["nDCG@10"]["q"]
    assert got == pytest.approx(expected)


def test_means_by_language() -> None:
    scores = {"AP": {"q1": 1.0, "q2": 0.5, "q3": 0.0}}
    languages = {"q1": "fr", "q2": "de", "q3": "de", "unjudged": "es"}
    means = mean_by_language(scores, languages)
    assert means == {"all": {"AP": 0.5}, "de": {"AP": 0.25}, "fr": {"AP": 1.0}}
    assert list(means) == ["all", "de", "fr"]
    with pytest.raises(EvaluationError, match="no query has a judgment"):
        mean_by_language({"AP": {}}, {})


QUERIES = [
    Query("q1", "harbour strike", "en"),
    Query("q2", '"Hafen', "de"),
    Query("q9", "never judged", "fr"),
]


class Engine:
    """Finds `a` and then `b`, or in semantic mode `b` alone; refuses an open quotation."""

    def __init__(self) -> None:
        self.requests: list[SearchRequest] = []

    def __call__(self, request: SearchRequest) -> list[tuple[str, float]]:
        self.requests.append(request)
        if request.query.count('"') % 2:
            raise QueryError("the quotation is not closed", query=request.query, column=0)
        return ranked("b") if request.mode is Mode.SEMANTIC else ranked("a", "b", "c")


def test_evaluate_asks_judged_queries_as_typed_in_every_mode() -> None:
    engine = Engine()
    steps: list[Progress] = []
    result = evaluate(
        engine, QUERIES, {**QRELS, "q7": {"a": 1}}, [Mode.HYBRID, Mode.SEMANTIC], 2, steps.append
    )
    assert engine.requests == [
        SearchRequest(query=query.text, mode=mode, limit=2)
        for mode in (Mode.HYBRID, Mode.SEMANTIC)
        for query in QUERIES[:2]
    ]
    assert [(step.phase, step.done, step.total) for step in steps] == [
        ("evaluate hybrid", 1, 4),
        ("evaluate hybrid", 2, 4),
        ("evaluate semantic", 3, 4),
        ("evaluate semantic", 4, 4),
    ]
    assert result.queries == tuple(QUERIES[:2])
    assert result.unjudged == ("q9",)
    assert result.unasked == ("q7",)
    assert result.runs["hybrid"] == {"q1": tuple(ranked("a", "b")), "q2": ()}


def test_evaluate_gives_means_per_mode_and_language_and_lists_refusals() -> None:
    result = evaluate(Engine(), QUERIES, QRELS, [Mode.HYBRID, Mode.SEMANTIC])
    assert list(result.means) == ["hybrid", "semantic"]
    assert list(result.means["hybrid"]) == ["all", "de", "en"]
    assert result.means["hybrid"]["all"] == dict.fromkeys(MEASURES, 0.5)
    assert result.means["hybrid"]["en"] == dict.fromkeys(MEASURES, 1.0)
    assert result.means["hybrid"]["de"] == dict.fromkeys(MEASURES, 0.0)
    assert result.means["semantic"]["en"]["R@100"] == 0.5
    assert [(r.mode, r.query_id, r.text) for r in result.refusals] == [
        (Mode.HYBRID, "q2", '"Hafen'),
        (Mode.SEMANTIC, "q2", '"Hafen'),
    ]
    assert isinstance(result.refusals[0], Refusal)
    assert "not closed" in result.refusals[0].why
    assert json.loads(json.dumps(result.means)) == result.means


def test_evaluate_needs_a_judged_query() -> None:
    with pytest.raises(EvaluationError, match="none of the 3 queries has a judgment"):
        evaluate(Engine(), QUERIES, {"other": {"a": 1}}, [Mode.HYBRID])


def test_other_errors_pass_through() -> None:
    def broken(request: SearchRequest) -> list[tuple[str, float]]:
        raise RuntimeError(request.query)

    with pytest.raises(RuntimeError, match="harbour"):
        evaluate(broken, QUERIES, QRELS, [Mode.HYBRID])
