"""The archive: every article that was ever put in, in one SQLite file; the system of record."""

from index.archive.sqlite import SqliteArchive

__all__ = ["SqliteArchive"]
