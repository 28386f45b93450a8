"""The archive on SQLite: the file, its schema, threads and processes, what deleting leaves."""

import multiprocessing
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from waiting import PATIENCE_S

from index.archive import SqliteArchive, schema
from index.archive.database import Database
from index.domain import Article, ArticleFile
from index.errors import ArchiveError, ArticleNotFound

ARTICLE = Article(id="a", title="t", text="text", language="de")


def named(article_id: str, text: str = "text") -> Article:
    return replace(ARTICLE, id=article_id, text=text)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "100 % news?#ä.sqlite"


@pytest.fixture
def archive(path: Path) -> Iterator[SqliteArchive]:
    with SqliteArchive.open(path) as opened:
        yield opened


def run(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement).fetchall()


def test_articles_outlive_the_archive_object(path: Path) -> None:
    with SqliteArchive.open(path) as archive:
        archive.put([ARTICLE])
    with SqliteArchive.open(path) as archive:
        assert archive.get("a").article == ARTICLE


def test_the_file_is_as_the_design_says(archive: SqliteArchive, path: Path) -> None:
    assert run(path, "PRAGMA journal_mode") == [("wal",)]
    assert run(path, "PRAGMA user_version") == [(schema.latest_version(),)]
    tables = run(
        path, "SELECT strict FROM pragma_table_list WHERE name IN ('articles','revisions')"
    )
    assert tables == [(1,), (1,)]
    assert run(path, "SELECT count(*) FROM pragma_foreign_key_list('articles')") == [(1,)]


def test_changes_are_an_index_scan(archive: SqliteArchive, path: Path) -> None:
    archive.put([named(str(number)) for number in range(100)])
    plan = run(
        path,
        "EXPLAIN QUERY PLAN SELECT revisions.text FROM articles "
        "JOIN revisions ON revisions.revision = articles.head "
        "WHERE articles.head > 5 ORDER BY articles.head LIMIT 10",
    )
    steps = [str(step[3]) for step in plan]
    assert steps[0].startswith("SEARCH articles USING")
    assert "head>" in steps[0]
    assert not any("TEMP B-TREE" in step for step in steps)


def test_deleted_text_is_nowhere_in_the_files(path: Path, tmp_path: Path) -> None:
    secret = "Geheimnis" * 2_000
    with SqliteArchive.open(path) as archive:
        for number in range(3):
            archive.put(
                [named("b"), replace(ARTICLE, title="Geheimnis", text=f"{number} {secret}")]
            )
        archive.put([replace(ARTICLE, text="harmlos", metadata={"x": "Geheimnis"})])
        assert any(b"Geheimnis" in file.read_bytes() for file in tmp_path.iterdir())
        archive.delete(["a"])
        assert not any(b"Geheimnis" in file.read_bytes() for file in tmp_path.iterdir())
    assert not any(b"Geheimnis" in file.read_bytes() for file in tmp_path.iterdir())


def test_deleting_does_not_wait_for_a_reader(path: Path) -> None:
    with SqliteArchive.open(path, busy_timeout_s=PATIENCE_S) as archive:
        archive.put([named(str(number)) for number in range(2_000)])
        reader = archive.iterate()
        next(reader)
        done = threading.Event()

        def delete() -> None:
            archive.delete(["5"])
            done.set()

        threading.Thread(target=delete).start()
        assert done.wait(PATIENCE_S)
        assert len(list(reader)) == 1_999


def test_iterate_shows_what_was_there_at_its_first_step(archive: SqliteArchive) -> None:
    archive.put([named(str(number)) for number in range(1_200)])
    archive.delete(["7"])
    reader = archive.iterate()
    first = next(reader)
    archive.put([named("0", "new"), named("later")])
    archive.delete(["1100"])
    ids = [first.article.id, *(stored.article.id for stored in reader)]
    assert ids == [str(number) for number in range(1_200) if number != 7]
    assert archive.article_count() == 1_199


def test_an_iteration_left_early_gives_its_connection_back(archive: SqliteArchive) -> None:
    archive.put([named(str(number)) for number in range(10)])
    reader = archive.iterate()
    next(reader)
    reader.close()  # type: ignore[attr-defined]
    archive.put([named("x")])
    assert archive.article_count() == 11


def test_history_tells_every_revision(archive: SqliteArchive) -> None:
    archive.put([named("a", "1")])
    archive.put([named("a", "2")])
    assert [c.stored and c.stored.article.text for c in archive.history("a")] == ["1", "2"]
    archive.delete(["a"])
    archive.put([named("a", "3")])
    history = archive.history("a")
    assert [c.stored and c.stored.article.text for c in history] == [None, None, None, "3"]
    assert [change.revision for change in history] == [1, 2, 3, 4]
    with pytest.raises(ArticleNotFound):
        archive.history("nobody")


def test_thousands_in_one_call(archive: SqliteArchive) -> None:
    outcomes = archive.put([named(f"id {number}") for number in range(5_000)])
    assert [outcome.revision for outcome in outcomes] == list(range(1, 5_001))
    assert len(archive.revisions(range(1, 5_001))) == 5_000
    assert archive.delete([f"id {number}" for number in range(5_000)])[-1] == "id 4999"
    assert archive.article_count() == 0


def test_a_failed_put_changes_nothing(archive: SqliteArchive, path: Path) -> None:
    run(
        path,
        "CREATE TRIGGER refuse BEFORE INSERT ON revisions WHEN NEW.article_id = 'bad' "
        "BEGIN SELECT RAISE(ABORT, 'refused'); END",
    )
    with pytest.raises(ArchiveError, match="refused"):
        archive.put([named("good"), named("bad")])
    assert archive.last_revision() == 0
    archive.put([named("good")])
    assert archive.article_count() == 1


def test_a_newer_schema_is_refused(path: Path) -> None:
    SqliteArchive.open(path).close()
    run(path, f"PRAGMA user_version = {schema.latest_version() + 1}")
    for read_only in (False, True):
        with pytest.raises(ArchiveError, match="upgrade newsearch"):
            SqliteArchive.open(path, read_only=read_only)


def test_an_older_schema_is_upgraded_by_writers_only(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SqliteArchive.open(path) as archive:
        archive.put([ARTICLE])
    known = schema._migrations()
    newer = (
        schema.latest_version() + 1,
        "CREATE TABLE later (x TEXT) STRICT;\nINSERT INTO later VALUES ('; x');",
    )
    monkeypatch.setattr(
        schema, "_migrations", lambda after=0: [step for step in [*known, newer] if step[0] > after]
    )
    with pytest.raises(ArchiveError, match="opening it for writing"):
        SqliteArchive.open(path, read_only=True)
    with SqliteArchive.open(path) as archive:
        assert archive.get("a").article == ARTICLE
    assert run(path, "SELECT x FROM later") == [("; x",)]
    assert run(path, "PRAGMA user_version") == [(newer[0],)]


def test_an_archive_from_before_files_were_remembered_goes_on(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = schema._migrations
    with monkeypatch.context() as patch:
        patch.setattr(schema, "_migrations", lambda after=0: [s for s in every(after) if s[0] < 19])
        Database.open(path).close()
    run(
        path,
        "INSERT INTO revisions (revision, article_id, ingested_at, content_hash, title, text, "
        "language, authors, body_start, is_title_derived, metadata) "
        "VALUES (1, '2019/001', '2026-01-01T00:00:00Z', 'x', 't', 'old', 'en', '[]', 0, 0, '{}')",
    )
    run(path, "INSERT INTO articles (id, head, is_deleted) VALUES ('2019/001', 1, 0)")
    filed = replace(ARTICLE, id="2019/001", file=ArticleFile("/a/2019/001.txt", "2019/001"))
    with SqliteArchive.open(path) as archive:
        assert archive.get("2019/001").article.text == "old"
        assert [one.status for one in archive.put([filed])] == ["updated"]
        assert archive.ids_of_files(["/a/2019/001.txt"]) == {"/a/2019/001.txt": "2019/001"}


def test_a_migration_that_fails_leaves_the_old_schema(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    SqliteArchive.open(path).close()
    known = schema._migrations()
    broken = (
        schema.latest_version() + 1,
        "CREATE TABLE later (x TEXT) STRICT;\nINSERT INTO nowhere VALUES (1);",
    )
    with monkeypatch.context() as patch:
        patch.setattr(
            schema, "_migrations", lambda after=0: [s for s in [*known, broken] if s[0] > after]
        )
        with pytest.raises(ArchiveError, match="nowhere"):
            SqliteArchive.open(path)
    with SqliteArchive.open(path) as archive:
        archive.put([ARTICLE])
    assert run(path, "SELECT count(*) FROM sqlite_master WHERE name = 'later'") == [(0,)]


def test_what_is_no_archive_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    text = tmp_path / "text.sqlite"
    text.write_bytes(b"this is no database, but long enough to be looked at" * 10)
    with pytest.raises(ArchiveError, match="not an SQLite database"):
        SqliteArchive.open(text)
    other = tmp_path / "other.sqlite"
    run(other, "CREATE TABLE mine (x)")
    before = other.read_bytes()
    with pytest.raises(ArchiveError, match="not a newsearch archive"):
        SqliteArchive.open(other)
    assert other.read_bytes() == before


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="there is no archive"):
        SqliteArchive.open(tmp_path / "none.sqlite", read_only=True)
    assert not (tmp_path / "none.sqlite").exists()
    with pytest.raises(ArchiveError, match="folder exists"):
        SqliteArchive.open(tmp_path / "nowhere" / "a.sqlite")
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(ArchiveError, match="is empty"):
        SqliteArchive.open(tmp_path / "empty.sqlite", read_only=True)


def test_a_reader_reads_and_cannot_write(archive: SqliteArchive, path: Path) -> None:
    archive.put([ARTICLE])
    with SqliteArchive.open(path, read_only=True) as reader:
        assert reader.get("a").article == ARTICLE
        archive.put([named("b")])
        assert reader.article_count() == 2
        for write in (lambda: reader.put([ARTICLE]), lambda: reader.delete(["a"])):
            with pytest.raises(ArchiveError, match="reading only"):
                write()


def test_a_locked_archive_says_what_to_do(archive: SqliteArchive, path: Path) -> None:
    archive.put([ARTICLE])
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as other,
        SqliteArchive.open(path, busy_timeout_s=0.05) as impatient,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveError, match="wait for it and try again"):
            impatient.put([named("b")])
        assert impatient.get("a").article == ARTICLE
        other.execute("COMMIT")
        impatient.put([named("b")])


def test_a_thread_that_waits_too_long_for_another_says_what_to_do(path: Path) -> None:
    with closing(Database.open(path, busy_timeout_s=0.05)) as database, database.transaction():
        problems: list[str] = []

        def write() -> None:
            try:
                with database.transaction():
                    pass
            except ArchiveError as error:
                problems.append(str(error))

        other = threading.Thread(target=write)
        other.start()
        other.join()
        assert "busy for 0.05 s with another writer; try again" in problems[0]
        with database.connection() as reader:
            reader.execute("SELECT 1")


def test_a_closed_archive_says_so(path: Path) -> None:
    archive = SqliteArchive.open(path)
    archive.close()
    archive.close()
    with pytest.raises(ArchiveError, match="was closed"):
        archive.count()


def test_many_threads_share_one_archive(archive: SqliteArchive) -> None:
    failures: list[Exception] = []

    def work(name: int) -> None:
        try:
            for number in range(20):
                archive.put([named(f"{name}/{number}"), named("shared", f"{name}/{number}")])
                assert archive.get(f"{name}/{number}").article.text == "text"
                archive.changes(0, 5)
        except (ArchiveError, AssertionError, sqlite3.Error) as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert archive.article_count() == 8 * 20 + 1
    assert archive.last_revision() == 8 * 20 * 2


def _open_and_put(path: Path, name: int) -> None:
    with SqliteArchive.open(path) as archive:
        for number in range(10):
            archive.put([named(f"{name}/{number}")])


@pytest.mark.long
def test_many_processes_make_and_fill_one_archive(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_open_and_put, args=(path, name)) for name in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE_S)
    assert [worker.exitcode for worker in workers] == [0] * 4
    with SqliteArchive.open(path) as archive:
        assert archive.article_count() == archive.last_revision() == 40
