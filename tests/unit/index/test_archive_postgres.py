"""The archive on PostgreSQL: several writers, a server that goes away, its schema."""

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hashing_encoder import HashingEncoder
from ports import closed_port
from postgres_server import PostgresServer
from psycopg_pool import ConnectionPool
from waiting import PATIENCE_S

from api.service.service import Service
from api.settings.resolving import resolve
from index.archive.postgres import PostgresArchive
from index.archive.postgres.schema import migrations
from index.archive.rows import COLUMNS
from index.domain import Article
from index.errors import ArchiveError, ArticleNotFound
from search.request import Mode, SearchRequest

ARTICLE = Article(id="a", title="t", text="text", language="de")


def named(article_id: str, text: str = "text") -> Article:
    return replace(ARTICLE, id=article_id, text=text)


@pytest.fixture
def address(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest.fixture
def archive(address: str) -> Iterator[PostgresArchive]:
    with PostgresArchive.open(address, wait_s=PATIENCE_S) as opened:
        yield opened


def run(address: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(address) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def test_both_databases_have_the_same_columns(archive: PostgresArchive, address: str) -> None:
    statement = "SELECT column_name FROM information_schema.columns WHERE table_name = 'revisions'"
    assert {name for (name,) in run(address, statement)} == set(COLUMNS)


def test_iterate_and_history(archive: PostgresArchive) -> None:
    archive.put([named(str(number)) for number in range(1_200)])
    reader = archive.iterate()
    first = next(reader)
    archive.put([named("0", "new"), named("later")])
    assert [first.article.id, *(stored.article.id for stored in reader)] == [
        str(number) for number in range(1_200)
    ]
    assert [c.stored and c.stored.article.text for c in archive.history("0")] == ["text", "new"]
    with pytest.raises(ArticleNotFound):
        archive.history("nobody")
    archive.delete(["1", "2"])
    assert archive.article_count() == 1_199
    assert archive.size_bytes() > 0


def test_deleted_text_is_not_in_the_tables(archive: PostgresArchive, address: str) -> None:
    archive.put([named("a", "Geheimnis")])
    archive.put([named("a", "harmlos")])
    archive.delete(["a"])
    assert run(address, "SELECT count(*) FROM revisions WHERE text IS NOT NULL") == [(0,)]
    run(address, "CREATE EXTENSION pageinspect")
    pages = "SELECT count(*) FROM get_raw_page('revisions', 0) AS page WHERE position("
    assert run(address, pages + "'Geheimnis'::bytea IN page) > 0") == [(0,)]


def _put_many(address: str, name: int) -> None:
    with PostgresArchive.open(address) as archive:
        for number in range(30):
            archive.put([named(f"{name}/{number}"), named("shared", f"{name}/{number}")])


@pytest.mark.long
def test_two_machines_write_and_a_reader_misses_nothing(
    archive: PostgresArchive, address: str
) -> None:
    """A reader that goes on behind the last revision it saw finds every change once."""
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_put_many, args=(address, name)) for name in range(2)]
    for writer in writers:
        writer.start()
    seen: list[tuple[str, int]] = []
    last = 0
    while any(writer.is_alive() for writer in writers) or archive.count(last):
        for change in archive.changes(last, 7):
            seen.append((change.article_id, change.revision))
            last = change.revision
    for writer in writers:
        writer.join(PATIENCE_S)
    assert [writer.exitcode for writer in writers] == [0, 0]
    revisions = [revision for _, revision in seen]
    assert revisions == sorted(set(revisions))
    assert {name for name, _ in seen} == {
        "shared", *(f"{name}/{number}" for name in range(2) for number in range(30))
    }  # fmt: skip
    assert archive.last_revision() == 120


def test_many_open_a_new_archive_at_once(address: str) -> None:
    failures: list[ArchiveError] = []

    def work() -> None:
        try:
            PostgresArchive.open(address).close()
        except ArchiveError as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert run(address, "SELECT version FROM newsearch_schema") == [(len(migrations()),)]


@pytest.mark.long
def test_a_server_that_goes_away_is_said_and_survived(
    archive: PostgresArchive, postgres: PostgresServer
) -> None:
    archive.put([ARTICLE])
    postgres.stop()
    try:
        with pytest.raises(ArchiveError, match="failed"):
            archive.get("a")
    finally:
        postgres.start()
    assert archive.get("a").article == ARTICLE
    archive.put([named("b")])
    assert archive.article_count() == 2


class PatientPool(ConnectionPool):
    """Waits for connections as long as it takes, however soon locks are given up."""

    def __init__(self, address: str, **options: Any) -> None:
        super().__init__(address, **{**options, "timeout": PATIENCE_S})


def test_a_writer_that_waits_too_long_says_what_to_do(
    archive: PostgresArchive, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.archive.postgres.connecting.ConnectionPool", PatientPool)
    archive.put([ARTICLE])
    with psycopg.connect(address) as other, PostgresArchive.open(address) as impatient:
        other.execute("SELECT pg_advisory_xact_lock(1852143475)")
        impatient.close()
        with (
            pytest.raises(ArchiveError, match="wait for it and try again"),
            PostgresArchive.open(address, wait_s=0.2),
        ):
            pass
        assert archive.get("a").article == ARTICLE


def test_what_cannot_be_opened_says_why(postgres: PostgresServer, address: str) -> None:
    with closed_port() as port:
        told = {
            f"postgresql://newsearch:geheim@127.0.0.1:{port}/x": "cannot be reached|couldn't get",
            f"{address}_not": "does not exist|couldn't get",
            "postgresql://[": "cannot be read",
        }
        for wrong, match in told.items():
            assert_refused(wrong, match)


def assert_refused(wrong: str, match: str) -> None:
    with pytest.raises(ArchiveError, match=match) as caught:
        PostgresArchive.open(wrong, wait_s=1)
    assert "geheim" not in str(caught.value)


def test_a_newer_schema_is_refused(archive: PostgresArchive, address: str) -> None:
    run(address, "UPDATE newsearch_schema SET version = 999")
    with pytest.raises(ArchiveError, match="upgrade newsearch"):
        PostgresArchive.open(address)


def test_a_closed_archive_says_so(address: str) -> None:
    archive = PostgresArchive.open(address)
    archive.close()
    with pytest.raises(ArchiveError, match="was closed"):
        archive.count()


def test_everything_above_works_on_it(address: str, tmp_path: Path) -> None:
    """Two machines, each with an index of its own, share one archive."""
    one, two = (
        Service(
            resolve({"data_dir": tmp_path / name, "archive": address}, environ={}),
            encoder=HashingEncoder(),
            creates=True,
        )
        for name in ("one", "two")
    )
    with one, two:
        one.archive.put([named("a", "Die Fähre legt ab."), named("b", "Der Rat tagt.")])
        one.upkeep.sync()
        two.upkeep.sync()
        found = two.rooms.indexed().search(SearchRequest("Fähre", mode=Mode.KEYWORD))
        assert [hit.stored.article.id for hit in found.hits] == ["a"]
        two.archive.delete(["a"])
        one.upkeep.sync()
        assert one.rooms.indexed().search(SearchRequest("Fähre", mode=Mode.KEYWORD)).hits == ()
        assert one.stats().articles == one.stats().archived == 1
