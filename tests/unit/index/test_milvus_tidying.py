"""Tidying on Milvus: what only expired snapshots show goes, what a kept one shows stays."""

import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from corpora import RANDOM_ENCODER, article, indexed
from milvus_server import MilvusServer

from index.analysis import analyzer_for
from index.archive import Database
from index.errors import SnapshotGone
from index.ledger import SqliteSql
from index.lexical.bm25 import Bm25Parameters
from index.milvus import IndexLocation, MilvusStore
from index.milvus import writer as writing
from index.milvus.connection import Connection
from index.query import Word

pytestmark = pytest.mark.long


@pytest.fixture
def place(milvus: MilvusServer, tmp_path: Path) -> Iterator[IndexLocation]:
    database = Database.open(tmp_path / "archive.sqlite")
    connection = Connection(milvus.uri)
    prefix = f"tidy_{uuid.uuid4().hex}"
    yield IndexLocation(connection, SqliteSql(database), prefix, analyzer_for, Bm25Parameters())
    connection.close()
    database.close()


@pytest.fixture
def store(place: IndexLocation) -> MilvusStore:
    """Article `a` at key 1, replaced at key 3; `b` at key 2."""
    made = MilvusStore(place, lambda _keys: {})
    with made.writer(RANDOM_ENCODER) as writer:
        writer.commit(indexed([article("a", "bridge"), article("b", "bridge")]), [], 2)
        writer.commit(indexed([article("a", "ferry")], 3), [], 3)
    return made


def keys_on_the_server(place: IndexLocation, generation: int = 1) -> list[int]:
    rows = place.connection.call(
        lambda client: client.query(
            f"{place.prefix}_{generation}", filter="pk >= 0", output_fields=["key"], limit=100
        )
    )
    return sorted(row["key"] for row in rows)


def tidy(store: MilvusStore) -> None:
    with store.writer(RANDOM_ENCODER) as writer:
        assert not writer.merge()


def test_replaced_rows_go_with_the_last_snapshot_that_shows_them(
    store: MilvusStore, place: IndexLocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = store.pinned("1")
    tidy(store)
    assert keys_on_the_server(place) == [1, 2, 3]
    assert old.match(Word("bridge"), 9).keys.tolist() == [1, 2]
    monkeypatch.setattr(writing, "KEEP_SNAPSHOTS_S", -1.0)
    tidy(store)
    assert keys_on_the_server(place) == [2, 3]
    with pytest.raises(SnapshotGone):
        store.pinned("1")
    for opened in (store, MilvusStore(place, lambda _keys: {})):
        snapshot = opened.snapshot()
        assert snapshot.match(Word("bridge"), 9).keys.tolist() == [2]
        assert snapshot.match(Word("ferry"), 9).keys.tolist() == [3]
        assert snapshot.word_frequency("bridge") == 1


def test_a_failed_rebuild_leaves_the_old_index(
    store: MilvusStore, place: IndexLocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "KEEP_SNAPSHOTS_S", -1.0)
    with contextlib.suppress(RuntimeError), store.rebuild(RANDOM_ENCODER) as writer:
        writer.commit(indexed([article("c", "tower")], 9), [], 9)
        writer.merge()
        raise RuntimeError
    assert store.snapshot().match(Word("bridge"), 9).keys.tolist() == [2]
    assert store.snapshot().match(Word("tower"), 9).total == 0
    assert alias_of(place) == f"{place.prefix}_1"
    store.abandon_rebuild()
    tidy(store)
    assert collections_of(place) == {f"{place.prefix}_1"}


def test_the_old_generation_goes_after_its_time(
    store: MilvusStore, place: IndexLocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = store.snapshot()
    with store.rebuild(RANDOM_ENCODER) as writer:
        writer.commit(indexed([article("a", "tower")], 9), [], 9)
        writer.merge()
    assert alias_of(place) == f"{place.prefix}_2"
    assert store.snapshot().match(Word("tower"), 9).keys.tolist() == [9]
    tidy(store)
    assert store.pinned(old.id).match(Word("ferry"), 9).keys.tolist() == [3]
    monkeypatch.setattr(writing, "KEEP_SNAPSHOTS_S", -1.0)
    tidy(store)
    assert collections_of(place) == {f"{place.prefix}_2"}
    assert store.snapshot().match(Word("tower"), 9).keys.tolist() == [9]


def alias_of(place: IndexLocation) -> str:
    answer = place.connection.call(lambda client: client.describe_alias(f"{place.prefix}_live"))
    return str(answer["collection_name"])


def collections_of(place: IndexLocation) -> set[str]:
    names = place.connection.call(lambda client: client.list_collections())
    return {name for name in names if name.startswith(place.prefix)}
