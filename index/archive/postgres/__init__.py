"""The archive on PostgreSQL, for when several machines write. Needs `newsearch[postgres]`."""

from index.archive.postgres.archive import PostgresArchive

__all__ = ["PostgresArchive"]
