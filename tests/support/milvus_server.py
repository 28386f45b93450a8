"""A real Milvus Lite server for tests: its own process, a folder of its own, a free port."""

import importlib.util
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

START_S = 60


def is_installed() -> bool:
    """Whether this environment has Milvus Lite."""
    return importlib.util.find_spec("milvus_lite") is not None


class MilvusServer:
    """One server; `start` and `stop` may be called again and again."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="newsearch-milvus-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
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
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            assert self._process.poll() is None, (self._folder / "log").read_text()
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError((self._folder / "log").read_text())

    def stop(self, *, kill: bool = False) -> None:
        """End the process, with `kill` at once."""
        assert self._process is not None
        if kill:
            self._process.kill()
        else:
            self._process.terminate()
        self._process.wait(30)

    def close(self) -> None:
        """Stop, and remove all that was stored."""
        self.stop()
        shutil.rmtree(self._folder)
