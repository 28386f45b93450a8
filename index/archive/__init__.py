"""The archive: every article that was ever put in; the system of record.

In one SQLite file by default; `index.archive.postgres` keeps it in a PostgreSQL database.
"""

from index.archive.database import Database
from index.archive.sqlite import SqliteArchive

__all__ = ["Database", "SqliteArchive"]
