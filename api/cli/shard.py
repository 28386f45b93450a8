"""One machine's part of the records that several machines read: `3/8` is the third of eight."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Self

from index.domain import Article
from index.errors import RecordError, SettingsError


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number` (from 1) of `count`."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `3/8`. Raises SettingsError."""
        match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text.strip())
        if match is None or not 1 <= int(match[1]) <= int(match[2]):
            raise SettingsError(
                f"{text!r} is not a shard; write for example 3/8 for the third of eight"
            )
        return cls(int(match[1]), int(match[2]))

    def of(self, records: Iterable[Article | RecordError]) -> Iterator[Article | RecordError]:
        """Yield the records of this part.

        An article is assigned by its id, so that all its versions meet; a record that cannot be
        read, by its place, so that one machine reports it.
        """
        for record in records:
            key = record.place if isinstance(record, RecordError) else record.id
            digest = blake2b(key.encode(), digest_size=8).digest()
            if int.from_bytes(digest) % self.count == self.number - 1:
                yield record
