"""The stories of a generation: their content and ids."""

import json
from collections.abc import Sequence
from hashlib import blake2b

from index.groups.generation_tables import IS_OPEN, GenerationTables
from index.groups.tables import MEMBERS_BY_STORY

_ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_ID_LETTERS = 8


class StoryTables(GenerationTables):
    """The tables of stories and merged stories."""

    def sum_up(self, story_id: str, central: int) -> None:
        """Store the totals of a story.

        `central` is its most central article. Its time is that of its dated articles or, without
        any, the time they came in.
        """
        rows = self._rows(
            f"SELECT language, count(*) FROM {MEMBERS_BY_STORY} "  # noqa: S608
            f"WHERE {IS_OPEN} AND story = :story GROUP BY language ORDER BY 2 DESC, 1",
            story=story_id,
        )
        languages, counts = zip(*rows, strict=True)
        ((first_s, last_s),) = self._rows(
            f"SELECT min(when_s), max(when_s) FROM {MEMBERS_BY_STORY} "  # noqa: S608
            f"WHERE {IS_OPEN} AND story = :story GROUP BY is_dated ORDER BY is_dated DESC LIMIT 1",
            story=story_id,
        )
        self._connection.execute(
            "INSERT OR REPLACE INTO group_stories VALUES (?, ?, ?, ?, ?, ?, ?)",
            (self.generation, story_id, central, sum(counts), first_s, last_s,
             json.dumps(languages)),
        )  # fmt: skip

    def drop_story(self, story_id: str, into: str | None = None) -> None:
        """Remove a story; its id then stands for `into`, if given."""
        self._connection.execute(
            "DELETE FROM group_stories WHERE generation = ? AND id = ?", (self.generation, story_id)
        )
        if into is not None:
            self._connection.execute(
                "INSERT OR REPLACE INTO group_merged_stories VALUES (?, ?)", (story_id, into)
            )

    def new_story_id(self, article_ids: Sequence[str]) -> str:
        """An id derived from the first article's id, so that the same story gets it again.

        If it is taken, the next article's id is used; the ids of merged stories count as taken.
        """
        for number in range(10**6):
            salt = "" if number < len(article_ids) else f"{number}:"
            name = _short(f"{salt}{article_ids[number % len(article_ids)]}")
            if not self._is_taken(name):
                return name
        raise AssertionError("a million story ids are taken")

    def _is_taken(self, name: str) -> bool:
        rows = self._rows(
            f"SELECT 1 FROM {MEMBERS_BY_STORY} WHERE {IS_OPEN} AND story = :name "  # noqa: S608
            "UNION ALL SELECT 1 FROM group_merged_stories WHERE id = :name LIMIT 1",
            name=name,
        )
        return bool(rows)


def _short(text: str) -> str:
    number = int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
    letters = []
    for _ in range(_ID_LETTERS):
        number, letter = divmod(number, len(_ID_ALPHABET))
        letters.append(_ID_ALPHABET[letter])
    return "".join(letters)
