"""Sessions that write to a data folder until they are killed (SIGKILL).

`SessionServer` starts this file as a process that imports everything once and forks for each
session, so that a kill costs milliseconds; it has one thread whenever it forks. A session does a
random sequence of puts, updates, deletions, indexing, merging, reindexing and backups, and writes a
line to its log before and after each: what stands behind "done" was acknowledged.
"""

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from waiting import PATIENCE_S

WORDS = ("ferry", "harbour", "bridge", "river", "council", "strike", "tram", "library")
MOST_STEPS = 400
"""A session ends by itself after so many, if nothing kills it."""

FILE_EVENTS = {
    "open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.scandir", "os.listdir",
    "shutil.rmtree", "shutil.copyfile", "sqlite3.connect",
}  # fmt: skip
"""What Python tells of before it happens to a file (audit events)."""


@dataclass(frozen=True)
class Kill:
    """When a session is killed: after a time, or before the n-th event of a file in its folder.

    `sharing` is that of `session_steps.run`.
    """

    after_s: float | None = None
    at_event: int | None = None
    sharing: str = ""


@dataclass
class Log:
    """What a session said: `state` is acknowledged, `pending` was begun and may have happened."""

    state: dict[str, str]
    pending: dict[str, str | None] | None = None
    indexed_revision: int = 0
    backups: dict[str, dict[str, str]] = field(default_factory=dict)
    steps: int = 0
    refused: int = 0
    failure: str = ""

    @classmethod
    def read(cls, path: Path, state: Mapping[str, str]) -> "Log":
        """Follow a log from the state before it."""
        log = cls(dict(state))
        if not path.exists():
            return log  # it was killed before it could say anything
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            log.failure = entry.get("failure", "")
            if entry.get("begin"):
                log.pending = entry["changes"]
            elif entry.get("done"):
                log.state = applied(log.state, entry["changes"])
                log.pending = None
                log.indexed_revision = max(log.indexed_revision, entry.get("revision", 0))
                log.steps += 1
                log.refused += entry["done"] == "refused"
                if "backup" in entry:
                    log.backups[entry["backup"]] = dict(log.state)
        return log


def applied(state: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """A state after changes: texts by id, None for a deletion."""
    merged = {**state, **changes}
    return {key: text for key, text in merged.items() if text is not None}


class SessionServer:
    """A process that forks sessions and kills them."""

    def __init__(self) -> None:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)]),
            # No pool of threads must be alive when the process forks.
            **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
        }
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            encoding="utf-8",
        )
        self.kills = 0

    def run(self, folder: Path, log: Path, seed: str, kill: Kill) -> bool:
        """Run a session until it is killed; False if it ended by itself."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"folder": str(folder), "log": str(log), "seed": seed, **vars(kill)}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        self.kills += answer["is_killed"]
        return bool(answer["is_killed"])

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE_S)
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def session_server() -> Iterator[SessionServer]:
    """A running server."""
    server = SessionServer()
    try:
        yield server
    finally:
        server.close()


def main() -> None:
    """Serve orders from stdin."""
    import session_steps  # everything that a session needs, loaded once

    with tempfile.TemporaryDirectory() as folder:  # and used once
        warm = Path(folder) / "data"
        session_steps.run(warm, random.Random(0), 40, lambda entry: None)
    for line in sys.stdin:
        order = json.loads(line)
        assert threading.active_count() == 1
        pid = os.fork()
        if pid == 0:
            _session(order, session_steps.run)
        if order["after_s"] is not None:
            time.sleep(order["after_s"])
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        is_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print(json.dumps({"is_killed": is_killed}), flush=True)


def _session(order: Mapping[str, Any], run: Any) -> None:
    """In the forked process; never returns."""
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def say(entry: Mapping[str, object]) -> None:
        os.write(log, (json.dumps(entry) + "\n").encode())

    if order["at_event"] is not None:
        _kill_at(order["at_event"], order["folder"])
    try:
        run(Path(order["folder"]), random.Random(order["seed"]), MOST_STEPS, say, order["sharing"])
    except BaseException:  # noqa: BLE001 - the edge of the process
        say({"failure": traceback.format_exc()})
        os._exit(1)
    os._exit(0)


def _kill_at(event: int, folder: str) -> None:
    """Die before the n-th event of a file in `folder`."""
    numbers = itertools.count(1)

    def on_event(name: str, args: tuple[object, ...]) -> None:
        is_counted = name in FILE_EVENTS and args and str(args[0]).startswith(folder)
        if is_counted and next(numbers) == event:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(on_event)


if __name__ == "__main__":
    main()
