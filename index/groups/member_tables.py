"""What each article belongs to: the original of its copies, and its story.

Every change of membership ends a row and begins another at the draft's version; readers of the
previous version do not see it.
"""

import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass

from index.groups.fact_tables import Facts
from index.groups.generation_tables import IS_OPEN, GenerationTables, array_of
from index.groups.tables import MEMBERS_BY_ORIGINAL, MEMBERS_BY_STORY


@dataclass(frozen=True, slots=True)
class Membership:
    """What an article belongs to: the original of its copies, and its story."""

    original: int | None = None
    story: str | None = None


ALONE = Membership()


class MemberTables(GenerationTables):
    """The table of members."""

    def __init__(self, connection: sqlite3.Connection, generation: int) -> None:
        super().__init__(connection, generation)
        self._memberships: dict[int, Membership] = {}

    def memberships(self, keys: Iterable[int]) -> dict[int, Membership]:
        """What the given articles belong to."""
        wanted = list(keys)
        missing = [key for key in wanted if key not in self._memberships]
        if missing:
            rows = self._rows(
                f"SELECT revision, original, story FROM group_members WHERE {IS_OPEN} "  # noqa: S608
                "AND revision IN (SELECT value FROM json_each(:keys))",
                keys=array_of(missing),
            )
            self._memberships.update(dict.fromkeys(missing, ALONE))
            for key, original, story in rows:
                self._memberships[key] = Membership(original, story)
        return {key: self._memberships[key] for key in wanted}

    def copies(self, original: int) -> list[int]:
        """All articles with the text of an original, including itself, by time."""
        rows = self._rows(
            f"SELECT revision FROM {MEMBERS_BY_ORIGINAL} WHERE {IS_OPEN} "  # noqa: S608
            "AND original = :original ORDER BY NOT is_dated, when_s, revision",
            original=original,
        )
        return [key for (key,) in rows]

    def texts_of(self, story: str, near_s: int, k: int) -> list[int]:
        """Up to k articles of a story, without copies, the nearest in time to an instant."""
        rows = self._rows(
            f"SELECT revision FROM {MEMBERS_BY_STORY} WHERE {IS_OPEN} "  # noqa: S608
            "AND story = :story AND (original IS NULL OR original = revision) "
            "ORDER BY abs(when_s - :near_s), revision LIMIT :k",
            story=story, near_s=near_s, k=k,
        )  # fmt: skip
        return [key for (key,) in rows]

    def members(self, story: str) -> list[int]:
        """All articles of a story, including copies."""
        rows = self._rows(
            f"SELECT revision FROM {MEMBERS_BY_STORY} WHERE {IS_OPEN} AND story = :story",  # noqa: S608
            story=story,
        )
        return [key for (key,) in rows]

    def count_texts(self, story: str) -> int:
        """The number of articles of a story, without copies."""
        ((count,),) = self._rows(
            f"SELECT count(*) FROM {MEMBERS_BY_STORY} WHERE {IS_OPEN} "  # noqa: S608
            "AND story = :story AND (original IS NULL OR original = revision)",
            story=story,
        )
        return int(count)

    def set_membership(self, facts: Facts, wanted: Membership) -> None:
        """Change what an article belongs to, from this version on."""
        self._memberships[facts.key] = wanted
        own = {"generation": self.generation, "key": facts.key, "version": self.version}
        row = self._connection.execute(
            f"SELECT since, original, story FROM group_members WHERE {IS_OPEN} "  # noqa: S608
            "AND revision = :key",
            own,
        ).fetchone()
        if row is not None:
            since, *current = row
            if Membership(*current) == wanted:
                return
            if since == self.version:
                self._connection.execute(
                    f"DELETE FROM group_members WHERE {IS_OPEN} AND revision = :key",  # noqa: S608
                    own,
                )
            else:
                self._connection.execute(
                    "UPDATE group_members SET until = :version, ended_at_s = :now "  # noqa: S608
                    f"WHERE {IS_OPEN} AND revision = :key",
                    own | {"now": int(time.time())},
                )
        if wanted != ALONE:
            self._connection.execute(
                "INSERT INTO group_members VALUES (?, ?, ?, NULL, NULL, ?, ?, ?, ?, ?)",
                (self.generation, facts.key, self.version, facts.when_s, facts.language,
                 wanted.original, wanted.story, facts.is_dated),
            )  # fmt: skip
