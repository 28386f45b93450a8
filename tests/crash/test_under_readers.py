"""What readers have open stays whole: files removed under them, clocks that jump, a folder gone."""

import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from corpora import article, indexed, store_of
from hashing_encoder import HashingEncoder
from newsrooms import articles_of, service_in, settings_in

from api.service.service import Service
from index.errors import IndexMissing, SnapshotGone
from index.local import LocalStore
from index.local import manifest as manifests
from index.protocols import Snapshot
from index.query import Everything, Word
from search.request import Mode, SearchRequest

DAY_S = 86_400.0


def a_store(folder: Path, commits: int = 3) -> LocalStore:
    items = indexed([article(f"a{number}", f"ferry number{number}") for number in range(commits)])
    return store_of(folder, *([item] for item in items))


def commit_again(store: LocalStore) -> None:
    with store.writer(store.snapshot().encoder) as writer:
        writer.set_calibration(store.snapshot().calibration)


def everything(snapshot: Snapshot) -> tuple[list[str], list[str], list[float]]:
    """Answers that read postings, columns and vectors."""
    ids = snapshot.article_ids(snapshot.match(Everything(), 100).keys)
    words = snapshot.article_ids(snapshot.match(Word("number1"), 100).keys)
    vector = np.eye(1, snapshot.encoder.dimension, dtype=np.float32)[0]
    return ids, words, snapshot.nearest(vector, 10).scores.tolist()


@pytest.mark.skipif(os.name == "nt", reason="Windows removes no file that is open")
def test_files_removed_under_an_open_snapshot(tmp_path: Path) -> None:
    """Mapped files stay until they are closed, whoever removes their names."""
    expected = everything(a_store(tmp_path / "index").snapshot())
    store = LocalStore(tmp_path / "index", a_store(tmp_path / "other")._analyzer_for)
    snapshot = store.snapshot()  # opened, and nothing of it read yet
    shutil.rmtree(tmp_path / "index")
    assert everything(snapshot) == expected
    with pytest.raises(IndexMissing, match="newsearch index"):
        store.snapshot()


def test_a_folder_removed_under_a_service(tmp_path: Path) -> None:
    with service_in(tmp_path / "data") as service:
        service.archive.put(articles_of(service))
        service.upkeep.sync()
        assert service.rooms.indexed().search(SearchRequest("ferry", mode=Mode.KEYWORD)).hits
        shutil.rmtree(tmp_path / "data" / "index")
        with pytest.raises(IndexMissing):
            service.rooms.indexed().search(SearchRequest("ferry", mode=Mode.KEYWORD))
        service.upkeep.sync()
        assert service.rooms.indexed().search(SearchRequest("ferry", mode=Mode.KEYWORD)).hits
        assert service.maintenance.verify().damages == ()


def test_a_replaced_snapshot_is_kept_however_old_it_is(tmp_path: Path) -> None:
    """What counts is how long ago it was replaced: a cursor may just have been given out for it."""
    store = a_store(tmp_path / "index")
    old = store.snapshot()
    path = manifests.path_of(store.folder, int(old.id))
    os.utime(path, (time.time() - 3 * DAY_S,) * 2)
    commit_again(store)
    assert everything(store.pinned(old.id)) == everything(old)


@pytest.mark.parametrize("jump_s", [DAY_S, -DAY_S, 3_000 * DAY_S, -3_000 * DAY_S])
def test_clocks_that_jump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump_s: float) -> None:
    """Between commits: nothing live is cleared away, the last snapshot stays, old ones do go."""
    store = a_store(tmp_path / "index")
    for _ in range(3):
        last = store.snapshot().id
        really = time.time()
        monkeypatch.setattr("index.local.writer.time.time", lambda now=really: now + jump_s)
        commit_again(store)
        monkeypatch.undo()
        commit_again(store)
        assert everything(store.snapshot())[0] == ["a0", "a1", "a2"]
        if jump_s < 0:
            assert store.pinned(last)
    # Files from the future, as another clock wrote them, do not stay for ever either.
    for path in (store.folder / "manifests").iterdir():
        os.utime(path, (time.time() + 3_000 * DAY_S,) * 2)
    for _ in range(70):
        commit_again(store)
    assert len(manifests.numbers(store.folder)) <= 65
    with pytest.raises(SnapshotGone):
        store.pinned("1")


def test_a_clock_that_jumps_under_a_service(tmp_path: Path) -> None:
    """The order of what was put is the archive's; only an embargo asks the clock."""
    now = datetime(2025, 3, 4, 12, tzinfo=UTC)
    settings = settings_in(tmp_path / "data")
    with Service(settings, encoder=HashingEncoder(), creates=True, clock=lambda: now) as service:
        embargoed = {"id": "later", "text": "A ferry.", "embargo": "2025-03-05T00:00:00Z"}
        for hours, text in ((0, "first ferry"), (-48, "second ferry"), (72, "third ferry")):
            now = datetime(2025, 3, 4, 12, tzinfo=UTC) + timedelta(hours=hours)
            records = [{"id": "one", "text": text, "lang": "en"}, {**embargoed, "lang": "en"}]
            service.archive.put(articles_of(service, records))
            service.upkeep.sync()
            hits = service.rooms.indexed().search(SearchRequest("ferry", mode=Mode.KEYWORD)).hits
            found = {hit.stored.article.id: hit.stored.article.text for hit in hits}
            assert found["one"] == text
            assert ("later" in found) == (hours == 72)
            assert service.upkeep.pending() == 0
        assert service.maintenance.verify().damages == ()
