"""`Draft`: one transaction's view of a generation of groups, to read and to change.

Every change of members ends a row and begins another at the draft's version, one more than that of
the generation; a reader of the version before sees nothing of it.
"""

import json
import sqlite3
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from index.groups.fingerprints import Names
from index.groups.tables import MEMBERS_BY_ORIGINAL, MEMBERS_BY_STORY

DAY_S = 86_400
_ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_ID_LETTERS = 8
_NO_DAY = -(10**9)
_OPEN = "generation = :generation AND until IS NULL"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is remembered of one article. `when_s` is its date, else when it came in."""

    key: int
    article_id: str
    when_s: int
    language: str
    text_hash: int
    names: Names
    is_dated: bool = True

    @property
    def day(self) -> int:
        """The day that it is kept under; one of their own for articles without a date."""
        return self.when_s // DAY_S if self.is_dated else _NO_DAY


@dataclass(frozen=True, slots=True)
class Membership:
    """What an article belongs to: the original of its copies, its story."""

    original: int | None = None
    story: str | None = None


ALONE = Membership()


class Draft:
    """Reads and writes through a connection inside a write transaction.

    Nobody else writes meanwhile, so what was read of an article is remembered to the end of it: one
    newcomer asks for the same neighbours several times, and the next one for many of them again.
    """

    def __init__(self, connection: sqlite3.Connection, generation: int) -> None:
        self._connection = connection
        self._facts: dict[int, Facts] = {}
        self._memberships: dict[int, Membership] = {}
        self.generation = generation
        (version,) = connection.execute(
            "SELECT version FROM group_generations WHERE generation = ?", (generation,)
        ).fetchone()
        self.version = int(version) + 1

    def finish(self, archive_revision: int) -> None:
        """Say up to which revision everything is grouped now."""
        self._connection.execute(
            "UPDATE group_generations SET version = ?, archive_revision = ? WHERE generation = ?",
            (self.version, archive_revision, self.generation),
        )

    # Facts

    def remember(self, facts: Facts, bands: Sequence[int]) -> None:
        """Add an article."""
        self._connection.execute(
            "INSERT INTO group_articles VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (self.generation, facts.key, facts.article_id, facts.when_s, facts.language,
             facts.text_hash, facts.names.tobytes(), facts.is_dated),
        )  # fmt: skip
        self._connection.executemany(
            "INSERT OR IGNORE INTO group_bands VALUES (?, ?, ?, ?)",
            [(self.generation, facts.day, band, facts.key) for band in bands],
        )
        self._count_names(facts.names, 1)
        self._facts[facts.key] = facts

    def forget(self, facts: Facts) -> None:
        """Take an article out."""
        own = (self.generation, facts.key)
        self._connection.execute(
            "DELETE FROM group_articles WHERE generation = ? AND revision = ?", own
        )
        self._connection.execute(
            "DELETE FROM group_bands WHERE generation = ? AND day = ? AND revision = ?",
            (self.generation, facts.day, facts.key),
        )
        self._count_names(facts.names, -1)
        self._facts.pop(facts.key, None)

    def _count_names(self, names: Names, step: int) -> None:
        self._connection.executemany(
            "INSERT INTO group_names VALUES (?, ?, ?) ON CONFLICT (generation, name) "
            "DO UPDATE SET articles = articles + excluded.articles",
            [(self.generation, name, step) for name in names.tolist()],
        )

    def facts(self, keys: Iterable[int]) -> dict[int, Facts]:
        """What is remembered of those articles that are known, by ascending key."""
        wanted = sorted(set(keys))
        missing = [key for key in wanted if key not in self._facts]
        if missing:
            self._read_facts(missing)
        return {key: self._facts[key] for key in wanted if key in self._facts}

    def _read_facts(self, keys: Iterable[int]) -> None:
        rows = self._rows(
            "SELECT revision, article_id, when_s, language, text_hash, names, is_dated "
            "FROM group_articles "
            "WHERE generation = :generation AND revision IN (SELECT value FROM json_each(:keys))",
            keys=_array(keys),
        )
        for key, article_id, when_s, language, text_hash, names, is_dated in rows:
            hashes = np.frombuffer(names, np.uint32)
            self._facts[key] = Facts(
                key, article_id, when_s, language, text_hash, hashes, bool(is_dated)
            )

    def versions(self, article_id: str, before: int) -> list[Facts]:
        """What is remembered of an article by id, older than a revision; the oldest first.

        More than one where a run that remembered the last was cut off before it placed it.
        """
        rows = self._rows(
            "SELECT revision FROM group_articles WHERE generation = :generation "
            "AND article_id = :article_id AND revision < :before",
            article_id=article_id, before=before,
        )  # fmt: skip
        return [facts for _, facts in sorted(self.facts([key for (key,) in rows]).items())]

    def with_text(self, facts: Facts, span_s: int, k: int) -> list[int]:
        """Up to k articles with a text hash, dated at most `span_s` from a dated article.

        As many more whose dates are not both known.
        """
        statement = (
            "SELECT revision FROM group_articles WHERE generation = :generation "
            "AND text_hash = :text_hash AND is_dated = :is_dated "
            "AND (NOT :has_window OR when_s BETWEEN :first_s AND :last_s) LIMIT :k"
        )
        keys = []
        for is_dated in (True, False):
            keys += self._rows(
                statement, text_hash=facts.text_hash, is_dated=is_dated,
                has_window=facts.is_dated and is_dated,
                first_s=facts.when_s - span_s, last_s=facts.when_s + span_s, k=k,
            )  # fmt: skip
        return [key for (key,) in keys]

    def sharing_bands(self, facts: Facts, bands: Sequence[int], span_s: int, k: int) -> list[int]:
        """Up to k articles that share most bands, a rare one counting more, with an article.

        They are of the days that lie at most `span_s` from it, or have no date. Of one band at most
        k are looked at: thousands made from one template would each be compared with all.
        """
        days = [_NO_DAY]
        if facts.is_dated:
            days += range((facts.when_s - span_s) // DAY_S, (facts.when_s + span_s) // DAY_S + 1)
        shared: dict[int, float] = {}
        for band in bands:
            rows = self._rows(
                "SELECT revision FROM group_bands WHERE generation = :generation "
                "AND day IN (SELECT value FROM json_each(:days)) AND band = :band LIMIT :k",
                days=_array(days), band=band, k=k,
            )  # fmt: skip
            for (key,) in rows:
                shared[key] = shared.get(key, 0.0) + 1 / len(rows)
        return sorted(shared, key=lambda key: (-shared[key], key))[:k]

    def articles(self) -> int:
        """How many articles are remembered."""
        ((count,),) = self._rows(
            "SELECT count(*) FROM group_articles WHERE generation = :generation"
        )
        return int(count)

    def has_undated(self) -> bool:
        """Whether an article without a date is remembered."""
        return bool(
            self._rows(
                "SELECT 1 FROM group_articles WHERE generation = :generation AND NOT is_dated "
                "LIMIT 1"
            )
        )

    def name_counts(self, names: Collection[int]) -> dict[int, int]:
        """In how many articles each name occurs."""
        counts = dict.fromkeys(names, 0)
        counts.update(
            self._rows(
                "SELECT name, articles FROM group_names WHERE generation = :generation "
                "AND name IN (SELECT value FROM json_each(:names))",
                names=_array(names),
            )
        )
        return counts

    # Members

    def memberships(self, keys: Iterable[int]) -> dict[int, Membership]:
        """What some articles belong to."""
        wanted = list(keys)
        missing = [key for key in wanted if key not in self._memberships]
        if missing:
            rows = self._rows(
                f"SELECT revision, original, story FROM group_members WHERE {_OPEN} "  # noqa: S608
                "AND revision IN (SELECT value FROM json_each(:keys))",
                keys=_array(missing),
            )
            self._memberships.update(dict.fromkeys(missing, ALONE))
            for key, original, story in rows:
                self._memberships[key] = Membership(original, story)
        return {key: self._memberships[key] for key in wanted}

    def copies(self, original: int) -> list[int]:
        """All articles with the text of an original, itself included, by time."""
        rows = self._rows(
            f"SELECT revision FROM {MEMBERS_BY_ORIGINAL} WHERE {_OPEN} "  # noqa: S608
            "AND original = :original ORDER BY NOT is_dated, when_s, revision",
            original=original,
        )
        return [key for (key,) in rows]

    def texts_of(self, story: str, near_s: int, k: int) -> list[int]:
        """Up to k articles of a story, without copies, the nearest in time to an instant."""
        rows = self._rows(
            f"SELECT revision FROM {MEMBERS_BY_STORY} WHERE {_OPEN} "  # noqa: S608
            "AND story = :story AND (original IS NULL OR original = revision) "
            "ORDER BY abs(when_s - :near_s), revision LIMIT :k",
            story=story, near_s=near_s, k=k,
        )  # fmt: skip
        return [key for (key,) in rows]

    def members(self, story: str) -> list[int]:
        """All articles of a story, copies included."""
        rows = self._rows(
            f"SELECT revision FROM {MEMBERS_BY_STORY} WHERE {_OPEN} AND story = :story",  # noqa: S608
            story=story,
        )
        return [key for (key,) in rows]

    def count_texts(self, story: str) -> int:
        """How many articles a story has, without copies."""
        ((count,),) = self._rows(
            f"SELECT count(*) FROM {MEMBERS_BY_STORY} WHERE {_OPEN} "  # noqa: S608
            "AND story = :story AND (original IS NULL OR original = revision)",
            story=story,
        )
        return int(count)

    def set_membership(self, facts: Facts, wanted: Membership) -> None:
        """Let an article belong to something else from this version on."""
        self._memberships[facts.key] = wanted
        own = {"generation": self.generation, "key": facts.key, "version": self.version}
        row = self._connection.execute(
            f"SELECT since, original, story FROM group_members WHERE {_OPEN} "  # noqa: S608
            "AND revision = :key",
            own,
        ).fetchone()
        if row is not None:
            since, *current = row
            if Membership(*current) == wanted:
                return
            if since == self.version:
                self._connection.execute(
                    f"DELETE FROM group_members WHERE {_OPEN} AND revision = :key",  # noqa: S608
                    own,
                )
            else:
                self._connection.execute(
                    "UPDATE group_members SET until = :version, ended_at_s = :now "  # noqa: S608
                    f"WHERE {_OPEN} AND revision = :key",
                    own | {"now": int(time.time())},
                )
        if wanted != ALONE:
            self._connection.execute(
                "INSERT INTO group_members VALUES (?, ?, ?, NULL, NULL, ?, ?, ?, ?, ?)",
                (self.generation, facts.key, self.version, facts.when_s, facts.language,
                 wanted.original, wanted.story, facts.is_dated),
            )  # fmt: skip

    # Stories

    def sum_up(self, story_id: str, central: int) -> None:
        """Count what a story holds; `central` is its most central article.

        Its time is that of its dated articles; without any, when they came in.
        """
        rows = self._rows(
            f"SELECT language, count(*) FROM {MEMBERS_BY_STORY} "  # noqa: S608
            f"WHERE {_OPEN} AND story = :story GROUP BY language ORDER BY 2 DESC, 1",
            story=story_id,
        )
        languages, counts = zip(*rows, strict=True)
        ((first_s, last_s),) = self._rows(
            f"SELECT min(when_s), max(when_s) FROM {MEMBERS_BY_STORY} "  # noqa: S608
            f"WHERE {_OPEN} AND story = :story GROUP BY is_dated ORDER BY is_dated DESC LIMIT 1",
            story=story_id,
        )
        self._connection.execute(
            "INSERT OR REPLACE INTO group_stories VALUES (?, ?, ?, ?, ?, ?, ?)",
            (self.generation, story_id, central, sum(counts), first_s, last_s,
             json.dumps(languages)),
        )  # fmt: skip

    def drop_story(self, story_id: str, into: str | None = None) -> None:
        """A story is no more; its id now stands for `into`, if for anything."""
        self._connection.execute(
            "DELETE FROM group_stories WHERE generation = ? AND id = ?", (self.generation, story_id)
        )
        if into is not None:
            self._connection.execute(
                "INSERT OR REPLACE INTO group_merged_stories VALUES (?, ?)", (story_id, into)
            )

    def new_story_id(self, article_ids: Sequence[str]) -> str:
        """An id made from the first article's id, so that the same story gets it again.

        Where it is taken, the next article's; the ids of merged stories count as taken.
        """
        for number in range(10**6):
            salt = "" if number < len(article_ids) else f"{number}:"
            name = _short(f"{salt}{article_ids[number % len(article_ids)]}")
            if not self._is_taken(name):
                return name
        raise AssertionError("a million story ids are taken")

    def _is_taken(self, name: str) -> bool:
        rows = self._rows(
            f"SELECT 1 FROM {MEMBERS_BY_STORY} WHERE {_OPEN} AND story = :name "  # noqa: S608
            "UNION ALL SELECT 1 FROM group_merged_stories WHERE id = :name LIMIT 1",
            name=name,
        )
        return bool(rows)

    def _rows(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(
            statement, {"generation": self.generation, **values}
        ).fetchall()


def _short(text: str) -> str:
    number = int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
    letters = []
    for _ in range(_ID_LETTERS):
        number, letter = divmod(number, len(_ID_ALPHABET))
        letters.append(_ID_ALPHABET[letter])
    return "".join(letters)


def _array(keys: Iterable[int]) -> str:
    return json.dumps([int(key) for key in keys])
