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

_ROW = "revision, original, is_dated, when_s"
_ALL = f"SELECT {_ROW} FROM {MEMBERS_BY_ORIGINAL} WHERE {HOLDS} AND original IS NOT NULL"  # noqa: S608
_CHANGED = (
    f"SELECT revision FROM {MEMBERS_BY_SINCE} WHERE generation = :generation "  # noqa: S608
    "AND original IS NOT NULL AND since > :known AND since <= :version "
    f"UNION SELECT revision FROM {MEMBERS_BY_UNTIL} WHERE generation = :generation "
    "AND original IS NOT NULL AND until > :known AND until <= :version"
)
_OF_CHANGED = (
    f"SELECT {_ROW} FROM group_members WHERE {HOLDS} AND original IS NOT NULL "  # noqa: S608
    "AND revision IN (SELECT value FROM json_each(:changed))"
)


@dataclass(frozen=True, slots=True)
class KnownCopies:
    """All copies as of a version: `keys` are ascending, `originals` parallel to them.

    `rows` are `(n, 4) int64`: key, original, whether it is dated, its time. `grouped` are their
    keys and originals, `(n, 2)`, group by group: the original, then by time, undated ones last.
    """

    generation: int
    version: int
    read_s: float
    rows: NDArray[np.int64]
    grouped: NDArray[np.int64]

    @classmethod
    def of(
        cls, generation: int, version: int, read_s: float, rows: NDArray[np.int64]
    ) -> "KnownCopies":
        """Sort rows that are in any order."""
        rows = rows[np.argsort(rows[:, 0])]
        keys, originals, is_dated, when_s = rows.T
        order = np.lexsort((keys, when_s, 1 - is_dated, keys != originals, originals))
        return cls(generation, version, read_s, rows, rows[order, :2])

    @property
    def keys(self) -> Keys:
        """`(n,) int64`, ascending."""
        return self.rows[:, 0]

    @property
    def originals(self) -> Keys:
        """`(n,) int64`, parallel to `keys`."""
        return self.rows[:, 1]

    def groups_of(self, keys: Keys) -> dict[int, tuple[int, ...]]:
        """Each of `keys` that has copies, with all articles of its text, original first."""
        copied = keys[self.hold(keys)]
        originals = self.originals_of(copied)
        starts = np.searchsorted(self.grouped[:, 1], originals)
        ends = np.searchsorted(self.grouped[:, 1], originals, side="right")
        return {
            key: tuple(self.grouped[start:end, 0].tolist())
            for key, start, end in zip(copied.tolist(), starts, ends, strict=True)
            if end - start > 1
        }

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
        return KnownCopies.of(generation, version, read_s, _array(rows))

    def _changed(self, known: KnownCopies, version: int) -> KnownCopies:
        given = {"generation": known.generation, "version": version, "known": known.version}
        with self._database.connection() as connection:
            read_s = time.monotonic()
            changed = [revision for (revision,) in connection.execute(_CHANGED, given)]
            rows = connection.execute(
                _OF_CHANGED, {**given, "changed": json.dumps(changed)}
            ).fetchall()
        kept = ~np.isin(known.keys, np.array(changed, np.int64))
        both = np.concatenate([known.rows[kept], _array(rows)])
        return KnownCopies.of(known.generation, version, read_s, both)


def _is_old(known: KnownCopies) -> bool:
    """Whether rows that have ended since then may already be deleted."""
    return time.monotonic() - known.read_s > KEPT_S / 2


def _array(rows: list[tuple[int, int, int, int]]) -> NDArray[np.int64]:
    return np.array(rows, np.int64).reshape(len(rows), 4)
