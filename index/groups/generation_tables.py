"""`GenerationTables`: one generation's rows of the tables of groups, inside a write transaction."""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

IS_OPEN = "generation = :generation AND until IS NULL"
"""Rows of `group_members` that have not ended."""


class GenerationTables:
    """Reads and writes through a connection in a write transaction.

    Everything written belongs to `version`, one more than the generation's.
    """

    def __init__(self, connection: sqlite3.Connection, generation: int) -> None:
        self._connection = connection
        self.generation = generation
        (version,) = connection.execute(
            "SELECT version FROM group_generations WHERE generation = ?", (generation,)
        ).fetchone()
        self.version = int(version) + 1

    def _rows(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(
            statement, {"generation": self.generation, **values}
        ).fetchall()


def array_of(keys: Iterable[int]) -> str:
    """Keys as one parameter: a JSON array."""
    return json.dumps([int(key) for key in keys])
