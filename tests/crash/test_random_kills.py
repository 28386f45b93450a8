"""Sessions killed at random instants: nothing acknowledged is lost, nothing else appears.

Each life is one data folder through many kills. What a session does follows from the seed, and so
does where it is killed by event; where it is killed by time depends on the machine, too.
"""

import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from corpora import MEMORY
from killed_sessions import Kill, Log, SessionServer, applied, session_server
from newsrooms import service_in

from api.service.service import Service
from index.backup import restore_backup
from index.local import manifest as manifests
from index.query import Everything, Word

KILLS = 25
"""Of each life."""

LIVES = 10
LIVES_SLOW = 120
LONGEST_S = 0.15
MOST_EVENTS = 250


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[SessionServer]:
    began = time.monotonic()
    with session_server() as running:
        yield running
    capture = request.config.pluginmanager.getplugin("capturemanager")
    assert capture is not None
    with capture.global_and_fixture_disabled():
        print(f"\n{running.kills} sessions killed in {time.monotonic() - began:.0f} s")


@pytest.fixture
def place() -> Iterator[Path]:
    """In memory where that can be: what a killed process wrote is in the system's hands anyway."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


@pytest.mark.parametrize(
    "life",
    [
        *range(LIVES),
        *(pytest.param(life, marks=pytest.mark.slow) for life in range(LIVES, LIVES_SLOW)),
    ],
)
def test_nothing_acknowledged_is_lost(server: SessionServer, place: Path, life: int) -> None:
    chance = random.Random(life)
    folder, state = place / "data", dict[str, str]()
    for number in range(KILLS):
        kill = Kill(after_s=chance.uniform(0.002, LONGEST_S))
        if chance.random() < 0.5:
            kill = Kill(at_event=chance.randint(1, MOST_EVENTS))
        seed, path = f"{life}/{number}", place / "log"
        server.run(folder, path, seed, kill)
        log = Log.read(path, state)
        assert not log.failure, (seed, kill, log.failure)
        path.unlink(missing_ok=True)
        state = checked(place, log, f"life/number {seed}, {kill}")
        if chance.random() < 0.3:
            caught_up(folder, state, f"life/number {seed}, {kill}")
    caught_up(folder, state, f"life {life}")
    assert_no_leftovers(folder, is_rebuild_forgotten=True)
    assert_backups_leave_nothing(place)


def test_two_writers_that_are_both_killed(server: SessionServer, place: Path) -> None:
    """Both put articles at once; the index has one writer at a time, the other is refused."""
    folder, chance, states = place / "data", random.Random(2), [dict[str, str](), dict[str, str]()]
    refused = 0
    with service_in(folder) as service:
        service.upkeep.sync()
    with session_server() as other, ThreadPoolExecutor(2) as both:
        for number in range(10 * KILLS):
            if number >= KILLS and refused:
                break
            runs = []
            for name, one in (("a", server), ("b", other)):
                kill = Kill(after_s=chance.uniform(0.1, 0.3), sharing=name)
                log = place / f"{name}.log"
                log.unlink(missing_ok=True)
                runs.append(both.submit(one.run, folder, log, f"{name}{number}", kill))
            assert all(run.result() for run in runs)
            for name, at in (("a", 0), ("b", 1)):
                log_of = Log.read(place / f"{name}.log", states[at])
                refused += log_of.refused
                assert not log_of.failure, (number, log_of.failure)
                with service_in(folder) as service:
                    states[at] = settled(service, log_of, f"{name}{number}", prefix=name)
                    assert service.maintenance.verify().damages == (), number
        server.kills += other.kills
    assert refused, "the two never met"
    caught_up(folder, {**states[0], **states[1]}, "two writers")
    assert_no_leftovers(folder, is_rebuild_forgotten=True)


def settled(service: Service, log: Log, where: str, prefix: str = "") -> dict[str, str]:
    """What is archived: all that was acknowledged, with all or nothing of the last change."""
    archived = {
        one.article.id: one.article.text
        for one in service.archive.iterate()
        if one.article.id.startswith(prefix)
    }
    assert archived in (log.state, applied(log.state, log.pending or {})), where
    assert service.upkeep.indexed_revision() >= log.indexed_revision, where
    return archived


def checked(place: Path, log: Log, where: str) -> dict[str, str]:
    """The state after a kill: what was acknowledged, with all or nothing of the last change."""
    for name, held in log.backups.items():
        assert_holds(place, name, held, where)
    with service_in(place / "data") as service:
        archived = settled(service, log, where)
        assert service.maintenance.verify().damages == (), where
        assert_consistent(service, where)
    return archived


def assert_consistent(service: Service, where: str) -> None:
    """One snapshot: each article once, of one revision of the archive's, findable by its words."""
    if not service.upkeep.indexed_revision():
        return
    snapshot = service.store.snapshot()
    keys = snapshot.match(Everything(), 10_000).keys
    ids = snapshot.article_ids(keys)
    assert len(set(ids)) == len(ids), where
    texts = service.archive.revisions(keys.tolist())
    for key, article_id in list(zip(keys.tolist(), ids, strict=True))[-5:]:
        if key in texts:  # else it was deleted since
            assert texts[key].article.id == article_id, where
            word = texts[key].article.text.split()[-1].rstrip(".")
            assert snapshot.article_ids(snapshot.match(Word(word), 5).keys) == [article_id], where


def assert_holds(place: Path, name: str, held: dict[str, str], where: str) -> None:
    """An acknowledged backup is whole, and holds the articles of its moment."""
    again = place / "again"
    restore_backup(place / name, again)
    with service_in(again) as service:
        archived = {one.article.id: one.article.text for one in service.archive.iterate()}
        assert archived == held, where
        assert service.maintenance.verify().damages == (), where
    shutil.rmtree(again)


def caught_up(folder: Path, state: dict[str, str], where: str) -> None:
    """Indexing goes on from whatever is there, and leaves just what is needed."""
    with service_in(folder) as service:
        service.upkeep.sync()
        if not service.archive.last_revision():
            return  # every session was killed before it had put an article
        snapshot = service.store.snapshot()
        ids = snapshot.article_ids(snapshot.match(Everything(), 10_000).keys)
        assert sorted(ids) == sorted(state), where
        assert service.upkeep.pending() == 0, where
        assert not service.upkeep.is_behind(), where
        with service.upkeep.writing() as writer:
            writer.set_calibration(snapshot.calibration)
        assert service.maintenance.verify().damages == (), where
    assert_no_leftovers(folder)


def assert_no_leftovers(folder: Path, *, is_rebuild_forgotten: bool = False) -> None:
    """After a commit, nothing is there but what kept snapshots and a rebuild name."""
    index = folder / "index"
    if is_rebuild_forgotten:
        with service_in(folder) as service:
            service.store.abandon_rebuild()
            with service.upkeep.writing() as writer:
                writer.set_calibration(service.store.snapshot().calibration)
    assert not (is_rebuild_forgotten and (index / "rebuild").exists())
    kept = [manifests.read(index, number) for number in manifests.numbers(index)]
    entries = [entry for manifest in kept for entry in manifest.segments]
    segments = {entry.name for entry in entries}
    tombstones = {entry.tombstones for entry in entries if entry.tombstones}
    assert {path.name for path in (index / "segments").iterdir()} == segments
    assert {path.name for path in (index / "tombstones").iterdir()} == tombstones
    assert len(list((index / "manifests").iterdir())) == len(manifests.numbers(index))
    places = {"CURRENT", "manifests", "segments", "tombstones"}
    places |= {"rebuild", "rebuild.lock", "write.lock"}
    assert {path.name for path in index.iterdir()} <= places


def assert_backups_leave_nothing(place: Path) -> None:
    """The next backup clears away what killed ones left, here and beside the data."""
    with service_in(place / "data") as service:
        service.maintenance.backup(place / "last")
        service.maintenance.backup(place / "last.tar")
    assert not [path for path in place.iterdir() if path.name.startswith(".")]
    assert not [path for path in (place / "data").iterdir() if path.name.startswith(".backup")]
