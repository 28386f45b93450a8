"""A real PostgreSQL server for tests: in a folder of its own, on a free port, of one session."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ports import free_port
from waiting import PATIENCE_S

USER = "newsearch"


def binaries() -> Path | None:
    """The folder of the newest server installed, where `initdb` lies; None without any."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


class PostgresServer:
    """One server; `start` and `stop` may be called again and again."""

    def __init__(self, binaries: Path) -> None:
        # Not under pytest's folder, which only its owner may enter.
        self._folder = Path(tempfile.mkdtemp(prefix="newsearch-postgres-"))
        self._binaries = binaries
        self._port = free_port()
        if os.getuid() == 0:  # the server refuses to run as root
            owner = pwd.getpwnam("postgres")
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        data = str(self._folder / "data")
        as_user = ["-U", USER, "-A", "trust"]
        self._run("initdb", ["-D", data, *as_user, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -k {self._folder} -c fsync=off"
        log = str(self._folder / "log")
        data = str(self._folder / "data")
        self._run("pg_ctl", ["-D", data, "-l", log, "-w", "-o", options, "start"])

    def stop(self) -> None:
        """Stop at once: connections are cut, as in a crash."""
        self._run("pg_ctl", ["-D", str(self._folder / "data"), "-m", "immediate", "-w", "stop"])

    def close(self) -> None:
        """Stop, and remove all that was stored."""
        self.stop()
        shutil.rmtree(self._folder)

    def create(self, name: str) -> str:
        """A new database; returns its address."""
        self._run("createdb", ["-h", "127.0.0.1", "-p", str(self._port), "-U", USER, name])
        return f"postgresql://{USER}@127.0.0.1:{self._port}/{name}"

    def _run(self, program: str, arguments: Sequence[str]) -> None:
        command = [str(self._binaries / program), *arguments]
        user = "postgres" if os.getuid() == 0 else None
        done = subprocess.run(
            command, user=user, cwd=self._folder, stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE_S,
        encoding="utf-8")  # fmt: skip
        assert done.returncode == 0, f"{program}: {done.stdout}"
