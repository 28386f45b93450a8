"""How a process of our own is set up, before anything large is imported.

For the `newsearch` command alone: in a process of somebody else's these are not ours to decide.
"""

import ctypes
import os
import sys

_OPENVINO_TOOLS = "openvino.tools.ovc"
_BLAS_THREADS = "OPENBLAS_NUM_THREADS"

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""glibc's names for what `mallopt` sets."""

_MAPPED_FROM_BYTES = 2**20
_ARENAS = 2


def set_up_process() -> None:
    """Leave out what is not needed, and let threads wait for work instead of spinning for it.

    OpenVINO's package imports its model converter along, with an HTTP client and a reporter of
    usage; it does without them. NumPy's BLAS spreads products over all cores that one core has
    done before the others have begun; grouping makes dozens of those for each article, and took
    twice the CPU time for the same result at the same time. Encoding and FAISS have threads of
    their own.
    """
    # None is Python's own way to say that a module cannot be imported.
    sys.modules.setdefault(_OPENVINO_TOOLS, None)  # type: ignore[arg-type]
    os.environ.setdefault(_BLAS_THREADS, "1")
    _give_memory_back()


def _give_memory_back() -> None:
    """Let the system have large blocks back as soon as they are free.

    glibc learns from what is freed to keep ever larger blocks, up to 32 MiB, in an arena of each
    thread, where they lie between smaller ones. A server that encodes now in one thread and now in
    another grew by hundreds of MiB. Other C libraries do not have this call.
    """
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(_M_MMAP_THRESHOLD, _MAPPED_FROM_BYTES)
        libc.mallopt(_M_ARENA_MAX, _ARENAS)
