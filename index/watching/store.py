"""`WatchStore`: which files were read, in what state, and which articles came from them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.archive import Database


@dataclass(frozen=True, slots=True)
class FileState:
    """What changes whenever a file does."""

    size_bytes: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as it was when it was read."""

    state: FileState
    article_ids: tuple[str, ...]


class WatchStore:
    """Table `watched_files` of the archive's database. Methods raise ArchiveError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> dict[str, ReadFile]:
        """Every file that has been read, by absolute path."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT path, size_bytes, modified_ns, article_ids FROM watched_files"
            ).fetchall()
        return {
            path: ReadFile(FileState(size, modified), tuple(json.loads(ids)))
            for path, size, modified, ids in rows
        }

    def remember(self, files: Mapping[str, ReadFile]) -> None:
        """Record files that have been read."""
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO watched_files VALUES (?, ?, ?, ?)",
                [
                    (
                        path,
                        one.state.size_bytes,
                        one.state.modified_ns,
                        json.dumps(one.article_ids),
                    )
                    for path, one in files.items()
                ],
            )

    def forget(self, paths: Iterable[str]) -> None:
        """Forget files that are gone."""
        with self._database.transaction() as connection:
            connection.executemany(
                "DELETE FROM watched_files WHERE path = ?", [(path,) for path in paths]
            )

    def elsewhere(self, article_ids: Sequence[str]) -> set[str]:
        """Those of the articles that some remembered file still contains."""
        wanted = set(article_ids)
        held = (article_id for read in self.all().values() for article_id in read.article_ids)
        return wanted & set(held)
