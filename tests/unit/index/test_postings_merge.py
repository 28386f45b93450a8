"""Merged postings are those of an index made anew, whatever the size of a block."""

from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file

from index.analysis import analyzer_for
from index.segment import arrays
from index.segment.postings import Postings, invert
from index.segment.postings_merge import Part, PostingsMerge

WORDS = ["Wahl", "Bürgermeisterwahl", "Wahlen", "Rat", "Sicherheitsrat", "U.S.", "Straße", "rät"]
ANALYZER = analyzer_for("de")

texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
articles = st.lists(st.tuples(texts, texts, st.booleans()), max_size=6)
"""Title, body, and whether the article is kept."""


def inverted(kept: list[tuple[int, str, str]]) -> Postings:
    return invert(kept, ANALYZER).postings


def merged(made: PostingsMerge) -> dict[str, np.ndarray]:
    found = {name: [np.zeros(0, shape.dtype)] for name, shape in made.shapes("de").items()}
    for name, values in made.pieces("de"):
        found[name].append(values)
    return {name: np.concatenate(values) for name, values in found.items()}


def spelt(postings: Postings) -> list[list[str]]:
    """For each term, the word as written at each of its positions; empty for a part of a word."""
    return [
        [
            postings.spellings_of(term)[form - 1] if form else ""
            for form in postings.forms_of(term).tolist()
        ]
        for term in range(len(postings.terms))
    ]


@given(segments=st.lists(articles, min_size=1, max_size=4), block=st.integers(1, 12))
def test_a_merge_is_what_inverting_all_kept_articles_gives(
    segments: list[list[tuple[str, str, bool]]], block: int
) -> None:
    parts: list[Part] = []
    kept: list[tuple[int, str, str]] = []
    for segment in segments:
        ordinals = np.full(len(segment), -1, np.int32)
        for at, (title, body, is_kept) in enumerate(segment):
            if is_kept:
                ordinals[at] = len(kept)
                kept.append((len(kept), title, body))
        given_articles = [(at, title, body) for at, (title, body, _) in enumerate(segment)]
        parts.append(Part(inverted(given_articles), ordinals))
    made = PostingsMerge(parts, block)
    found, oracle = merged(made), inverted(kept).to_arrays("de")
    assert set(found) == set(oracle)
    for name, shape in made.shapes("de").items():
        assert found[name].dtype == shape.dtype
        assert found[name].shape == shape.lengths
    # Forms of deleted articles stay while their term does, and count: they only rank suggestions.
    assert spelt(Postings.from_arrays(found, "de")) == spelt(Postings.from_arrays(oracle, "de"))
    forms = ("surface", "written", "spelling", "forms")
    for name in oracle:
        if not name.startswith(tuple(f"de/{form}" for form in forms)):
            np.testing.assert_array_equal(found[name], oracle[name], err_msg=name)
    if all(is_kept for _, _, is_kept in chain.from_iterable(segments)):
        for name in ("de/surfaces.blob", "de/surface_terms", "de/surface_counts"):
            np.testing.assert_array_equal(found[name], oracle[name], err_msg=name)


def test_arrays_written_in_pieces_are_read_alike_by_the_safetensors_library(tmp_path: Path) -> None:
    halves = np.arange(12, dtype=np.float16).reshape(4, 3)
    whole: dict[str, np.ndarray] = {
        "ids": np.arange(5, dtype=np.uint8),
        "none": np.zeros((0, 2), np.int32),
    }
    shapes = {"halves": arrays.Shape(halves.dtype, halves.shape), **arrays.shapes_of(whole)}
    pieces = [
        ("halves", halves[:1]),
        *whole.items(),
        ("halves", halves[1:1]),
        ("halves", halves[1:]),
    ]
    path = tmp_path / "a.safetensors"
    arrays.write_pieces(path, shapes, pieces)
    for read in (load_file(path), arrays.open_mapped(path)):
        assert set(read) == {"halves", "ids", "none"}
        np.testing.assert_array_equal(read["halves"], halves)
        np.testing.assert_array_equal(read["ids"], whole["ids"])
        assert read["none"].shape == (0, 2)


def test_released_arrays_are_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    arrays.write(path, {"numbers": np.arange(100_000)})
    mapped = arrays.open_mapped(path)
    before = mapped["numbers"].sum()
    mapped.release()
    assert mapped["numbers"].sum() == before


@pytest.mark.parametrize("pieces", [[], [np.arange(2)], [np.arange(4)]])
def test_pieces_that_do_not_make_up_an_array_are_refused(
    pieces: list[np.ndarray], tmp_path: Path
) -> None:
    shapes = {"numbers": arrays.Shape(np.dtype(np.int64), (3,))}
    with pytest.raises(ValueError, match="numbers"):
        arrays.write_pieces(tmp_path / "a", shapes, [("numbers", piece) for piece in pieces])
    with pytest.raises(ValueError, match="int32"):
        arrays.write_pieces(tmp_path / "a", shapes, [("numbers", np.arange(3, dtype=np.int32))])
