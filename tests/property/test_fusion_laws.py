"""The laws that `search.ranking.fusion` states."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.domain import Candidates
from search.ranking import fusion

scores = st.floats(0, 40, width=32)
cosines = st.floats(-1, 1, width=32)
weights = st.floats(0, 1)
rows = st.lists(st.tuples(scores, cosines), min_size=1, max_size=20)


def columns(
    given_rows: list[tuple[float, float]],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    lexical, semantic = zip(*given_rows, strict=True)
    return np.array(lexical, np.float32), np.array(semantic, np.float32)


@given(rows, weights, st.floats(0, 0.9))
def test_scores_lie_between_0_and_1_and_are_the_sum_of_their_shares(
    given_rows: list[tuple[float, float]], weight: float, floor: float
) -> None:
    fused = fusion.convex(*columns(given_rows), weight, floor)
    assert np.isfinite(fused.scores).all()
    assert (fused.scores >= 0).all()
    assert (fused.scores <= 1 + 1e-9).all()
    np.testing.assert_array_equal(fused.scores, fused.lexical_share + fused.semantic_share)


@given(rows, weights, st.floats(0, 0.9), st.data())
def test_a_better_leg_never_ranks_lower(
    given_rows: list[tuple[float, float]], weight: float, floor: float, data: st.DataObject
) -> None:
    lexical, semantic = columns(given_rows)
    fused = fusion.convex(lexical, semantic, weight, floor).scores
    one = data.draw(st.integers(0, len(lexical) - 1))
    other = data.draw(st.integers(0, len(lexical) - 1))
    if lexical[one] >= lexical[other] and semantic[one] >= semantic[other]:
        assert fused[one] >= fused[other] - 1e-12


@given(rows, st.floats(0, 0.9))
def test_weight_0_and_1_give_the_order_of_one_leg(
    given_rows: list[tuple[float, float]], floor: float
) -> None:
    lexical, semantic = columns(given_rows)
    by_words = fusion.convex(lexical, semantic, 0.0, floor).scores
    by_meaning = fusion.convex(lexical, semantic, 1.0, floor).scores
    assert (np.diff(by_words[np.argsort(lexical)]) >= -1e-12).all()
    assert (np.diff(by_meaning[np.argsort(semantic)]) >= -1e-12).all()


@given(rows, weights, st.sampled_from([0.25, 2.0, 64.0]))
def test_the_scale_of_lexical_scores_does_not_matter(
    given_rows: list[tuple[float, float]], weight: float, scale: float
) -> None:
    lexical, semantic = columns(given_rows)
    lexical = np.where(lexical < 1e-30, 0, lexical).astype(np.float32)
    one = fusion.convex(lexical, semantic, weight, 0.1).scores
    other = fusion.convex(lexical * np.float32(scale), semantic, weight, 0.1).scores
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_an_article_without_a_lexical_match_gets_nothing_for_it() -> None:
    lexical = np.array([5, 0], np.float32)
    fused = fusion.convex(lexical, np.array([0.2, 0.9], np.float32), 0.5, 0.1)
    assert fused.lexical_share.tolist() == [0.5, 0.0]


def test_the_floor_is_the_hundredth_cosine_or_the_last_and_never_negative() -> None:
    ranked = np.linspace(0.9, 0.1, 200).astype(np.float32)
    assert fusion.semantic_floor(ranked) == pytest.approx(ranked[99])
    assert fusion.semantic_floor(ranked[:50]) == pytest.approx(ranked[49])
    assert fusion.semantic_floor(np.array([0.3, -0.2], np.float32)) == 0
    assert fusion.semantic_floor(np.zeros(0, np.float32)) == 0


def test_reciprocal_rank_fusion_sums_the_reciprocals() -> None:
    words = Candidates(np.array([7, 3]), np.array([9, 4], np.float32), 2)
    meaning = Candidates(np.array([3, 5]), np.array([0.8, 0.8], np.float32), 2)
    fused = fusion.reciprocal_rank(np.array([3, 5, 7]), words, meaning)
    assert fused.scores.tolist() == pytest.approx([1 / 62 + 1 / 61, 1 / 61, 1 / 61])
