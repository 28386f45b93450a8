"""Tidying up never keeps news waiting for long."""

from typing import Any

from hashing_encoder import HashingEncoder

from index.build.pipeline import catch_up


class Newsroom:
    """An archive and a writer in one, with endless merging to do; news comes after two steps."""

    archive_revision = 5

    def __init__(self) -> None:
        self.merges = 0

    def count(self, after: int = 0) -> int:
        return 0

    def changes(self, after: int, limit: int) -> list[Any]:
        return ["news"] if self.merges >= 2 else []

    def merge(self, added: int = 0) -> bool:
        self.merges += 1
        return self.merges < 100


def test_merging_ends_when_there_is_news() -> None:
    newsroom: Any = Newsroom()
    catch_up(newsroom, newsroom, HashingEncoder())
    assert newsroom.merges == 2
