"""The search among a segment's vectors: like NumPy's, whatever passes, with and without codes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from corpora import article, indexed, store_of
from numpy.typing import NDArray

from index.domain import Approximation, Vectors
from index.errors import DamagedFile
from index.segment import float16, sealing
from index.segment.faiss_indexes import CodeIndex
from index.segment.segment import CODES_FILE
from index.segment.vectors import ChunkVectors

ARTICLES, DIMENSION = 5_000, 256


def clustered(count: int, seed: int, centres: int = 300) -> Vectors:
    """Unit rows around centres, as texts lie around topics."""
    topics = np.random.default_rng(1).normal(size=(centres, DIMENSION))
    chance = np.random.default_rng(seed)
    rows = topics[chance.integers(0, centres, count)] + chance.normal(size=(count, DIMENSION))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows, np.float32)


@pytest.fixture(scope="module")
def offsets() -> NDArray[np.int64]:
    """Articles of one to four chunks."""
    sizes = np.random.default_rng(5).integers(1, 5, ARTICLES)
    return np.concatenate([[0], np.cumsum(sizes)])


@pytest.fixture(scope="module")
def stored(offsets: NDArray[np.int64]) -> float16.HalfVectors:
    return float16.rounded(clustered(int(offsets[-1]), 2))


@pytest.fixture(scope="module")
def sealed(stored: float16.HalfVectors) -> tuple[CodeIndex, Approximation]:
    found = sealing.seal(stored)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def answers(
    offsets: NDArray[np.int64], stored: float16.HalfVectors
) -> list[tuple[Vectors, NDArray[np.float32]]]:
    """Queries, each with the best cosine of every article, by NumPy."""
    rows = stored.astype(np.float32)
    return [
        (query, np.asarray(np.maximum.reduceat(rows @ query, offsets[:-1]), np.float32))
        for query in clustered(20, 3)
    ]


@pytest.mark.parametrize("percent", [0.01, 1, 10, 50, 99, 100])
@pytest.mark.parametrize("k", [10, 500])
@pytest.mark.parametrize("has_codes", [False, True])
def test_the_best_articles_are_those_of_numpy(
    offsets: NDArray[np.int64],
    stored: float16.HalfVectors,
    sealed: tuple[CodeIndex, Approximation],
    answers: list[tuple[Vectors, NDArray[np.float32]]],
    percent: float,
    k: int,
    has_codes: bool,
) -> None:
    vectors = ChunkVectors(stored, offsets, *(sealed if has_codes else ()))
    chance = np.random.default_rng(int(percent * 100))
    passing = max(1, int(ARTICLES * percent / 100))
    allowed = np.sort(chance.choice(ARTICLES, passing, replace=False))
    found_of_the_best = []
    for query, best in answers:
        expected = np.sort(best[allowed])[::-1][: min(k, passing)]
        ordinals, scores = vectors.nearest(query, k, None if percent == 100 else allowed)
        assert len(ordinals) == len(set(ordinals.tolist())) == min(k, passing)
        assert np.isin(ordinals, allowed).all()
        np.testing.assert_allclose(scores, best[ordinals], atol=1e-6)
        assert (np.diff(scores) <= 0).all()
        top = min(10, len(expected))
        found_of_the_best.append((scores[:top] >= expected[:top].min() - 1e-6).mean())
        if not has_codes:
            np.testing.assert_allclose(scores, expected, atol=1e-6)
    assert np.mean(found_of_the_best) >= 0.99


def test_a_large_segment_is_sealed_with_a_recall_that_others_measure_too(
    offsets: NDArray[np.int64],
    stored: float16.HalfVectors,
    sealed: tuple[CodeIndex, Approximation],
) -> None:
    codes, approximation = sealed
    assert approximation.codec == "PQ64x4fs"
    assert approximation.recall >= 0.995
    vectors = stored.astype(np.float32)
    hits = 0
    for query in clustered(100, 4):
        best = np.argsort(-(vectors @ query))[:10]
        seeming = codes.nearest(query[None], approximation.refined)[0]
        hits += len(np.intersect1d(best, seeming))
    assert hits / 1000 >= 0.99


def test_held_out_rows_are_turned_to_the_sides_to_which_rows_spread() -> None:
    spread = np.where(np.arange(DIMENSION) < 16, 1.0, 0.1)
    sample = np.random.default_rng(8).normal(size=(2_000, DIMENSION)) * spread
    sample = (sample / np.linalg.norm(sample, axis=1, keepdims=True)).astype(np.float32)
    rows = sample[:100]
    turned = sealing._turned_away(rows, sample)
    np.testing.assert_allclose(np.linalg.norm(turned, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose((turned * rows).sum(axis=1), sealing.NEARNESS, atol=1e-5)
    sides = turned - sealing.NEARNESS * rows
    assert (sides[:, :16] ** 2).sum() > 5 * (sides[:, 16:] ** 2).sum()


def test_equal_rows_have_codes_too() -> None:
    row = np.zeros(DIMENSION)
    row[0] = 1
    found = sealing.seal(float16.rounded(np.tile(row, (sealing.LEAST_CHUNKS, 1))))
    assert found is not None
    assert found[1].recall == 1


def test_sealing_is_repeatable(
    stored: float16.HalfVectors, sealed: tuple[CodeIndex, Approximation]
) -> None:
    again = sealing.seal(stored)
    assert again is not None
    assert again[1] == sealed[1]


def test_what_codes_cannot_tell_apart_stays_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(6).normal(size=(9_000, DIMENSION))
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    monkeypatch.setattr("index.segment.sealing.MOST_REFINED", 100)
    assert sealing.seal(float16.rounded(noise)) is None


def test_small_segments_stay_exact(stored: float16.HalfVectors) -> None:
    assert sealing.seal(stored[: sealing.LEAST_CHUNKS - 1]) is None


def test_every_half_is_converted_exactly() -> None:
    every = np.arange(2**16, dtype=np.uint16).view(np.float16)
    finite = every[np.isfinite(every)][:, None]
    np.testing.assert_array_equal(float16.single(finite), finite.astype(np.float32))
    one = np.ones(1, np.float32)
    np.testing.assert_array_equal(float16.products(finite, one), finite[:, 0].astype(np.float32))


def test_the_best_chunk_of_each_article_is_found_at_once(
    offsets: NDArray[np.int64], stored: float16.HalfVectors
) -> None:
    query = clustered(1, 8)[0]
    ordinals = np.array([17, 3, 4_242, 17])
    vectors = ChunkVectors(stored, offsets)
    rows, scores = vectors.best_rows(query, ordinals), vectors.best_scores(query, ordinals)
    products = stored.astype(np.float32) @ query
    for ordinal, row, score in zip(ordinals, rows, scores, strict=True):
        own = products[offsets[ordinal] : offsets[ordinal + 1]]
        assert row == offsets[ordinal] + own.argmax()
        assert score == pytest.approx(own.max(), abs=1e-6)


def test_codes_are_written_named_and_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.segment.sealing.LEAST_CHUNKS", 500)
    monkeypatch.setattr("index.segment.sealing.MOST_REFINED_SHARE", 1)
    items = [
        replace(item, vectors=float16.rounded(item.vectors).astype(np.float32))
        for item in indexed([article(f"a{i}", f"text {i}") for i in range(600)], chunks=2)
    ]
    store = store_of(tmp_path / "index", items)
    (coded,) = store.snapshot().stats().approximations
    assert coded.chunks == 1_200
    assert coded.approximation.codec == "PQ4x4fs"
    query = items[5].vectors[1]
    assert store.snapshot().nearest(query, 1).keys.tolist() == [6]
    (path,) = (tmp_path / "index").rglob(CODES_FILE)
    size = path.stat().st_size
    path.write_bytes(b"x" * size)
    fresh = type(store)(tmp_path / "index", store._analyzer_for)
    with pytest.raises(DamagedFile, match=r"codes\.faiss: its checksum .*newsearch repair"):
        fresh.snapshot()
    with pytest.raises(DamagedFile, match="cannot be opened"):
        CodeIndex.open(path, coded.chunks)
    CodeIndex.train(items[0].vectors.repeat(300, axis=0)).write(path)
    with pytest.raises(DamagedFile, match="not the codes of this segment"):
        CodeIndex.open(path, coded.chunks)
