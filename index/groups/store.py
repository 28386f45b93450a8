"""`GroupStore`: reading copies and stories, which are written by `index.groups.draft`.

A view is a generation at a version: rows record the versions between which they are valid, so a
page pinned to a version sees the same state as the first page.
"""

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from index.archive.database import Database
from index.domain import Keys
from index.errors import CursorError, SnapshotGone
from index.groups.domain import Member, StoryFilter, StoryOrder, StorySummary
from index.groups.known_copies import CopyMemory
from index.groups.tables import HOLDS, MEMBERS_BY_ORIGINAL, MEMBERS_BY_STORY

FEW = 50
"""Up to this many articles are looked up in the database."""

_VERSION = re.compile(r"(\d{1,9})\.(\d{1,15})")
_LISTED = "SELECT id, central, articles, first_s, last_s, languages FROM group_stories"
_ORDERS = {
    StoryOrder.RECENT: ("last_s", "id"),
    StoryOrder.LARGEST: ("articles", "last_s", "id"),
}


class GroupStore:
    """`index.groups.domain.Groups` in the archive's database. Raises ArchiveError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._copies = CopyMemory(database)

    def newest(self) -> "StoredGroups":
        """The newest state; without copies and stories before anything was grouped."""
        with self._database.connection() as connection:
            return StoredGroups(self._database, self._copies, *_current(connection))

    def pinned(self, version: str) -> "StoredGroups":
        """An earlier state. Raises SnapshotGone if it is no longer kept, and CursorError."""
        parsed = _VERSION.fullmatch(version)
        if parsed is None:
            raise CursorError("the cursor is damaged; request the first page again")
        generation, number = int(parsed[1]), int(parsed[2])
        with self._database.connection() as connection:
            row = connection.execute(
                "SELECT version FROM group_generations WHERE generation = ?", (generation,)
            ).fetchone()
        if (generation and row is None) or (row is not None and row[0] < number):
            raise SnapshotGone("the copies and stories that this cursor belongs to are gone")
        return StoredGroups(self._database, self._copies, generation, number)

    def listed(
        self, order: StoryOrder, wanted: StoryFilter, limit: int, after: StorySummary | None = None
    ) -> Sequence[StorySummary]:
        """Stories in an order, those after `after`."""
        columns = _ORDERS[order]
        conditions = ["generation = :generation"]
        if after is not None:
            # Everything is descending, so a row comparison selects what comes after.
            behind = ", ".join(f":after_{column}" for column in columns)
            conditions.append(f"({', '.join(columns)}) < ({behind})")
        if wanted.start_s is not None:
            conditions.append("last_s >= :start_s")
        if wanted.end_s is not None:
            conditions.append("first_s < :end_s")
        if wanted.languages:
            conditions.append(
                "EXISTS (SELECT 1 FROM json_each(languages) AS its JOIN json_each(:wanted) AS one "
                "ON its.value = one.value)"
            )
        falling = ", ".join(f"{column} DESC" for column in columns)
        statement = f"{_LISTED} WHERE {' AND '.join(conditions)} ORDER BY {falling} LIMIT :limit"
        with self._database.connection() as connection:
            values: dict[str, object] = {
                "generation": _current(connection)[0],
                "limit": limit,
                "start_s": wanted.start_s,
                "end_s": wanted.end_s,
                "wanted": json.dumps(wanted.languages),
            }
            if after is not None:
                values |= {f"after_{column}": getattr(after, column) for column in columns}
            return [_summary(row) for row in connection.execute(statement, values)]

    def current_id(self, story_id: str) -> str:
        """The id of the story into which `story_id` was merged; otherwise itself."""
        with self._database.connection() as connection:
            return merged_into(connection, story_id)


@dataclass(frozen=True, slots=True)
class StoredGroups:
    """`index.groups.domain.GroupsView`: one version, read on demand."""

    database: Database
    known_copies: CopyMemory
    generation: int
    number: int

    @property
    def version(self) -> str:
        """Identifies this state."""
        return f"{self.generation}.{self.number}"

    def originals(self, keys: Keys) -> Keys:
        """Each article's original; the article itself if it is not a copy."""
        ask = self.known_copies.at if len(keys) > FEW else self.known_copies.kept
        known = ask(self.generation, self.number)
        return self._stored_originals(keys) if known is None else known.originals_of(keys)

    def _stored_originals(self, keys: Keys) -> Keys:
        found = dict(
            self._rows(
                f"SELECT revision, original FROM group_members WHERE {HOLDS} "  # noqa: S608
                "AND original IS NOT NULL AND revision IN (SELECT value FROM json_each(:keys))",
                keys=_array(keys),
            )
        )
        return np.array([found.get(key, key) for key in keys.tolist()], np.int64)

    def copies(self, keys: Keys) -> Mapping[int, tuple[int, ...]]:
        """Each of `keys` that has copies, with all articles of its text, original first."""
        known = self.known_copies.kept(self.generation, self.number)
        if known is not None:
            return known.groups_of(keys)
        originals = self.originals(keys)
        rows = self._rows(
            f"SELECT original, revision FROM {MEMBERS_BY_ORIGINAL} WHERE {HOLDS} "  # noqa: S608
            "AND original IN (SELECT value FROM json_each(:keys)) "
            "ORDER BY revision != original, NOT is_dated, when_s, revision",
            keys=_array(originals),
        )
        groups: dict[int, list[int]] = {}
        for original, key in rows:
            groups.setdefault(original, []).append(key)
        return {
            key: tuple(groups[original])
            for key, original in zip(keys.tolist(), originals.tolist(), strict=True)
            if len(groups.get(original, ())) > 1
        }

    def duplicated(self) -> Keys:
        """All articles that are copies or have copies, ascending."""
        rows = self._rows(
            f"SELECT revision FROM {MEMBERS_BY_ORIGINAL} WHERE {HOLDS} AND original IS NOT NULL "  # noqa: S608
            "ORDER BY revision"
        )
        return np.array([key for (key,) in rows], np.int64)

    def stories(self, keys: Keys) -> Mapping[int, str]:
        """The story ids of the `keys` that belong to a story."""
        return dict(
            self._rows(
                f"SELECT revision, story FROM group_members WHERE {HOLDS} "  # noqa: S608
                "AND story IS NOT NULL AND revision IN (SELECT value FROM json_each(:keys))",
                keys=_array(keys),
            )
        )

    def members(self, story_id: str) -> Keys:
        """The articles of a story in time order, those without a date last."""
        with self.database.connection() as connection:
            story_id = merged_into(connection, story_id)
        rows = self._rows(
            f"SELECT revision FROM {MEMBERS_BY_STORY} WHERE {HOLDS} AND story = :story "  # noqa: S608
            "ORDER BY NOT is_dated, when_s, revision",
            story=story_id,
        )
        return np.array([key for (key,) in rows], np.int64)

    def told(self, story_ids: Sequence[str]) -> Mapping[str, tuple[Member, ...]]:
        """The articles of stories in time order, with their details."""
        rows = self._rows(
            "SELECT story, revision, coalesce(original, revision), when_s, language, is_dated "  # noqa: S608
            f"FROM {MEMBERS_BY_STORY} WHERE {HOLDS} "
            "AND story IN (SELECT value FROM json_each(:ids)) "
            "ORDER BY NOT is_dated, when_s, revision",
            ids=json.dumps(sorted(set(story_ids))),
        )
        found: dict[str, list[Member]] = {}
        for story, key, original, when_s, language, is_dated in rows:
            member = Member(key, original, when_s, language, bool(is_dated))
            found.setdefault(story, []).append(member)
        return {story: tuple(members) for story, members in found.items()}

    def summaries(self, story_ids: Sequence[str]) -> Mapping[str, StorySummary]:
        """Descriptions of stories as they are now, without those that no longer exist."""
        rows = self._rows(
            f"{_LISTED} WHERE generation = :generation "  # noqa: S608
            "AND id IN (SELECT value FROM json_each(:ids))",
            ids=json.dumps(sorted(set(story_ids))),
        )
        return {row[0]: _summary(row) for row in rows}

    def _rows(self, statement: str, **values: object) -> list[Any]:
        given = {"generation": self.generation, "version": self.number, **values}
        with self.database.connection() as connection:
            return connection.execute(statement, given).fetchall()


def merged_into(connection: sqlite3.Connection, story_id: str) -> str:
    """The story into which one was merged, directly or indirectly; otherwise itself."""
    (found,) = connection.execute(
        "WITH RECURSIVE went(id) AS (VALUES (?) UNION SELECT into_id FROM group_merged_stories "
        "JOIN went USING (id)) SELECT id FROM went WHERE id NOT IN "
        "(SELECT id FROM group_merged_stories) UNION ALL SELECT ? LIMIT 1",
        (story_id, story_id),
    ).fetchone()
    return str(found)


def _current(connection: sqlite3.Connection) -> tuple[int, int]:
    """The current generation and its newest version."""
    row = connection.execute(
        "SELECT generation, version FROM group_generations WHERE is_current = 1"
    ).fetchone()
    return (0, 0) if row is None else (row[0], row[1])


def _array(keys: Keys | Iterable[int]) -> str:
    return json.dumps([int(key) for key in keys])


def _summary(row: Sequence[Any]) -> StorySummary:
    story_id, central, articles, first_s, last_s, languages = row
    return StorySummary(story_id, central, articles, first_s, last_s, tuple(json.loads(languages)))
