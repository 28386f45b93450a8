"""Two workers on PostgreSQL and Milvus, one of them killed: nothing is lost, nothing doubled."""

import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from milvus_server import MilvusServer
from waiting import PATIENCE_S
from working import store_on

from index.archive.postgres import PostgresArchive
from index.domain import Article
from index.milvus.connection import Connection
from index.query import Everything, Word

PROGRAM = Path(__file__).parents[1] / "support" / "working.py"
ARTICLES = 96


def article(number: int, text: str = "harbour") -> Article:
    return Article(id=f"a{number}", title="", text=f"{text} number{number}", language="en")


@contextmanager
def started(command: Sequence[str]) -> Iterator["subprocess.Popen[str]"]:
    """A process that does not outlive the block."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_killed_worker_loses_and_doubles_nothing(
    new_database: Callable[[], str], milvus: MilvusServer
) -> None:
    address, prefix = new_database(), f"work_{uuid.uuid4().hex}"
    with PostgresArchive.open(address) as archive:
        archive.put([article(number) for number in range(ARTICLES)])
        archive.put([article(7, "ferry")])
        archive.delete(["a9"])
        command = [sys.executable, str(PROGRAM), address, milvus.uri, prefix]
        with started([*command, "1"]) as doomed:
            assert doomed.stdout is not None
            for _ in range(2):  # it has stored a range, and hangs in another
                assert doomed.stdout.readline().startswith("encoding")
            with started([*command, "1000"]) as other:
                assert other.stdout is not None
                assert other.stdout.readline().startswith("encoding")
                doomed.kill()
                said, _ = other.communicate(timeout=PATIENCE_S)
                assert other.returncode == 0
        assert "WorkReport" in said
        snapshot = store_on(archive, milvus.uri, prefix).snapshot()
        assert snapshot.stats().archive_revision == archive.last_revision()
        found = snapshot.article_ids(snapshot.match(Everything(), 1_000).keys)
        expected = {f"a{number}" for number in range(ARTICLES)} - {"a9"}
        assert sorted(found) == sorted(expected)
        assert snapshot.article_ids(snapshot.match(Word("ferry"), 10).keys) == ["a7"]
        assert snapshot.match(Word("harbour"), 1_000).total == ARTICLES - 2
        stats = snapshot.stats()
        assert (stats.articles, stats.chunks) == (ARTICLES - 1, ARTICLES - 1)
        assert snapshot.word_frequency("harbour") == ARTICLES - 2
        (rows,) = Connection(milvus.uri).call(
            lambda client: client.query(f"{prefix}_1", filter="pk >= 0", output_fields=["count(*)"])
        )
        assert rows["count(*)"] == ARTICLES - 1
