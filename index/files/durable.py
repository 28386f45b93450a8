"""Writing files so that a power cut leaves the old or the new one, never a mixture.

A file is durable once its content and its folder entry are both fsynced; `replace` makes a complete
file appear at once.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import IndexUnwritable

TEMPORARY = ".tmp"
"""The suffix of files that are being written."""


def fsync_file(path: Path) -> None:
    """Flush one file's content to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fsync_folder(path: Path) -> None:
    """Flush a folder's entries (creations, renames, removals) to the disk."""
    if os.name == "nt":  # Windows flushes entries with the files and cannot open folders
        return
    fsync_file(path)


def fsync_tree(folder: Path) -> None:
    """Flush every file of a flat folder, then the folder itself."""
    for path in sorted(folder.iterdir()):
        fsync_file(path)
    fsync_folder(folder)


def replace(path: Path, content: bytes) -> None:
    """Write a file atomically and durably. Raises OSError, in which case the old file stays."""
    temporary = path.with_name(f"{path.name}{TEMPORARY}")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    fsync_folder(path.parent)


def link(path: Path, folder: Path) -> None:
    """Link an immutable file into another folder, unless it is there already.

    It is copied if the file system has no hard links. The folder's entry is not flushed yet. Raises
    FileNotFoundError if the file no longer exists.
    """
    target = folder / path.name
    if target.exists():
        return
    try:
        os.link(path, target)
    except OSError:
        copy = folder / f"{path.name}{TEMPORARY}"
        shutil.copyfile(path, copy)
        fsync_file(copy)
        copy.rename(target)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn write errors of the operating system into IndexUnwritable."""
    try:
        yield
    except OSError as error:
        path = Path(error.filename) if isinstance(error.filename, str) else folder
        raise IndexUnwritable(path, error.strerror or str(error)) from error
