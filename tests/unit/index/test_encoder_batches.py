"""Batching by length, unit rows, prompts: the parts of an encoder that need no model."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoder.batches import batch_tokens, padded, token_batches
from index.encoder.prompts import Prompts, find_prompts
from index.encoder.rows import unit_rows
from index.errors import EncoderError


@given(st.lists(st.integers(1, 300), max_size=200))
def test_batches_hold_every_row_once_and_keep_their_budget(lengths: list[int]) -> None:
    batches = list(token_batches(lengths, 512))
    assert sorted(row for rows in batches for row in rows) == list(range(len(lengths)))
    for rows in batches:
        assert len(rows) * max(lengths[row] for row in rows) <= 512 or len(rows) == 1


def test_padding_is_under_five_percent_on_news_lengths() -> None:
    lengths = np.random.default_rng(0).integers(8, 256, size=2000).tolist()
    widths = {length: -(-length // 8) * 8 for length in lengths}
    computed = sum(len(rows) * widths[lengths[rows[0]]] for rows in token_batches(lengths, 2048))
    assert sum(lengths) > 0.95 * computed


def test_padding_is_masked() -> None:
    ids, mask = padded([np.array([5, 6, 7]), np.array([8])], pad_id=1, multiple=4)
    assert ids.tolist() == [[5, 6, 7, 1], [8, 1, 1, 1]]
    assert mask.tolist() == [[1, 1, 1, 0], [1, 0, 0, 0]]


def test_rows_become_float32_unit_rows() -> None:
    rows = unit_rows(np.array([[3, 4], [0, 0]], dtype=np.float16), "x")
    assert rows.dtype == np.float32
    assert rows.tolist() == [pytest.approx([0.6, 0.8], abs=1e-3), [1, 0]]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_rows_that_are_not_finite_are_refused(bad: float) -> None:
    with pytest.raises(EncoderError, match="NaN or infinity"):
        unit_rows(np.array([[1.0, bad]]), "broken")


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("models--intfloat--multilingual-e5-small/snapshots/ab", Prompts("query: ", "passage: ")),
        ("models/e5-base-v2", Prompts("query: ", "passage: ")),
        ("x/multilingual-e5-large-instruct", Prompts(
            "Instruct: Given a web search query, retrieve relevant passages that answer the query\n"
            "Query: "
        )),
        ("BAAI/bge-small-en-v1.5", Prompts(
            "Represent this sentence for searching relevant passages: "
        )),
        ("BAAI/bge-m3", Prompts()),
        ("x/all-MiniLM-L6-v2", Prompts()),
    ],
)  # fmt: skip
def test_prompts_by_name(place: str, expected: Prompts) -> None:
    assert find_prompts({}, place) == expected


def test_configured_prompts_win() -> None:
    configured = {"query": "Q: ", "document": "D: "}
    assert find_prompts(configured, "e5-small") == Prompts("Q: ", "D: ")
    assert find_prompts({"query": "", "document": ""}, "e5-small") == Prompts(
        "query: ", "passage: "
    )


@pytest.mark.parametrize("cores", [1, 2, 4])
def test_few_texts_are_shared_out_among_the_cores(cores: int) -> None:
    lengths = [200, 180, 170, 160, 150, 140, 130, 120]
    batches = list(token_batches(lengths, batch_tokens(lengths, 2048, cores)))
    assert len(batches) >= cores
    share = -(-sum(lengths) // cores)
    assert all(len(rows) == 1 or len(rows) * lengths[rows[0]] <= share for rows in batches)
    assert sorted(row for rows in batches for row in rows.tolist()) == list(range(8))


def test_many_texts_make_batches_of_the_usual_size() -> None:
    lengths = [100] * 1000
    assert batch_tokens(lengths, 2048, cores=2) == 2048
    assert batch_tokens([3000, 10], 2048, cores=2) == 2048
