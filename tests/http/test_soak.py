"""The soak of `tests/bench/soak.py`, in short: reads, writes, rebuilds at once, and none fails."""

import json
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parents[1] / "bench"
SECONDS = 20
PATIENCE_S = 600


def test_reads_writes_and_rebuilds_at_once_fail_nothing() -> None:
    command = [sys.executable, str(BENCH / "soak.py"), "--json", "--encoder", "hashing"]
    command += ["--seconds", str(SECONDS), "--articles", "200", "--rebuilds", "1"]
    ran = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
        cwd=BENCH,
        encoding="utf-8",
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    told = json.loads(ran.stdout)
    assert told["failures"] == {}
    assert told["rebuilds"] >= 1
    kinds = {"search", "keyword", "meaning", "page", "post", "change", "delete"}
    assert kinds <= told["requests_by_kind"].keys()
    assert told["memory_mb"]
    assert told["p99_ms"] > 0
