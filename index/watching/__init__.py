"""Keeping the archive in step with folders: new and changed files in, deleted ones out."""

from index.watching.store import WatchStore
from index.watching.watcher import Changes, Watcher

__all__ = ["Changes", "WatchStore", "Watcher"]
