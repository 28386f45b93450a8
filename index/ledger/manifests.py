"""The states of an index in the ledger: which exist, and which is committed."""

import time
from collections.abc import Iterable
from dataclasses import replace

from index.errors import IndexLocked
from index.ledger.manifest import ServerManifest, parse
from index.ledger.sql import Sql, Statements

CURRENT = "current"
REBUILD = "rebuild"


class Manifests:
    """Reads and commits manifests."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def current_number(self) -> int | None:
        """The number of the committed manifest; None before the first commit."""
        with self._sql.reading() as statements:
            return _number(statements, CURRENT)

    def at(self, pointer: str) -> ServerManifest | None:
        """The manifest to which `CURRENT` or `REBUILD` points, if any. Raises IndexCorrupt."""
        with self._sql.reading() as statements:
            rows = statements.rows(
                "SELECT body FROM ledger_manifests WHERE number = "
                "(SELECT number FROM ledger_pointers WHERE name = ?)",
                (pointer,),
            )
        return parse(rows[0][0]) if rows else None

    def numbered(self, number: int) -> ServerManifest | None:
        """A manifest by number, as long as it is kept. Raises IndexCorrupt."""
        with self._sql.reading() as statements:
            rows = statements.rows("SELECT body FROM ledger_manifests WHERE number = ?", (number,))
        return parse(rows[0][0]) if rows else None

    def dead_keys(self, manifest: ServerManifest) -> list[int]:
        """The keys that a manifest does not show, ascending."""
        with self._sql.reading() as statements:
            rows = statements.rows(
                "SELECT key FROM ledger_dead WHERE generation = ? AND number <= ? ORDER BY key",
                (manifest.generation, manifest.number),
            )
        return [int(row[0]) for row in rows]

    def next_generation(self) -> int:
        """A number that no generation has had."""
        with self._sql.reading() as statements:
            ((last,),) = statements.rows("SELECT max(generation) FROM ledger_manifests")
        return int(last or 0) + 1

    def numbers_of(self, generation: int) -> set[int]:
        """The numbers of a generation's kept manifests."""
        with self._sql.reading() as statements:
            rows = statements.rows(
                "SELECT number FROM ledger_manifests WHERE generation = ?", (generation,)
            )
        return {int(row[0]) for row in rows}

    def expired(self, before_s: float) -> list[ServerManifest]:
        """Manifests replaced before an instant."""
        with self._sql.reading() as statements:
            rows = statements.rows(
                "SELECT body FROM ledger_manifests WHERE replaced_at_s < ?", (before_s,)
            )
        return [parse(row[0]) for row in rows]

    def forget(self, numbers: Iterable[int]) -> None:
        """Remove manifests to which nothing points."""
        with self._sql.writing() as statements:
            statements.many(
                "DELETE FROM ledger_manifests WHERE number = ?", [(n,) for n in numbers]
            )


def commit(
    statements: Statements,
    pointer: str,
    manifest: ServerManifest,
    replaced: int,
    dead: Iterable[int] = (),
) -> ServerManifest:
    """Point `pointer` at `manifest` in the caller's transaction; returns it with its number.

    `replaced` is the number from which the writer started (0: none): if another writer has
    committed since, IndexLocked is raised and nothing changes. `dead` keys are hidden from now on.
    """
    if (_number(statements, pointer) or 0) != replaced:
        raise IndexLocked("another process has written to the index meanwhile; try again")
    ((last,),) = statements.rows("SELECT coalesce(max(number), 0) FROM ledger_manifests")
    numbered = replace(manifest, number=int(last) + 1)
    statements.rows(
        "INSERT INTO ledger_manifests (number, generation, body) VALUES (?, ?, ?)",
        (numbered.number, numbered.generation, numbered.to_json()),
    )
    statements.many(
        "INSERT INTO ledger_dead (generation, key, number) VALUES (?, ?, ?) "
        "ON CONFLICT (generation, key) DO NOTHING",
        [(numbered.generation, key, numbered.number) for key in dead],
    )
    point(statements, pointer, numbered.number)
    return numbered


def point(statements: Statements, pointer: str, number: int | None) -> None:
    """Point `pointer` at a manifest; the previous one is kept for a while."""
    statements.rows(
        "UPDATE ledger_manifests SET replaced_at_s = ? WHERE number = "
        "(SELECT number FROM ledger_pointers WHERE name = ?)",
        (time.time(), pointer),
    )
    if number is None:
        statements.rows("DELETE FROM ledger_pointers WHERE name = ?", (pointer,))
        return
    statements.rows(
        "INSERT INTO ledger_pointers (name, number) VALUES (?, ?) "
        "ON CONFLICT (name) DO UPDATE SET number = excluded.number",
        (pointer, number),
    )


def _number(statements: Statements, pointer: str) -> int | None:
    rows = statements.rows("SELECT number FROM ledger_pointers WHERE name = ?", (pointer,))
    return int(rows[0][0]) if rows else None
