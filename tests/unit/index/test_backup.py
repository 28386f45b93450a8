"""Backups: made while others write, verified, restored to an equal data folder."""

import json
import shutil
import tarfile
import threading
import zipfile
from pathlib import Path

import pytest
from filelock import FileLock
from newsrooms import RECORDS, articles_of, service_in

from api.service.service import Service
from index.backup import contents, making, restore_backup
from index.backup.restoring import verify_backup
from index.errors import BackupError, Unsupported

KINDS = ["backup", "backup.tar", "backup.zip"]


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    with service_in(folder) as service:
        service.archive.put(articles_of(service))
        service.upkeep.sync()
        service.archive.delete(["ferry-2"])
        service.upkeep.sync()
        service.feeds.add("https://paper.example/rss")
    (folder / "newsearch.toml").write_text("port = 8080\n", encoding="utf-8")
    return folder


def back_up(folder: Path, target: Path) -> contents.Contents:
    with service_in(folder) as service:
        return service.maintenance.backup(target)


def test_articles_in_postgresql_are_left_to_its_own_tools(tmp_path: Path) -> None:
    address = "postgresql://nobody@127.0.0.1:1/none"
    with (
        service_in(tmp_path / "data", archive=address) as service,
        pytest.raises(Unsupported, match="pg_dump"),
    ):
        service.maintenance.backup(tmp_path / "news.tar")
    assert not (tmp_path / "news.tar").exists()
    docs = (Path(__file__).parents[3] / "docs" / "ingest.md").read_text(encoding="utf-8")
    assert "`pg_dump`" in docs


def state(service: Service) -> tuple[object, ...]:
    """What a data folder holds and answers."""
    articles = [(one.revision, one.content_hash) for one in service.archive.iterate()]
    snapshot = service.store.snapshot()
    found = sorted(
        one.article.id for one in service.rooms.indexed().matching("ferry OR bridge OR Hafen")
    )
    feeds = [feed.url for feed in service.feeds.all()]
    return articles, snapshot.stats().archive_revision, found, feeds


@pytest.mark.parametrize("name", KINDS)
def test_a_round_trip(filled: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / "safe" / name
    made = back_up(filled, target)
    assert made.articles == len(RECORDS) - 1
    assert verify_backup(target) == made
    restored, kept = restore_backup(target, tmp_path / "again")
    assert (restored, kept) == (made, None)
    with service_in(filled) as before, service_in(tmp_path / "again") as after:
        assert state(after) == state(before)
        assert after.upkeep.pending() == 0
        after.archive.put(articles_of(after, [{"id": "new", "text": "A ferry.", "lang": "en"}]))
        after.upkeep.sync()
        assert "new" in [one.article.id for one in after.rooms.indexed().matching("ferry")]
    assert (tmp_path / "again" / "newsearch.toml").exists()
    assert not list(filled.glob(".backup-*"))
    assert verify_backup(target) == made, "using the restored folder leaves the backup alone"


def test_an_archive_without_an_index(tmp_path: Path) -> None:
    with service_in(tmp_path / "data") as service:
        service.archive.put(articles_of(service))
        service.maintenance.backup(tmp_path / "backup")
    restore_backup(tmp_path / "backup", tmp_path / "again")
    with service_in(tmp_path / "again") as service:
        assert service.archive.article_count() == len(RECORDS)
        assert service.upkeep.pending() == len(RECORDS)


def test_while_a_writer_writes(tmp_path: Path) -> None:
    """Every backup holds a whole state: an index that is not newer than its archive."""
    folder, stop = tmp_path / "data", threading.Event()
    failures: list[BaseException] = []

    def write(service: Service) -> None:
        number = 0
        try:
            while not stop.is_set():
                number += 1
                record = {"id": f"n{number % 40}", "text": f"Ferry {number}.", "lang": "en"}
                service.archive.put(articles_of(service, [record]))
                service.upkeep.sync()
        except BaseException as error:
            failures.append(error)
            raise

    with service_in(folder) as service:
        service.archive.put(articles_of(service))
        service.upkeep.sync()
        writer = threading.Thread(target=write, args=[service])
        writer.start()
        try:
            for number in range(6):
                name = KINDS[number % 3]
                service.maintenance.backup(tmp_path / f"{number}" / name)
        finally:
            stop.set()
            writer.join()
    assert failures == []
    for number in range(6):
        again = tmp_path / f"again-{number}"
        restore_backup(tmp_path / f"{number}" / KINDS[number % 3], again)
        with service_in(again) as restored:
            revision = restored.store.snapshot().stats().archive_revision
            assert revision <= restored.archive.last_revision()
            restored.upkeep.sync()
            assert restored.upkeep.pending() == 0
            articles = restored.archive.article_count()
            assert restored.store.snapshot().stats().articles == articles


def test_what_is_there_is_not_overwritten(filled: Path, tmp_path: Path) -> None:
    target = tmp_path / "backup.tar"
    back_up(filled, target)
    with pytest.raises(BackupError, match="already exists"):
        back_up(filled, target)
    with pytest.raises(BackupError, match="not empty"):
        restore_backup(target, filled)
    (filled / "mark").touch()
    _, kept = restore_backup(target, filled, replaces=True)
    assert kept is not None
    assert (kept / "mark").exists()
    assert not (filled / "mark").exists()
    empty = tmp_path / "empty"
    empty.mkdir()
    restore_backup(target, empty)


@pytest.mark.parametrize("name", KINDS)
def test_damage_is_noticed_before_anything_is_put_in_place(
    filled: Path, tmp_path: Path, name: str
) -> None:
    target = tmp_path / name
    back_up(filled, target)
    if target.is_dir():
        path = target / "archive.sqlite"
        path.write_bytes(path.read_bytes()[:-1] + b"\1")
    else:
        data = bytearray(target.read_bytes())
        place = data.find(b"SQLite format 3") + 5000
        data[place] ^= 0xFF
        target.write_bytes(data)
    with pytest.raises(BackupError, match=r"archive\.sqlite"):
        restore_backup(target, tmp_path / "again")
    assert not (tmp_path / "again").exists()
    assert not list(tmp_path.glob(".again-*"))


def test_missing_files_and_things_that_are_no_backup(filled: Path, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "backup")
    shutil.rmtree(tmp_path / "backup" / "index")
    with pytest.raises(BackupError, match="missing"):
        verify_backup(tmp_path / "backup")
    junk = tmp_path / "junk.tar"
    junk.write_bytes(b"junk" * 1000)
    for path in (junk, tmp_path / "nothing.tar", filled):
        with pytest.raises(BackupError):
            verify_backup(path)


@pytest.mark.parametrize("evil", ["../evil", "/tmp/evil", "a/../../evil", ".hidden", "a\\b"])
def test_paths_that_lead_elsewhere_are_refused(tmp_path: Path, evil: str) -> None:
    listed = {
        "format": 1, "created_at": "", "version": "", "articles": 0,
        "files": {evil: {"size_bytes": 4, "sha256": "x"}},
    }  # fmt: skip
    packed = tmp_path / "evil.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("backup.json", json.dumps(listed))
        archive.writestr(evil, "evil")
    with pytest.raises(BackupError, match="path that no backup has"):
        restore_backup(packed, tmp_path / "again")
    assert not (tmp_path / "evil").exists()


def test_links_in_a_packed_backup_are_not_followed(filled: Path, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "backup")
    packed = tmp_path / "linked.tar"
    with tarfile.open(packed, "w") as archive:
        archive.add(tmp_path / "backup" / "backup.json", "backup.json")
        link = tarfile.TarInfo("archive.sqlite")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    with pytest.raises(BackupError, match="missing or damaged"):
        restore_backup(packed, tmp_path / "again")


def test_what_killed_backups_left_goes_with_the_next(filled: Path, tmp_path: Path) -> None:
    mark = making._mark(filled)
    for left in (filled / f"{mark}a", tmp_path / f"{mark}b", tmp_path / ".backup-another-folders"):
        left.mkdir()
        (left / "archive.sqlite").touch()
    (tmp_path / f"{mark}news.tar").touch()
    back_up(filled, tmp_path / "news.tar")
    assert not list(filled.glob(".backup-*"))
    assert [path.name for path in tmp_path.glob(".backup-*")] == [".backup-another-folders"]


def test_one_backup_at_a_time(filled: Path, tmp_path: Path) -> None:
    with (
        FileLock(filled / making.LOCK_FILE),
        pytest.raises(BackupError, match="another backup of this folder is in progress"),
    ):
        back_up(filled, tmp_path / "news.tar")
    assert back_up(filled, tmp_path / "news.tar").articles


def test_what_a_killed_restore_left_goes_with_the_next(filled: Path, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "news.tar")
    for left in (".again.restoring-a", ".another.restoring-b"):
        (tmp_path / left).mkdir()
        (tmp_path / left / "archive.sqlite").touch()
    restore_backup(tmp_path / "news.tar", tmp_path / "again")
    assert [path.name for path in tmp_path.glob(".*")] == [".another.restoring-b"]


def test_one_restore_to_a_folder_at_a_time(filled: Path, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "news.tar")
    with (
        FileLock(tmp_path / ".again.restoring-lock"),
        pytest.raises(BackupError, match="another backup is being restored to it"),
    ):
        restore_backup(tmp_path / "news.tar", tmp_path / "again")
    assert not (tmp_path / "again").exists()
