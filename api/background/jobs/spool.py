"""The bodies of imports, kept in files in the data folder until their jobs have ended."""

import os
import time
import uuid
from collections.abc import AsyncIterator, Collection
from pathlib import Path

from anyio import to_thread

from index.errors import ArchiveError

ABANDONED_S = 3600.0
"""A file that has not grown for this long is no longer being sent."""


async def keep(folder: Path, pieces: AsyncIterator[bytes], suffix: str) -> str:
    """Write a body to a new file as it arrives; durable once this returns the file's name.

    Nothing is left of a body that does not arrive completely. Raises ArchiveError.
    """
    name = f"{uuid.uuid4().hex}{suffix}"
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            async for piece in pieces:
                await to_thread.run_sync(file.write, piece)
            await to_thread.run_sync(os.fsync, file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise ArchiveError(f"{path}: the body cannot be saved ({error.strerror})") from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return name


def clear(folder: Path, kept: Collection[str | None]) -> None:
    """Remove bodies left over from a crash: no job needs them and nobody is still sending them."""
    oldest = time.time() - ABANDONED_S
    for path in folder.glob("*.*"):
        if path.name not in kept and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
