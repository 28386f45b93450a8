"""The stores of a data folder, opened when first needed: archive, index, tables.

The only module that knows the concrete classes.
"""

import functools
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.service.empty_start import EmptyStart
from api.settings.setting_types import Backend, WordEngine
from api.settings.settings import Settings
from index.analysis import analyzer_for
from index.archive import Database, SqliteArchive
from index.errors import ArchiveError, SettingsError
from index.ledger import PostgresSql, Sql, SqliteSql
from index.local import LocalStore, empty_snapshot
from index.local.snapshot import LocalSnapshot
from index.protocols import AnalyzerFor, IndexStore

if TYPE_CHECKING:
    from index.archive.postgres import PostgresArchive


@dataclass(frozen=True, slots=True)
class _Opened:
    archive: "SqliteArchive | PostgresArchive"
    database: Database


class Stores:
    """Safe to share between threads. With `creates` it makes a missing data folder and archive."""

    def __init__(self, settings: Settings, *, creates: bool) -> None:
        self._settings = settings
        self._creates = creates
        self._lock = threading.Lock()
        self._opened: _Opened | None = None

    def close(self) -> None:
        """Close the archive; nothing works after that."""
        with self._lock:
            if self._opened is not None:
                self._opened.archive.close()
                self._opened.database.close()
                self._opened = None

    @property
    def is_open(self) -> bool:
        """Whether the archive has been opened."""
        return self._opened is not None

    @property
    def archive(self) -> "SqliteArchive | PostgresArchive":
        """The open archive. Raises ArchiveError."""
        return self._open().archive

    @property
    def database(self) -> Database:
        """The SQLite file of the data folder: the archive's own, unless that is on PostgreSQL.

        Features keep their tables in it. Raises ArchiveError.
        """
        return self._open().database

    @functools.cached_property
    def index(self) -> IndexStore:
        """The index. A local index can be read without an archive."""
        settings = self._settings
        if settings.backend is Backend.LOCAL:
            return local_index(settings, settings.engine)
        if settings.engine is not WordEngine.ARRAYS:
            raise SettingsError("engine: an index on a Milvus server can only use 'arrays'")
        from api.service.milvus_index import open_index

        return open_index(settings, self.archive, self.ledger, analyzers_of(settings))

    @functools.cached_property
    def searched(self) -> IndexStore:
        """The index as readers see it: empty, not missing, if the archive is."""
        empty = empty_snapshot(analyzers_of(self._settings))
        return EmptyStart(self.index, lambda: empty, self.is_empty)

    def is_empty(self) -> bool:
        """Return whether there is an archive and nothing in it. Raises ArchiveError."""
        settings = self._settings
        has_archive = self._creates or settings.archive or settings.database_path.exists()
        return bool(has_archive) and self.archive.article_count() == 0

    @functools.cached_property
    def ledger(self) -> Sql:
        """The database shared by all who share the archive."""
        archive = self.archive
        if isinstance(archive, SqliteArchive):
            return SqliteSql(self.database)
        return PostgresSql(archive.connections)

    def make_data_dir(self) -> None:
        """Create the folder for this user only; an existing one stays as it is."""
        folder = self._settings.data_dir
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(
                f"{folder}: this data folder cannot be created ({error.strerror}); choose another "
                "with --data-dir"
            ) from error

    def _open(self) -> _Opened:
        with self._lock:
            if self._opened is None:
                self._opened = self._opened_now()
            return self._opened

    def _opened_now(self) -> _Opened:
        path, address = self._settings.database_path, self._settings.archive
        if self._creates or address:
            self.make_data_dir()
        elif not path.exists():
            raise ArchiveError(
                f"there is no archive in {self._settings.data_dir}; create one with "
                "'newsearch index PATH', or choose another folder with --data-dir"
            )
        if not address:
            archive = SqliteArchive.open(path)
            return _Opened(archive, archive.database)
        from index.archive.postgres import PostgresArchive

        return _Opened(PostgresArchive.open(address), Database.open(path))


def local_index(settings: Settings, engine: WordEngine) -> LocalStore:
    """Return the local index, searched with an engine; Whoosh is imported only when chosen."""
    kind = LocalSnapshot
    if engine is WordEngine.WHOOSH:
        from index.local.whoosh.answering import WhooshSnapshot

        kind = WhooshSnapshot
    return LocalStore(settings.index_folder, analyzers_of(settings), snapshots=kind)


def analyzers_of(settings: Settings) -> AnalyzerFor:
    return functools.partial(analyzer_for, kept_in=settings.cache_dir / "words")
