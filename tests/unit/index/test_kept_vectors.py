"""Vectors that wait for their commit survive whatever ends the run."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from corpora import article
from hashing_encoder import HashingEncoder

from index.analysis import analyzer_for
from index.archive import SqliteArchive
from index.build import kept_vectors, pipeline
from index.build.kept_vectors import KeptVectors
from index.domain import Progress
from index.local import LocalStore

TEXTS = [f"text number {number}" for number in range(40)]
BATCH, SLICE = 30, 8


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_vectors, "SLICE_TEXTS", SLICE)


def ignored(_count: int) -> None:
    """Nobody watches."""


def interrupting_at(count: int) -> Callable[[int], None]:
    def listen(done: int) -> None:
        if done == count:
            raise KeyboardInterrupt

    return listen


def interrupted(folder: Path, at: int) -> None:
    encoder = HashingEncoder()
    with pytest.raises(KeyboardInterrupt):
        KeptVectors(folder, encoder.identity).encode(TEXTS, 7, encoder, interrupting_at(at))


def test_only_the_slice_that_was_interrupted_is_encoded_again(tmp_path: Path) -> None:
    interrupted(tmp_path / "kept", 3 * SLICE + 1)
    encoder, told = HashingEncoder(), list[int]()
    kept = KeptVectors(tmp_path / "kept", encoder.identity)
    vectors = kept.encode(TEXTS, 9, encoder, told.append)
    assert encoder.texts_encoded == len(TEXTS) - 3 * SLICE
    assert told == list(range(3 * SLICE + 1, len(TEXTS) + 1))
    np.testing.assert_array_equal(vectors, HashingEncoder().encode_passages(TEXTS))


@pytest.mark.parametrize("cut", [1, 20, 200])
@pytest.mark.parametrize("is_overwritten", [True, False])
def test_a_record_written_half_costs_no_other(
    tmp_path: Path, cut: int, is_overwritten: bool
) -> None:
    interrupted(tmp_path, 2 * SLICE + 1)
    (path,) = tmp_path.iterdir()
    content = path.read_bytes()
    path.write_bytes(content[:-cut] + (bytes(cut) if is_overwritten else b""))
    # What is appended after the first run is readable in the second.
    for most in (len(TEXTS) - 2 * SLICE + 1, 0):
        encoder = HashingEncoder()
        kept = KeptVectors(tmp_path, encoder.identity)
        vectors = kept.encode(TEXTS, 7, encoder, ignored)
        np.testing.assert_array_equal(vectors, HashingEncoder().encode_passages(TEXTS))
        assert encoder.texts_encoded == most


def test_vectors_of_another_encoder_are_not_used(tmp_path: Path) -> None:
    interrupted(tmp_path, 2 * SLICE + 1)
    for other in (HashingEncoder(revision="hashing-2"), HashingEncoder(dimension=32)):
        KeptVectors(tmp_path, other.identity).encode(TEXTS, 7, other, ignored)
        assert other.texts_encoded == len(TEXTS)


def test_what_is_committed_is_removed_and_the_rest_stays(tmp_path: Path) -> None:
    encoder = HashingEncoder()
    kept = KeptVectors(tmp_path, encoder.identity)
    kept.encode(TEXTS[:20], 20, encoder, ignored)
    kept.encode(TEXTS[20:], 40, encoder, ignored)
    kept.forget(20)
    assert [path.name for path in tmp_path.iterdir()] == ["40.vectors"]
    again = HashingEncoder()
    KeptVectors(tmp_path, again.identity).encode(TEXTS, 40, again, ignored)
    assert again.texts_encoded == 20
    kept.forget(40)
    assert not list(tmp_path.iterdir())


def test_an_interrupted_run_goes_on_in_the_middle_of_a_batch(tmp_path: Path) -> None:
    archive = SqliteArchive.open(tmp_path / "archive.sqlite")
    archive.put([article(f"a{number}", text) for number, text in enumerate(TEXTS)])
    store, encoder = LocalStore(tmp_path / "index", analyzer_for), HashingEncoder()

    def interrupt(progress: Progress) -> None:
        if progress.done == 2 * SLICE + 2:
            raise KeyboardInterrupt

    def run(listen: Callable[[Progress], None] | None) -> None:
        kept = KeptVectors(tmp_path / "kept", encoder.identity)
        with store.writer(encoder.identity) as writer:
            pipeline.catch_up(archive, writer, encoder, listen, BATCH, kept=kept)

    with pytest.raises(KeyboardInterrupt):
        run(interrupt)
    run(None)
    # The third slice was being encoded when it was interrupted.
    assert len(TEXTS) < encoder.texts_encoded <= len(TEXTS) + SLICE
    assert store.snapshot().stats().articles == len(TEXTS)
    assert not list((tmp_path / "kept").iterdir())
