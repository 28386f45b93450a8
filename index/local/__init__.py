"""The index on one machine: segments on disk, searched with NumPy and FAISS.

`LocalStore` is the entry point to everything else here.
"""

from index.local.store import LocalStore

__all__ = ["LocalStore"]
