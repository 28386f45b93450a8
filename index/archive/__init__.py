"""The archive of every article ever added; the system of record.

In one SQLite file by default; `index.archive.postgres` keeps it in a PostgreSQL database.
"""

from index.archive.database import Database
from index.archive.sqlite import SqliteArchive

__all__ = ["Database", "SqliteArchive"]
