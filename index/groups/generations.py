"""Generations of groups: which is current, which is being built, and how one replaces another.

Functions that take a connection write, inside the caller's transaction.
"""

import sqlite3
import time
from dataclasses import dataclass

from index.groups.tables import KEPT_S, MEMBERS_BY_STORY

_TABLES = ("group_articles", "group_bands", "group_names", "group_members", "group_stories")
_OPEN = "SELECT * FROM group_members WHERE until IS NULL"


@dataclass(frozen=True, slots=True)
class Generation:
    """One run over the archive, complete up to `archive_revision`."""

    generation: int
    recipe: str
    archive_revision: int
    is_current: bool


_SELECT = (
    "SELECT generation, recipe, archive_revision, is_current FROM group_generations "
    "WHERE retired_at_s IS NULL AND "
)


def current(connection: sqlite3.Connection) -> Generation | None:
    """The current generation; None before anything was grouped."""
    row = connection.execute(f"{_SELECT} is_current = 1").fetchone()
    return None if row is None else Generation(*row)


def begun(connection: sqlite3.Connection, recipe: str) -> Generation:
    """The generation of a recipe, created if missing; the very first one is current at once."""
    row = connection.execute(f"{_SELECT} recipe = ?", (recipe,)).fetchone()
    if row is None:
        (last, version) = connection.execute(
            "SELECT coalesce(max(generation), 0), coalesce(max(version), 0) FROM group_generations"
        ).fetchone()
        connection.execute(
            "INSERT INTO group_generations VALUES (?, ?, 0, ?, ?, NULL)",
            (last + 1, recipe, version + 1, int(current(connection) is None)),
        )
        row = connection.execute(f"{_SELECT} recipe = ?", (recipe,)).fetchone()
    return Generation(*row)


def discard_old(connection: sqlite3.Connection, recipe: str) -> None:
    """Delete what no cursor can request any more, and unfinished generations of other recipes."""
    long_ago_s = int(time.time()) - KEPT_S
    connection.execute(
        "DELETE FROM group_members WHERE until IS NOT NULL AND ended_at_s < ?", (long_ago_s,)
    )
    rows = connection.execute(
        "SELECT generation FROM group_generations WHERE retired_at_s < ? "
        "OR (is_current = 0 AND retired_at_s IS NULL AND recipe != ?)",
        (long_ago_s, recipe),
    ).fetchall()
    for row in rows:
        for table in (*_TABLES, "group_generations"):
            connection.execute(f"DELETE FROM {table} WHERE generation = ?", row)  # noqa: S608


def replace_current(connection: sqlite3.Connection, generation: int) -> None:
    """Make a finished generation the current one.

    A story takes the id of the current story with which it has the most articles in common; the id
    of a current story without a successor stands for the story with most of its articles.
    """
    before = current(connection)
    assert before is not None, "the first generation is current from the start"
    overlaps = connection.execute(
        f"SELECT new.story, old.story FROM ({_OPEN}) new JOIN ({_OPEN}) old USING (revision) "  # noqa: S608
        "WHERE new.generation = ? AND old.generation = ? "
        "AND new.story IS NOT NULL AND old.story IS NOT NULL "
        "GROUP BY 1, 2 ORDER BY count(*) DESC, 2, 1",
        (generation, before.generation),
    ).fetchall()
    ids: dict[str, str] = {}
    gone: dict[str, str] = {}
    for new, old in overlaps:
        if new not in ids and old not in ids.values():
            ids[new] = old
    for new, old in overlaps:
        if old not in ids.values():
            gone.setdefault(old, ids.get(new, new))
    _rename(connection, generation, ids)
    connection.executemany(
        "INSERT OR REPLACE INTO group_merged_stories VALUES (?, ?)", list(gone.items())
    )
    connection.execute(
        "DELETE FROM group_merged_stories WHERE id IN "
        "(SELECT id FROM group_stories WHERE generation = ?)",
        (generation,),
    )
    connection.execute(
        "UPDATE group_generations SET is_current = 0, retired_at_s = ? WHERE generation = ?",
        (int(time.time()), before.generation),
    )
    connection.execute(
        "UPDATE group_generations SET is_current = 1 WHERE generation = ?", (generation,)
    )


def _rename(connection: sqlite3.Connection, generation: int, ids: dict[str, str]) -> None:
    """Change the ids of a generation's stories, via names that no story has."""
    others = {
        name
        for (name,) in connection.execute(
            "SELECT id FROM group_stories WHERE generation = ?", (generation,)
        )
    } - ids.keys()
    # A story without a predecessor, whose id now goes to another.
    wanted = ids | {name: f"{name}x" for name in others & set(ids.values())}
    steps = [(f"~{new}", new) for new in wanted]
    steps += [(old, f"~{new}") for new, old in wanted.items()]
    for table, column in ((MEMBERS_BY_STORY, "story"), ("group_stories", "id")):
        connection.executemany(
            f"UPDATE {table} SET {column} = ? WHERE generation = ? AND {column} = ?",  # noqa: S608
            [(to, generation, name) for to, name in steps],
        )
