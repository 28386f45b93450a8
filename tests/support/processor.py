"""Bounds on work that hold on a busy machine: of this thread's own processor time, of memory."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_STATUS, _FORGET_PEAK = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@contextmanager
def at_most(cpu_s: float) -> Iterator[None]:
    """The block takes this thread less processor time.

    For work that would take minutes if it grew faster than its input: `cpu_s` is tens of times what
    it takes, so that slow processors pass and quadratic work does not.
    """
    begun_s = time.thread_time()
    yield
    took_s = time.thread_time() - begun_s
    assert took_s < cpu_s, f"it took {took_s:.2f} s of the processor"


@contextmanager
def memory_at_most(more_kb: int) -> Iterator[None]:
    """At no moment of the block does this process, libraries in C included, hold so much more.

    The peak of what ran before is forgotten first. Skips where the system is not Linux.
    """
    if not _FORGET_PEAK.exists():
        pytest.skip("only Linux tells the most memory that a process had since a moment")
    _FORGET_PEAK.write_text("5", encoding="ascii")
    before_kb = _kb("VmRSS")
    yield
    assert _kb("VmHWM") - before_kb < more_kb


def _kb(name: str) -> int:
    lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
