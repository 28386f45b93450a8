"""The bodies of imports, kept in files of the data folder until their jobs have ended."""

import os
import time
import uuid
from collections.abc import AsyncIterator, Collection
from pathlib import Path

from anyio import to_thread

from index.errors import ArchiveError

ABANDONED_S = 3600.0
"""A file that has not grown for so long is not being sent any more."""


async def keep(folder: Path, pieces: AsyncIterator[bytes], suffix: str) -> str:
    """Write a body to a new file as it comes in; durable when this returns its name.

    Nothing is left of a body that does not come in whole. Raises ArchiveError.
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
        raise ArchiveError(f"{path}: the body cannot be kept ({error.strerror})") from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return name


def clear(folder: Path, kept: Collection[str | None]) -> None:
    """Remove bodies that no job needs and nobody is still sending, left over by a crash."""
    oldest = time.time() - ABANDONED_S
    for path in folder.glob("*.*"):
        if path.name not in kept and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
