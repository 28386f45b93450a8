"""How many cores are available, and how many server processes make use of them."""

import os


def cores() -> int:
    """The number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


WORKER_BYTES = 2 << 30
"""Memory for each server process: its model and caches, and room for the index, which is shared."""


def default_workers() -> int:
    """One process per core, fewer where memory is short, at least one."""
    return max(1, min(cores(), _memory_bytes() // WORKER_BYTES))


def _memory_bytes() -> int:
    """The machine's memory; where it is unknown, enough for one process per core."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return cores() * WORKER_BYTES
