"""The locks of an index folder: one for its writer, one for a concurrent rebuild.

They are operating-system locks, so they are released if the holder is killed; the file next to each
only identifies the holder. A second writer or a second rebuild is refused at once.
"""

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import IndexLocked, IndexUnwritable
from index.files import durable

WRITE_LOCK, REBUILD_LOCK = "write.lock", "rebuild.lock"

_DOING = {WRITE_LOCK: "writing to", REBUILD_LOCK: "rebuilding"}


@contextmanager
def index_lock(folder: Path, name: str = WRITE_LOCK) -> Iterator[None]:
    """Hold a lock of `folder`, which is created if it is missing.

    Raises IndexLocked at once, naming the holder, and IndexUnwritable.
    """
    lock = FileLock(folder / name)
    holder = folder / holder_note(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise IndexLocked(
            f"{folder}: another process is {_DOING[name]} this index ({_describe(holder)}); "
            "wait for it to finish, or stop it"
        ) from error
    except OSError as error:
        raise IndexUnwritable(folder, error.strerror or str(error)) from error
    try:
        with durable.writing(folder):
            holder.write_text(json.dumps(_own_details()), encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def holder_note(name: str) -> str:
    """The name of the file that identifies the holder of a lock."""
    return f"{name}.holder"


def _own_details() -> dict[str, object]:
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200],
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _describe(holder: Path) -> str:
    """Describe the lock's holder, which may just be writing or removing its note."""
    try:
        details = json.loads(holder.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "holder unknown"
    return "process {pid} on {host}, '{command}', since {since}".format(**details)
