"""Maintenance of a data folder: back it up, check it, repair it."""

import contextlib
import logging
from typing import TYPE_CHECKING

from api.service.encoders import Encoders
from api.service.stores import Stores
from api.service.upkeep import Upkeep
from api.settings.setting_types import Backend
from api.settings.settings import Settings
from api.settings.version import version
from index.errors import EncoderMismatch, Unsupported
from index.local import LocalStore
from index.protocols import ProgressListener

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from api.service.whoosh_check import WhooshCheck
    from index.backup.contents import Contents
    from index.integrity import RepairReport, Verification


_LOG = logging.getLogger("newsearch.index")


class Maintenance:
    """Expensive modules are imported where they are used."""

    def __init__(
        self, settings: Settings, stores: Stores, encoders: Encoders, upkeep: Upkeep
    ) -> None:
        self._settings = settings
        self._stores = stores
        self._encoders = encoders
        self._upkeep = upkeep

    def backup(self, target: "Path", on_progress: ProgressListener | None = None) -> "Contents":
        """Back up the data folder. Raises BackupError, ArchiveError, Unsupported."""
        from index.backup import make_backup

        settings = self._settings
        if settings.archive:
            raise Unsupported("the articles are in PostgreSQL; back them up with pg_dump")
        return make_backup(settings.data_dir, self._stores.database, target, version(), on_progress)

    def verify(self, on_progress: ProgressListener | None = None) -> "Verification":
        """Check everything in the data folder. Raises ArchiveError if there is no archive."""
        from index.integrity import VerifyTarget, verify

        settings = self._settings
        place = VerifyTarget(
            settings.database_path,
            lambda: self._stores.archive,
            lambda: self._stores.database.faults(),
            bool(settings.archive),
            settings.index_folder if settings.backend is Backend.LOCAL else None,
        )
        return verify(place, on_progress or (lambda progress: None))

    def check_against_whoosh(
        self, queries: "Sequence[str] | None", on_progress: ProgressListener | None = None
    ) -> "WhooshCheck":
        """Ask the arrays and Whoosh's searcher the same queries: those given, or a sample.

        Raises what `api.service.whoosh_check` raises.
        """
        from api.service.whoosh_check import check_against_whoosh

        tell = on_progress or (lambda progress: None)
        return check_against_whoosh(self._settings, self._stores.archive, queries, tell)

    def check_segments(
        self, pause: "Callable[[], object]" = lambda: None, *, anew: bool = False
    ) -> int:
        """Take damaged segments of a local index out of service; return how many were found now.

        Searches go on without them and say so. Raises IndexMissing, IndexCorrupt.
        """
        index = self._stores.index
        if not isinstance(index, LocalStore):
            return 0
        found = index.check(pause, anew=anew)
        for why in found:
            _LOG.error(
                "a part of the index was taken out of service: %s; searches are incomplete until "
                "'newsearch repair' has rebuilt it",
                why,
            )
        return len(found)

    def repair(self, on_progress: ProgressListener | None = None) -> "RepairReport":
        """Rebuild the damaged parts of the index from the archive and bring it up to date.

        Raises Unsupported, IndexLocked, and what `index.integrity.repair` raises.
        """
        from index.integrity import repair

        if self._settings.backend is not Backend.LOCAL:
            raise Unsupported(
                "the index is on a Milvus server and has no files to repair here; "
                "'newsearch reindex' rebuilds it from the archive"
            )
        index = self._stores.index
        assert isinstance(index, LocalStore)
        tell = on_progress or (lambda progress: None)
        report = repair(index, self._stores.archive, self._encoders.identified, tell)
        if report.snapshot is not None:
            with contextlib.suppress(EncoderMismatch):  # then changes stay pending, as before
                self._upkeep.sync(on_progress)
        return report
