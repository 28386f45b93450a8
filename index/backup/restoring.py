"""Restoring a backup: every file is copied, compared with its checksum, and only then put in place.

Only the files listed in `backup.json` are taken, under the paths listed there; nothing else in the
folder or archive file has any effect.
"""

import glob
import os
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout

from index.backup import contents
from index.backup.contents import Contents
from index.domain import Progress
from index.errors import BackupError
from index.protocols import ProgressListener

MAX_CONTENTS_BYTES = 64 * 2**20

Open = Callable[[str], IO[bytes]]
"""Opens a file of a backup by its path inside. Raises KeyError or OSError."""


def verify_backup(source: Path, on_progress: ProgressListener | None = None) -> Contents:
    """Compare every file with its checksum. Raises BackupError."""
    with _opened(source) as open_file:
        return _copied(source, open_file, None, on_progress)


def restore_backup(
    source: Path,
    data_dir: Path,
    *,
    replaces: bool = False,
    on_progress: ProgressListener | None = None,
) -> tuple[Contents, Path | None]:
    """Restore a backup to a data folder.

    Returns its contents and where a replaced folder is kept. A folder that is not empty is refused
    unless `replaces` is set. Raises BackupError.
    """
    is_taken = data_dir.exists() and (not data_dir.is_dir() or any(data_dir.iterdir()))
    if is_taken and not replaces:
        raise BackupError(f"{data_dir} is not empty; choose another folder, or use --force")
    with _opened(source) as open_file:
        try:
            data_dir.parent.mkdir(parents=True, exist_ok=True)
            with _making(data_dir) as making:
                restored = _copied(source, open_file, making, on_progress)
                kept = _moved_aside(data_dir) if is_taken else None
                if data_dir.exists():
                    data_dir.rmdir()
                making.rename(data_dir)
        except Timeout as error:
            raise BackupError(
                f"{data_dir}: another backup is being restored to it; wait for that to finish"
            ) from error
        except OSError as error:
            raise BackupError(f"{data_dir}: the restore failed ({error})") from error
    return restored, kept


@contextmanager
def _making(data_dir: Path) -> Iterator[Path]:
    """A folder next to the data folder, for one restore at a time; those of killed restores are
    removed.
    """
    mark = f".{data_dir.name}.restoring-"
    lock = data_dir.with_name(f"{mark}lock")
    with FileLock(lock, timeout=0):
        for left in data_dir.parent.glob(f"{glob.escape(mark)}*"):
            if left.is_dir():
                shutil.rmtree(left)
        making = Path(tempfile.mkdtemp(prefix=mark, dir=data_dir.parent))
        try:
            yield making
        finally:
            shutil.rmtree(making, ignore_errors=True)
            lock.unlink()


def _moved_aside(data_dir: Path) -> Path:
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    kept = data_dir.with_name(f"{data_dir.name}.before-{moment}")
    data_dir.rename(kept)
    return kept


def _copied(
    source: Path, open_file: Open, target: Path | None, on_progress: ProgressListener | None
) -> Contents:
    tell = on_progress or (lambda progress: None)
    try:
        with open_file(contents.NAME) as stream:
            listed = contents.parse(stream.read(MAX_CONTENTS_BYTES))
    except (KeyError, OSError) as error:
        raise BackupError(f"{source}: this is not a backup; it has no {contents.NAME}") from error
    for number, (name, entry) in enumerate(listed.files.items(), start=1):
        try:
            with open_file(name) as stream:
                place = None if target is None else target / name
                found = _copy(stream, place, entry.size_bytes)
        except (KeyError, tarfile.TarError, zipfile.BadZipFile, FileNotFoundError) as error:
            raise BackupError(f"{source}: the file {name} is missing or damaged") from error
        if found != entry:
            raise BackupError(f"{source}: the file {name} is damaged: its checksum differs")
        tell(Progress("checking (files)", number, len(listed.files)))
    return listed


def _copy(stream: IO[bytes], target: Path | None, limit: int) -> contents.FileEntry:
    if target is None:
        return contents.copied(stream, None, limit)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        entry = contents.copied(stream, file, limit)
        file.flush()
        os.fsync(file.fileno())
    return entry


@contextmanager
def _opened(source: Path) -> Iterator[Open]:
    if source.is_dir():
        yield lambda name: (source / name).open("rb")
        return
    try:
        if zipfile.is_zipfile(source):
            with zipfile.ZipFile(source) as packed:
                yield packed.open
            return
        with tarfile.open(source, "r:") as archive:
            members = {member.name: member for member in archive if member.isreg()}

            def open_member(name: str) -> IO[bytes]:
                stream = archive.extractfile(members[name])
                assert stream is not None
                return stream

            yield open_member
    except (tarfile.TarError, zipfile.BadZipFile) as error:
        raise BackupError(f"{source}: this is not a backup, or it is damaged ({error})") from error
    except FileNotFoundError as error:
        raise BackupError(f"{source}: there is no such backup") from error
