"""The data by which an article is compared: its facts, its bands and the names in it."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from index.groups.fingerprints import Names
from index.groups.generation_tables import GenerationTables, array_of

DAY_S = 86_400
_NO_DAY = -(10**9)


@dataclass(frozen=True, slots=True)
class Facts:
    """The data of one article. `when_s` is its date or, without one, the time it came in."""

    key: int
    article_id: str
    when_s: int
    language: str
    text_hash: int
    names: Names
    is_dated: bool = True

    @property
    def day(self) -> int:
        """The day under which it is stored; a separate one for articles without a date."""
        return self.when_s // DAY_S if self.is_dated else _NO_DAY


class FactTables(GenerationTables):
    """The tables of articles, bands and names.

    Data read is cached: one newcomer looks up the same neighbours several times, and the next one
    many of them again.
    """

    def __init__(self, connection: sqlite3.Connection, generation: int) -> None:
        super().__init__(connection, generation)
        self._facts: dict[int, Facts] = {}

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
        """Remove an article."""
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
        """The facts of the articles that are known, by ascending key."""
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
            keys=array_of(keys),
        )
        for key, article_id, when_s, language, text_hash, names, is_dated in rows:
            hashes = np.frombuffer(names, np.uint32)
            self._facts[key] = Facts(
                key, article_id, when_s, language, text_hash, hashes, bool(is_dated)
            )

    def versions(self, article_id: str, before: int) -> list[Facts]:
        """The facts of an article's versions older than a revision, the oldest first.

        There are several if a run was interrupted between adding the last and placing it.
        """
        rows = self._rows(
            "SELECT revision FROM group_articles WHERE generation = :generation "
            "AND article_id = :article_id AND revision < :before",
            article_id=article_id, before=before,
        )  # fmt: skip
        return [facts for _, facts in sorted(self.facts([key for (key,) in rows]).items())]

    def with_text(self, facts: Facts, span_s: int, k: int) -> list[int]:
        """Up to k articles with a text hash, dated at most `span_s` from a dated article.

        Up to k more are those for which one of the dates is unknown.
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
        """Up to k articles that share the most bands with an article; rare bands count more.

        They are from days at most `span_s` away, or have no date. At most k per band are examined:
        otherwise thousands of texts from one template would all be compared with each other.
        """
        days = [_NO_DAY]
        if facts.is_dated:
            days += range((facts.when_s - span_s) // DAY_S, (facts.when_s + span_s) // DAY_S + 1)
        shared: dict[int, float] = {}
        for band in bands:
            rows = self._rows(
                "SELECT revision FROM group_bands WHERE generation = :generation "
                "AND day IN (SELECT value FROM json_each(:days)) AND band = :band LIMIT :k",
                days=array_of(days), band=band, k=k,
            )  # fmt: skip
            for (key,) in rows:
                shared[key] = shared.get(key, 0.0) + 1 / len(rows)
        return sorted(shared, key=lambda key: (-shared[key], key))[:k]

    def articles(self) -> int:
        """The number of articles."""
        ((count,),) = self._rows(
            "SELECT count(*) FROM group_articles WHERE generation = :generation"
        )
        return int(count)

    def has_undated(self) -> bool:
        """Whether there is an article without a date."""
        return bool(
            self._rows(
                "SELECT 1 FROM group_articles WHERE generation = :generation AND NOT is_dated "
                "LIMIT 1"
            )
        )

    def name_counts(self, names: Collection[int]) -> dict[int, int]:
        """The number of articles in which each name occurs."""
        counts = dict.fromkeys(names, 0)
        counts.update(
            self._rows(
                "SELECT name, articles FROM group_names WHERE generation = :generation "
                "AND name IN (SELECT value FROM json_each(:names))",
                names=array_of(names),
            )
        )
        return counts
