"""A real server in a process of its own, with the hashing encoder. Port 0: the system chooses."""

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from waiting import PATIENCE_S

SUPPORT = Path(__file__).parent
REPOSITORY = Path(__file__).parents[2]


@dataclass
class Server:
    """A running server; `log` is what it printed on stderr so far."""

    process: "subprocess.Popen[str]"
    log: list[str] = field(default_factory=list)
    _is_silent: bool = False
    _heard: threading.Condition = field(default_factory=threading.Condition)

    def read(self, stream: IO[str]) -> None:
        for line in stream:
            with self._heard:
                self.log.append(line)
                self._heard.notify_all()
        with self._heard:
            self._is_silent = True
            self._heard.notify_all()

    def address(self) -> str:
        """Where it says it is ready."""
        return self.wait_for(r"newsearch is ready at (http://[\w.:\[\]]+)")[1]

    def wait_for(self, pattern: str) -> re.Match[str]:
        """What it prints, once it does."""

        def found() -> re.Match[str] | None:
            return re.search(pattern, "".join(self.log))

        with self._heard:
            self._heard.wait_for(lambda: self._is_silent or found(), PATIENCE_S)
            match = found()
        assert match, f"it did not print {pattern}:\n{''.join(self.log)}"
        return match

    def stop(self, with_signal: signal.Signals) -> int:
        self.process.send_signal(with_signal)
        return self.process.wait(PATIENCE_S)


@contextmanager
def running(
    data_dir: Path,
    program: str = "serve_hashing.py",
    *options: str,
    descriptors: int | None = None,
    **flags: object,
) -> Iterator[Server]:
    """A server on a data folder, `flags` being settings; it is killed when the block ends.

    `descriptors` is how many files and connections it may have open.
    """
    told = [json.dumps(flags)] if flags else []
    limited = ["sh", "-c", f'ulimit -n {descriptors} && exec "$0" "$@"'] if descriptors else []
    process = subprocess.Popen(
        [*limited, sys.executable, SUPPORT / program, data_dir, *options, *told],
        env={"PYTHONPATH": f"{SUPPORT}:{REPOSITORY}", "PATH": "/usr/bin:/bin"},
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stderr is not None
    server = Server(process)
    reader = threading.Thread(target=server.read, args=[process.stderr])
    reader.start()
    try:
        yield server
    finally:
        process.kill()
        process.wait()
        reader.join()
        process.stderr.close()
