"""The index on one machine: segments on disk, searched with NumPy and FAISS.

`LocalStore` is the entry point to everything else here.
"""

from index.local.store import LocalStore, empty_snapshot

__all__ = ["LocalStore", "empty_snapshot"]
