"""The schema of an archive on PostgreSQL and its versions.

`newsearch_schema` counts the migrations that were applied: the files `NNNN_*.sql` next to this
module, in order. A file is never changed once released; a change is a new file.
"""

from importlib import resources

from index.archive.postgres.connecting import Connection, Connections
from index.errors import ArchiveError


def prepare(connections: Connections) -> None:
    """Create or upgrade the tables, in one transaction. Raises ArchiveError."""
    with connections.writing() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS newsearch_schema (version INTEGER NOT NULL)")
        found = version(connection)
        known = migrations()
        if found > len(known):
            raise ArchiveError(
                f"the archive on PostgreSQL has schema {found}, but this newsearch knows up to "
                f"{len(known)}; upgrade newsearch"
            )
        for number, script in enumerate(known[found:], start=found + 1):
            connection.execute(script.encode())
            connection.execute("DELETE FROM newsearch_schema")
            connection.execute("INSERT INTO newsearch_schema VALUES (%s)", (number,))


def version(connection: Connection) -> int:
    """The number of migrations applied."""
    row = connection.execute("SELECT max(version) FROM newsearch_schema").fetchone()
    return int(row[0] or 0) if row else 0


def migrations() -> list[str]:
    """The scripts, oldest first."""
    files = resources.files("index.archive.postgres").iterdir()
    scripts = sorted((file.name, file) for file in files if file.name.endswith(".sql"))
    return [file.read_text(encoding="utf-8") for _, file in scripts]
