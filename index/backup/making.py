"""Making a backup while others write.

Segments never change, so a snapshot of the index is pinned by hard links, or by copies if the file
system has none; then SQLite copies the database as of one moment. Anything written in the meantime
is not in the backup, or only in its archive. The backup appears whole or not at all; what one that
was killed has left is cleared away by the next, so there is one at a time.
"""

import hashlib
import shutil
import sqlite3
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.archive import Database
from index.backup import contents
from index.backup.contents import Contents, FileEntry
from index.domain import Progress
from index.errors import BackupError, IndexMissing
from index.files import durable
from index.local import manifest as manifests
from index.protocols import ProgressListener
from index.segment import tombstones

ATTEMPTS = 10
ARCHIVE_FILE = "archive.sqlite"
INDEX_FOLDER = "index"
SETTINGS_FILE = "newsearch.toml"
SYNONYM_FILES = "synonyms*.txt"
LOCK_FILE = "backup.lock"


def make_backup(
    data_dir: Path,
    database: Database,
    target: Path,
    version: str,
    on_progress: ProgressListener | None = None,
) -> Contents:
    """Back up to a new folder, or to a single file if `target` ends in `.tar` or `.zip`.

    Raises BackupError, ArchiveError.
    """
    if target.exists() or target.is_symlink():
        raise BackupError(f"{target}: this already exists; choose another name")
    pack = {".tar": _tar, ".zip": _zip}.get(target.suffix.lower())
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Next to the data if everything is packed anyway: hard links cannot cross file systems.
        place = data_dir if pack else target.parent
        with _alone(data_dir, target), _staging(place, _mark(data_dir)) as staging:
            _hold_index(data_dir / INDEX_FOLDER, staging / INDEX_FOLDER)
            articles = _copy_archive(database, staging / ARCHIVE_FILE)
            for path in (data_dir / SETTINGS_FILE, *sorted(data_dir.glob(SYNONYM_FILES))):
                if path.exists():
                    shutil.copyfile(path, staging / path.name)
            files = _described(staging, on_progress or (lambda progress: None))
            made = Contents(
                datetime.now(UTC).isoformat(timespec="seconds"), version, articles, files
            )
            (staging / contents.NAME).write_bytes(made.to_json())
            if pack is None:
                staging.rename(target)
            else:
                _packed(pack, staging, target, made, _mark(data_dir))
    except Timeout as error:
        raise BackupError(
            f"{data_dir}: another backup of this folder is in progress; wait for it to finish"
        ) from error
    except OSError as error:
        raise BackupError(f"{target}: the backup failed ({error})") from error
    return made


def _mark(data_dir: Path) -> str:
    """The prefix of the names of a data folder's unfinished backups, wherever they are made."""
    return f".backup-{hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]}-"


@contextmanager
def _alone(data_dir: Path, target: Path) -> Iterator[None]:
    """Lock out other backups of this folder, and clear away what killed ones left behind."""
    with FileLock(data_dir / LOCK_FILE, timeout=0):
        for folder in {data_dir, target.parent}:
            for path in folder.glob(f"{_mark(data_dir)}*"):
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
        yield


@contextmanager
def _staging(folder: Path, mark: str) -> Iterator[Path]:
    staging = Path(tempfile.mkdtemp(prefix=mark, dir=folder))
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _hold_index(index: Path, target: Path) -> None:
    """Link one snapshot; if a writer removes files meanwhile, take the next one."""
    for attempt in range(ATTEMPTS):
        try:
            _link_snapshot(index, target)
        except FileNotFoundError:
            shutil.rmtree(target, ignore_errors=True)
            if attempt == ATTEMPTS - 1:
                raise
        except IndexMissing:
            return
        else:
            return


def _link_snapshot(index: Path, target: Path) -> None:
    manifest = manifests.read_current(index)
    for entry in manifest.segments:
        folder = Path("segments") / entry.name
        (target / folder).mkdir(parents=True)
        for path in (index / folder).iterdir():
            durable.link(path, target / folder)
        if entry.tombstones is not None:
            (target / tombstones.FOLDER).mkdir(exist_ok=True)
            durable.link(index / tombstones.FOLDER / entry.tombstones, target / tombstones.FOLDER)
    (target / manifests.MANIFESTS).mkdir(parents=True, exist_ok=True)
    manifests.commit(target, manifest)


def _copy_archive(database: Database, target: Path) -> int:
    """Copy the database as of now, and count its articles."""
    with database.connection() as connection, closing(sqlite3.connect(target)) as copy:
        connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        (articles,) = copy.execute("SELECT count(*) FROM articles WHERE is_deleted = 0").fetchone()
    return int(articles)


def _described(staging: Path, tell: ProgressListener) -> dict[str, FileEntry]:
    paths = sorted(path for path in staging.rglob("*") if path.is_file())
    files = {}
    for number, path in enumerate(paths, start=1):
        with path.open("rb") as stream:
            files[path.relative_to(staging).as_posix()] = contents.copied(stream, None)
        tell(Progress("checking (files)", number, len(paths)))
    return files


def _packed(
    pack: Callable[[Path, Path, list[str]], None],
    staging: Path,
    target: Path,
    made: Contents,
    mark: str,
) -> None:
    making = target.with_name(f"{mark}{target.name}")
    try:
        pack(staging, making, [contents.NAME, *made.files])
        making.rename(target)
    finally:
        making.unlink(missing_ok=True)


def _tar(staging: Path, target: Path, names: list[str]) -> None:
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        for name in names:
            archive.add(staging / name, arcname=name, recursive=False)


def _zip(staging: Path, target: Path, names: list[str]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in names:
            archive.write(staging / name, arcname=name)
