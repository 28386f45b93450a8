"""Set up a process of our own before anything large is imported.

Only for the `newsearch` command: in somebody else's process this is not ours to decide.
"""

import ctypes
import os
import sys

_OPENVINO_TOOLS = "openvino.tools.ovc"
_BLAS_THREADS = "OPENBLAS_NUM_THREADS"

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""The parameters of glibc's `mallopt`."""

_MAPPED_FROM_BYTES = 2**20
_ARENAS = 2


def set_up_process() -> None:
    """Skip imports that are not needed, and let idle threads sleep instead of spinning.

    OpenVINO's package also imports its model converter, an HTTP client and a usage reporter, none
    of which we need. NumPy's BLAS splits products over all cores that one core would finish before
    the others start; grouping computes dozens of these for each article and took twice the CPU time
    without being faster. Encoding and FAISS have threads of their own.
    """
    # None is how Python marks a module that cannot be imported.
    sys.modules.setdefault(_OPENVINO_TOOLS, None)  # type: ignore[arg-type]
    os.environ.setdefault(_BLAS_THREADS, "1")
    _give_memory_back()


def _give_memory_back() -> None:
    """Return large blocks to the system as soon as they are free.

    As blocks are freed, glibc raises the size up to which it keeps them, to 32 MiB, in an arena per
    thread, where smaller blocks pin them. A server that encodes in changing threads grew by
    hundreds of MiB. Other C libraries lack this call.
    """
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(_M_MMAP_THRESHOLD, _MAPPED_FROM_BYTES)
        libc.mallopt(_M_ARENA_MAX, _ARENAS)
