"""Work handed out: ranges without gaps, leases that end, commits in the archive's order."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hashing_encoder import HashingEncoder

from api.cli.shard import Shard
from index.analysis import analyzer_for
from index.archive import SqliteArchive
from index.build import pipeline
from index.build.workers import Worker
from index.domain import Article
from index.errors import RecordError, SettingsError
from index.ledger import SqliteSql
from index.ledger.work import Range, WorkQueue
from index.local import LocalStore
from index.protocols import Change, IndexedArticle
from index.query import Everything


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[SqliteArchive]:
    with SqliteArchive.open(tmp_path / "archive.sqlite") as opened:
        yield opened


def queue_of(archive: SqliteArchive, lease_s: float = 60) -> WorkQueue:
    return WorkQueue(SqliteSql(archive.database), size=4, lease_s=lease_s)


def article(number: int, text: str = "harbour") -> Article:
    return Article(id=f"a{number}", title="", text=text, language="en")


def encoded(changes: Sequence[Change], encoder: HashingEncoder) -> Sequence[IndexedArticle]:
    return pipeline.encode(pipeline.batch_of(changes, encoder), encoder, lambda share: None)


def test_ranges_leave_no_gap(archive: SqliteArchive) -> None:
    queue = queue_of(archive)
    queue.plan(2, 9)
    queue.plan(2, 11)
    taken = [queue.take("me") for _ in range(4)]
    assert taken == [Range(3, 6, 1), Range(7, 9, 1), Range(10, 11, 1), None]
    assert queue.done_until(2) == 2
    queue.finish(Range(7, 9, 1), HashingEncoder().identity, [])
    assert queue.done_until(2) == 2
    queue.finish(Range(3, 6, 1), HashingEncoder().identity, [])
    assert queue.done_until(2) == 9
    queue.plan(0, 11)  # the index was lost
    assert queue.take("me") == Range(1, 2, 1)


def test_a_lease_that_ended_goes_to_another(archive: SqliteArchive) -> None:
    queue = queue_of(archive, lease_s=-1)
    queue.plan(0, 4)
    first = queue.take("me")
    assert first == Range(1, 4, 1)
    assert queue.take("you") == Range(1, 4, 2)
    held = queue_of(archive)
    held.renew(first, "me")  # too late
    assert queue.take("she") == Range(1, 4, 3)
    held.renew(first, "she")
    assert queue.take("me") is None


def test_workers_commit_what_others_encoded(archive: SqliteArchive, tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "index", analyzer_for)
    queue = queue_of(archive)
    archive.put([article(number) for number in range(10)])
    archive.put([article(3, "ferry"), article(3, "night ferry")])
    archive.delete(["a5"])
    queue.plan(0, archive.last_revision())
    ours, theirs = HashingEncoder(), HashingEncoder()
    taken = queue.take("another")
    assert taken is not None
    changes = archive.changes(0, 4)
    queue.finish(taken, theirs.identity, encoded(changes[:3], theirs))
    report = Worker(archive, store, ours, queue).run()
    assert (report.indexed, report.encoded, ours.texts_encoded) == (9, 6, 6)
    snapshot = store.snapshot()
    assert snapshot.stats().archive_revision == archive.last_revision()
    found = snapshot.article_ids(snapshot.match(Everything(), 100).keys)
    assert sorted(found) == ["a0", "a1", "a2", "a3", "a4", "a6", "a7", "a8", "a9"]
    assert queue.take("anybody") is None


def test_what_another_encoder_made_is_encoded_again(archive: SqliteArchive, tmp_path: Path) -> None:
    queue = queue_of(archive)
    archive.put([article(1)])
    queue.plan(0, 1)
    taken = queue.take("another")
    assert taken is not None
    other = HashingEncoder(32, revision="other")
    queue.finish(taken, other.identity, encoded(archive.changes(0, 9), other))
    ours = HashingEncoder()
    store = LocalStore(tmp_path / "index", analyzer_for)
    assert Worker(archive, store, ours, queue).run().indexed == 1
    assert ours.texts_encoded == 1


def test_shards_part_the_records() -> None:
    records = [article(number) for number in range(200)] + [RecordError("f:1", "no text")]
    parts = [list(Shard.parse(f"{number}/3").of(records)) for number in (1, 2, 3)]
    assert sum(map(len, parts)) == len(records)
    assert all(len(part) > 40 for part in parts)
    assert parts[0] == list(Shard(1, 3).of(reversed(records)))[::-1]


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "a/b", "1/0", "-1/2"])
def test_no_shard(text: str) -> None:
    with pytest.raises(SettingsError):
        Shard.parse(text)
