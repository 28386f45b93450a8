"""A repair that is killed at any step leaves what was there; the next one ends well."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from damage import file_of, flip, verified
from newsrooms import RECORDS, articles_of, service_in

ROOT = Path(__file__).parents[2]
SUPPORT = Path(__file__).parents[1] / "support"

PROGRAM = """
import os, signal, sys
from pathlib import Path
from newsrooms import service_in

def die(step):
    if step == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

with service_in(Path(sys.argv[1])) as service:
    service.store._on_step = die
    service.maintenance.repair()
"""


@pytest.mark.parametrize(
    "step", ["segment", "rename segment", "tombstones", "commit", "clear away"]
)
def test_a_repair_is_all_or_nothing(tmp_path: Path, step: str) -> None:
    folder = tmp_path / "data"
    with service_in(folder) as service:
        service.archive.put(articles_of(service))
        service.upkeep.sync()
        service.archive.put(
            articles_of(service, [{"id": "late", "text": "A late ferry.", "lang": "en"}])
        )
        service.upkeep.sync()
        service.archive.delete(["ferry-2"])
        service.upkeep.sync()
    tombstones = file_of(folder / "index", "tombstones")
    late = sorted(
        (folder / "index" / "segments").glob("*/vectors*"), key=lambda p: p.stat().st_size
    )
    for path in (tombstones, late[0]):
        flip(path, path.stat().st_size - 1, 0)
    damages = verified(folder).damages
    assert len(damages) == 2
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), step],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{SUPPORT}"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert verified(folder).damages == (() if step == "clear away" else damages)
    with service_in(folder) as service:
        service.maintenance.repair()
        service.archive.put(
            articles_of(service, [{"id": "new", "text": "A new ferry.", "lang": "en"}])
        )
        service.upkeep.sync()
        assert service.store.snapshot().stats().articles == len(RECORDS) + 1
    assert verified(folder).damages == ()
    names = [path.name for path in (folder / "index").rglob("*")]
    assert not [name for name in names if name.startswith(".making") or name.endswith(".tmp")]
