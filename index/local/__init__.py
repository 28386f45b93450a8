"""The index on one machine: segments on disk, searched by NumPy and FAISS.

`LocalStore` is the way in; everything else here is behind it.
"""

from index.local.store import LocalStore

__all__ = ["LocalStore"]
