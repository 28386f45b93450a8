"""A real Milvus Lite server for tests: its own process, a folder of its own, a free port."""

import importlib.util
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from ports import free_port
from waiting import PATIENCE_S, wait_until


def is_installed() -> bool:
    """Whether this environment has Milvus Lite."""
    return importlib.util.find_spec("milvus_lite") is not None


class MilvusServer:
    """One server; `start` and `stop` may be called again and again."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="newsearch-milvus-"))
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start, and wait until it listens."""
        program = str(Path(sys.executable).parent / "milvus-lite")
        data = str(self._folder / "data")
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    sys.executable, program, "server", "--data-dir", data,
                    "--host", "127.0.0.1", "--port", str(self._port),
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        wait_until(self._is_listening, "that Milvus Lite listens")

    def _is_listening(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._folder / "log").read_text(encoding="utf-8")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0

    def stop(self, *, kill: bool = False) -> None:
        """End the process, with `kill` at once."""
        assert self._process is not None
        if kill:
            self._process.kill()
        else:
            self._process.terminate()
        self._process.wait(PATIENCE_S)

    def close(self) -> None:
        """Stop, and remove all that was stored."""
        self.stop()
        shutil.rmtree(self._folder)
