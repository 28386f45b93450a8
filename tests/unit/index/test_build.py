"""From the archive to the index: side by side, bounded, and nothing encoded twice."""

import errno
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from corpora import article
from hashing_encoder import HashingEncoder
from waiting import PATIENCE_S

from index.analysis import analyzer_for
from index.archive import SqliteArchive
from index.build import pipeline
from index.domain import Progress, Vectors
from index.local import LocalStore
from index.protocols import Change, IndexedArticle
from index.query import Everything, Exact, ExactField, Word


class Interrupted(Exception):
    """Stands for Ctrl-C."""


@pytest.fixture
def archive(tmp_path: Path) -> SqliteArchive:
    opened = SqliteArchive.open(tmp_path / "archive.sqlite")
    opened.put([article(f"a{number}", f"text number {number}") for number in range(100)])
    return opened


def interrupting_at(done: int) -> Callable[[Progress], None]:
    """A listener that interrupts between two batches: once `done` changes are handed on."""
    heard = 0

    def listen(progress: Progress) -> None:
        nonlocal heard
        heard += progress.done == done
        if heard == 2:
            raise Interrupted

    return listen


def searchable(store: LocalStore) -> int:
    return store.snapshot().match(Everything(), 1).total


def test_an_interrupted_run_goes_on_and_encodes_nothing_twice(
    archive: SqliteArchive, tmp_path: Path
) -> None:
    store, encoder = LocalStore(tmp_path / "index", analyzer_for), HashingEncoder()

    interrupt = interrupting_at(40)
    with pytest.raises(Interrupted), store.writer(encoder.identity) as writer:
        pipeline.catch_up(archive, writer, encoder, interrupt, batch_articles=10)
    assert encoder.texts_encoded == 40
    assert searchable(store) == 40
    with store.writer(encoder.identity) as writer:
        report = pipeline.catch_up(archive, writer, encoder, batch_articles=10)
    assert report.indexed == 60
    assert encoder.texts_encoded == 100
    assert searchable(store) == 100


def test_a_rebuild_that_was_interrupted_encodes_nothing_twice(
    archive: SqliteArchive, tmp_path: Path
) -> None:
    store, encoder = LocalStore(tmp_path / "index", analyzer_for), HashingEncoder()

    interrupt = interrupting_at(70)
    with pytest.raises(Interrupted):
        pipeline.reindex(archive, store, encoder, on_progress=interrupt, batch_articles=10)
    pipeline.reindex(archive, store, encoder, batch_articles=10)
    assert encoder.texts_encoded == 100
    assert searchable(store) == 100


@pytest.mark.long
def test_what_comes_in_during_a_rebuild_is_searchable_at_once_and_afterwards(
    archive: SqliteArchive, tmp_path: Path
) -> None:
    """A constant stream, so that the rebuild would never be done were it to wait for an end."""
    store, encoder = LocalStore(tmp_path / "index", analyzer_for), HashingEncoder()
    with store.writer(encoder.identity) as writer:
        pipeline.catch_up(archive, writer, encoder)
    put = 100

    def give_way() -> None:
        nonlocal put
        archive.put([article(f"a{put}", f"text number {put}")])
        archive.delete([f"a{put - 100}"])
        put += 1
        with store.writer(encoder.identity) as writer:
            pipeline.catch_up(archive, writer, HashingEncoder())
        assert found(store, f"{put - 1}") == [f"a{put - 1}"]

    pipeline.reindex(archive, store, encoder, batch_articles=10, give_way=give_way)
    assert put > 110
    assert store.snapshot().stats().archive_revision == archive.last_revision()
    assert searchable(store) == 100
    assert [found(store, f"{number}") for number in (put - 101, put - 100, put - 1)] == [
        [], [f"a{put - 100}"], [f"a{put - 1}"],
    ]  # fmt: skip


def found(store: LocalStore, word: str) -> list[str]:
    snapshot = store.snapshot()
    return snapshot.article_ids(snapshot.match(Word(word), 9).keys)


def test_a_rebuild_ends_where_no_hard_links_can_be_made(
    archive: SqliteArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_paths: object) -> None:
        raise OSError(errno.EPERM, "not permitted")

    monkeypatch.setattr("os.link", refuse)
    store, encoder = LocalStore(tmp_path / "index", analyzer_for), HashingEncoder()
    pipeline.reindex(archive, store, encoder, batch_articles=40)
    assert searchable(LocalStore(tmp_path / "index", analyzer_for)) == 100


def test_a_rebuild_of_an_earlier_version_is_forgotten(
    archive: SqliteArchive, tmp_path: Path
) -> None:
    store, encoder = LocalStore(tmp_path / "index", analyzer_for), HashingEncoder()
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "REBUILD").write_text("{}", encoding="utf-8")
    with store.writer(encoder.identity) as writer:
        pipeline.catch_up(archive, writer, encoder)
    assert not (tmp_path / "index" / "REBUILD").exists()


def test_reading_and_committing_go_on_while_a_batch_is_encoded(
    archive: SqliteArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_again, committed = threading.Event(), threading.Event()
    reads = 0
    whole_read = pipeline.read

    def read(*arguments: object) -> object:
        nonlocal reads
        reads += 1
        if reads == 3:
            read_again.set()
        return whole_read(*arguments)  # type: ignore[arg-type]

    class Waiting(HashingEncoder):
        """Encodes its second batch once the third was read and the first committed."""

        def encode_passages(
            self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
        ) -> Vectors:
            if self.texts_encoded == 10:
                assert read_again.wait(PATIENCE_S)
                assert committed.wait(PATIENCE_S)
            return super().encode_passages(texts, on_progress)

    monkeypatch.setattr(pipeline, "read", read)
    store, encoder = LocalStore(tmp_path / "index", analyzer_for), Waiting()
    with store.writer(encoder.identity) as writer:
        whole_commit = writer.commit

        def commit(articles: Sequence[IndexedArticle], removed: Sequence[str], last: int) -> str:
            snapshot = whole_commit(articles, removed, last)
            committed.set()
            return snapshot

        monkeypatch.setattr(writer, "commit", commit)
        assert pipeline.catch_up(archive, writer, encoder, batch_articles=10).indexed == 100


def test_a_failed_commit_is_raised_and_leaves_no_gap(
    archive: SqliteArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, encoder = LocalStore(tmp_path / "index", analyzer_for), HashingEncoder()
    with store.writer(encoder.identity) as writer:
        whole_commit, commits = writer.commit, 0

        def commit(articles: Sequence[IndexedArticle], removed: Sequence[str], last: int) -> str:
            nonlocal commits
            commits += 1
            if commits == 3:
                raise OSError("the disk is full")
            return whole_commit(articles, removed, last)

        monkeypatch.setattr(writer, "commit", commit)
        with pytest.raises(OSError, match="the disk is full"):
            pipeline.catch_up(archive, writer, encoder, batch_articles=10)
    assert searchable(store) == 20


def test_a_batch_of_long_texts_is_smaller(
    archive: SqliteArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "BATCH_CHARACTERS", 100)
    monkeypatch.setattr(pipeline, "_READ_AT_ONCE", 4)
    batch = pipeline.read(archive, HashingEncoder(), 0)
    assert batch is not None
    assert batch.size == 8


def test_what_changes_between_two_reads_of_a_batch_is_indexed_once(
    archive: SqliteArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, reads = archive.changes, 0

    def meddling(after: int, limit: int) -> list[Change]:
        nonlocal reads
        found = right(after, limit)
        reads += 1
        if reads == 1:
            archive.delete(["a3"])
            archive.put([article("a5", "something new")])
        return found

    monkeypatch.setattr(archive, "changes", meddling)
    store, encoder = LocalStore(tmp_path / "index", analyzer_for), HashingEncoder()
    with store.writer(encoder.identity) as writer:
        pipeline.catch_up(archive, writer, encoder)
    assert reads > 1
    assert searchable(store) == 99
    assert store.snapshot().match(Word("new"), 10).total == 1
    assert store.snapshot().match(Exact(ExactField.ID, "a5"), 10).total == 1
