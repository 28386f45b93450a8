"""How many cores are available, and how many server processes make use of them."""

import contextlib
import math
import os
from pathlib import Path

WORKER_BYTES = 2 << 30
"""Memory for each server process: its model and caches, and room for the index, which is shared."""

CGROUP = Path("/sys/fs/cgroup")
"""Where Linux says what a container may use (cgroup v2)."""


def cores() -> int:
    """The number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def default_workers(cgroup: Path = CGROUP) -> int:
    """One process per core, fewer where memory is short, at least one.

    Both as far as the container's limits allow, where there are any.
    """
    most = min(cores(), _quota_cores(cgroup), _memory_bytes(cgroup) / WORKER_BYTES)
    return max(1, math.floor(most))


def _quota_cores(cgroup: Path) -> float:
    with contextlib.suppress(OSError, ValueError):  # no cgroup, or "max": no limit
        quota, period = (cgroup / "cpu.max").read_text().split()
        return int(quota) / int(period)
    return math.inf


def _memory_bytes(cgroup: Path) -> float:
    """The memory of the machine or the container; infinite where it is unknown."""
    known = [math.inf]
    with contextlib.suppress(AttributeError, ValueError, OSError):  # Windows has no sysconf
        known.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    with contextlib.suppress(OSError, ValueError):
        known.append(int((cgroup / "memory.max").read_text()))
    return min(known)
