"""Folders that are built once and cached: each appears complete or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_folder(place: Path) -> Iterator[Path]:
    """A fresh folder that becomes `place` if the block succeeds.

    Raises OSError. If another process was faster, its folder is kept; it is equally good.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".making-") as scratch:
        fresh = Path(scratch) / place.name
        fresh.mkdir()
        yield fresh
        for file in fresh.rglob("*"):
            if file.is_file():
                _flush(file)
        try:
            fresh.rename(place)
        except OSError:
            if not place.is_dir():
                raise


def _flush(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())
