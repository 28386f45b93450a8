"""Which article is a copy of which, cached in memory, since every search needs it for all results.

The newest version requested is cached; a later one is derived from it by applying the changes,
which are few. Views pinned to an earlier version use the database.
"""

import json
import threading
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.archive.database import Database
from index.domain import Keys
from index.groups.tables import (
    HOLDS,
    KEPT_S,
    MEMBERS_BY_ORIGINAL,
    MEMBERS_BY_SINCE,
    MEMBERS_BY_UNTIL,
)

_ALL = (
    f"SELECT revision, original FROM {MEMBERS_BY_ORIGINAL} WHERE {HOLDS} AND original IS NOT NULL"  # noqa: S608
)
_CHANGED = (
    f"SELECT revision FROM {MEMBERS_BY_SINCE} WHERE generation = :generation "  # noqa: S608
    "AND original IS NOT NULL AND since > :known AND since <= :version "
    f"UNION SELECT revision FROM {MEMBERS_BY_UNTIL} WHERE generation = :generation "
    "AND original IS NOT NULL AND until > :known AND until <= :version"
)
_OF_CHANGED = (
    f"SELECT revision, original FROM group_members WHERE {HOLDS} AND original IS NOT NULL "  # noqa: S608
    "AND revision IN (SELECT value FROM json_each(:changed))"
)


@dataclass(frozen=True, slots=True)
class KnownCopies:
    """All copies as of a version: `keys` are ascending, `originals` parallel to them."""

    generation: int
    version: int
    read_s: float
    keys: Keys
    originals: Keys

    def hold(self, keys: Keys) -> NDArray[np.bool_]:
        """`(n,) bool`: which articles are copies or have copies."""
        if not len(self.keys):
            return np.zeros(len(keys), bool)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        held: NDArray[np.bool_] = self.keys[at] == keys
        return held

    def originals_of(self, keys: Keys) -> Keys:
        """Each article's original; the article itself if it is not a copy."""
        originals, held = keys.copy(), self.hold(keys)
        originals[held] = self.originals[np.searchsorted(self.keys, keys[held])]
        return originals


class CopyMemory:
    """The copies of the newest version requested. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._known: KnownCopies | None = None
        self._was_asked = False

    def kept(self, generation: int, version: int) -> KnownCopies | None:
        """The copies of a version, if they are cached."""
        known = self._known
        is_it = known is not None and (known.generation, known.version) == (generation, version)
        return known if is_it else None

    def at(self, generation: int, version: int) -> KnownCopies | None:
        """The copies of a version.

        None if a later one is cached. Raises ArchiveError. Also None for the very first request: if
        it is the only one, as on the command line, the database is faster.
        """
        with self._lock:
            known, was_asked, self._was_asked = self._known, self._was_asked, True
            if not was_asked:
                return None
            if known is None or known.generation < generation or _is_old(known):
                self._known = self._read(generation, version)
            elif known.generation > generation or known.version > version:
                return None
            elif known.version < version:
                self._known = self._changed(known, version)
            return self._known

    def _read(self, generation: int, version: int) -> KnownCopies:
        given = {"generation": generation, "version": version}
        with self._database.connection() as connection:
            read_s = time.monotonic()
            rows = connection.execute(_ALL, given).fetchall()
        return KnownCopies(generation, version, read_s, *_sorted(_pairs(rows)))

    def _changed(self, known: KnownCopies, version: int) -> KnownCopies:
        given = {"generation": known.generation, "version": version, "known": known.version}
        with self._database.connection() as connection:
            read_s = time.monotonic()
            changed = [revision for (revision,) in connection.execute(_CHANGED, given)]
            rows = connection.execute(
                _OF_CHANGED, {**given, "changed": json.dumps(changed)}
            ).fetchall()
        kept = ~np.isin(known.keys, np.array(changed, np.int64))
        before = np.stack([known.keys[kept], known.originals[kept]], axis=1)
        both = np.concatenate([before, _pairs(rows)])
        return KnownCopies(known.generation, version, read_s, *_sorted(both))


def _is_old(known: KnownCopies) -> bool:
    """Whether rows that have ended since then may already be deleted."""
    return time.monotonic() - known.read_s > KEPT_S / 2


def _pairs(rows: list[tuple[int, int]]) -> NDArray[np.int64]:
    return np.array(rows, np.int64).reshape(len(rows), 2)


def _sorted(pairs: NDArray[np.int64]) -> tuple[Keys, Keys]:
    order = np.argsort(pairs[:, 0])
    return pairs[order, 0], pairs[order, 1]
