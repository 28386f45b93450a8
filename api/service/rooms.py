"""`ReadingRooms`: the room of each kind of reader, created once and kept."""

import functools
from collections.abc import Callable
from datetime import datetime

from api.service.encoders import Encoders
from api.service.reading_room import ReadingRoom
from api.service.secret import folder_secret
from api.service.stores import Stores, analyzers_of
from api.settings.settings import Settings
from index.encoder import load_reranker
from index.groups.domain import Groups
from index.permitted_sources import PermittedSources
from index.runtime.lru import LruCache
from search.engine import Engine
from search.expansion.expanding import Synonyms
from search.expansion.synonym_files import SynonymFiles
from search.paging.seal import Seal
from search.ranking.rerank import Reranking
from search.reader_view import ReaderView

KEPT_ROOMS = 64
"""How many rooms of readers with different sources are kept."""


class ReadingRooms:
    """Safe to share between threads. `clock` gives the time at which embargoes are judged."""

    def __init__(
        self,
        settings: Settings,
        stores: Stores,
        encoders: Encoders,
        groups: Callable[[], Groups],
        clock: Callable[[], datetime],
        find_damage: Callable[[], int] = lambda: 0,
    ) -> None:
        self._settings = settings
        self._stores = stores
        self._encoders = encoders
        self._groups = groups
        self._clock = clock
        self._find_damage = find_damage
        self._made: LruCache[PermittedSources | None, ReadingRoom] = LruCache(KEPT_ROOMS)

    def of(self, sources: PermittedSources | None) -> ReadingRoom:
        """Return the room of a reader of these sources, or of all (None). Raises ArchiveError."""
        return self._made.get(sources, lambda: self._make(sources))

    @property
    def unrestricted(self) -> ReadingRoom:
        """Return the room of the whole archive, indexed or not. Raises ArchiveError."""
        return self.of(None)

    def indexed(self) -> ReadingRoom:
        """Return the room of the whole index. Raises IndexMissing, IndexCorrupt."""
        if not self._stores.is_open:
            self._stores.searched.snapshot()  # before the archive: its absence is what to report
        return self.unrestricted

    def _make(self, sources: PermittedSources | None) -> ReadingRoom:
        zone, archive = self._settings.time_zone, self._stores.archive
        view = ReaderView(
            self._stores.searched,
            archive,
            self._groups(),
            self._clock,
            sources=sources,
            seal=self._seal,
            synonyms=Synonyms(self.synonym_files),
        )
        engine = Engine(view, self._encoders.identified, zone, self._reranking)
        return ReadingRoom(archive, view, engine, zone, self._find_damage)

    @functools.cached_property
    def synonym_files(self) -> SynonymFiles:
        """The files of synonyms in the data folder."""
        return SynonymFiles(self._settings.data_dir, analyzers_of(self._settings))

    @functools.cached_property
    def _seal(self) -> Seal:
        return Seal(folder_secret(self._settings.data_dir))

    @functools.cached_property
    def _reranking(self) -> Reranking | None:
        settings = self._settings
        if not settings.reranker:
            return None
        return Reranking(
            lambda: load_reranker(settings.reranker),
            top=settings.rerank_top,
            budget_s=settings.rerank_budget_s,
        )
