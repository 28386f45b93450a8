"""A sorted table of strings opened by mmap: terms, surface forms, ids.

The strings are UTF-8, sorted by their bytes (which is code point order), concatenated in one blob;
`offsets[i]:offsets[i+1]` is string i. Lookups are binary searches that touch a few pages, so
opening costs nothing however large the table is. `heads[i]` is string i's first eight bytes as one
big-endian number, which sorts as the strings do: one search in them leaves few strings to compare.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

_STRINGS_AT_ONCE = 256
"""Strings decoded at a time by callers that may stop early."""


@dataclass(frozen=True, slots=True)
class TermDictionary:
    """`blob` is `(bytes,) uint8`, `offsets` is `(n + 1,) int64`, `heads` is `(n,) uint64`."""

    blob: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    heads: NDArray[np.uint64]

    @classmethod
    def of(cls, strings: Sequence[str]) -> "TermDictionary":
        """Create a table of distinct strings, already sorted by code point.

        Other strings can be stored too, but are found by position only.
        """
        encoded = [string.encode() for string in strings]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(item) for item in encoded], out=offsets[1:])
        heads = np.fromiter(map(_head, encoded), np.uint64, len(encoded))
        return cls(np.frombuffer(b"".join(encoded), np.uint8), offsets, heads)

    @classmethod
    def from_arrays(cls, flat: Mapping[str, NDArray[Any]], name: str) -> "TermDictionary":
        """Read the table stored under `name`; the inverse of `to_arrays`."""
        return cls(flat[f"{name}.blob"], flat[f"{name}.offsets"], flat[f"{name}.heads"])

    def to_arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Flat arrays under `name`, for `arrays.write`."""
        return {
            f"{name}.blob": self.blob,
            f"{name}.offsets": self.offsets,
            f"{name}.heads": self.heads,
        }

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, position: int) -> str:
        return self._bytes(position).decode()

    def take(self, positions: NDArray[np.int64]) -> list[str]:
        """The strings at the given positions, in that order."""
        text = self.blob.data
        starts, ends = self.offsets[positions], self.offsets[positions + 1]
        bounds = zip(starts.tolist(), ends.tolist(), strict=True)
        return [str(text[start:end], "utf-8") for start, end in bounds]

    def _bytes(self, position: int) -> bytes:
        return self.blob[self.offsets[position] : self.offsets[position + 1]].tobytes()

    def _lower_bound(self, key: bytes) -> int:
        """The first position whose string is not below `key`."""
        head = _head(key)
        # For a single key faster than NumPy's search, and without yielding to other threads.
        heads = self.heads.data
        low = bisect_left(heads, head)
        if low == len(self) or heads[low] != head:
            return low
        high = bisect_right(heads, head, low)
        while low < high:
            middle = (low + high) // 2
            if self._bytes(middle) < key:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, string: str) -> int | None:
        """The position of `string`, or None."""
        key = string.encode()
        position = self._lower_bound(key)
        return position if position < len(self) and self._bytes(position) == key else None

    def prefix_range(self, prefix: str) -> range:
        """The positions of all strings that begin with `prefix`."""
        key = prefix.encode()
        # 0xff never occurs in UTF-8, so this sorts after every extension of the prefix.
        return range(self._lower_bound(key), self._lower_bound(key + b"\xff"))

    def strings_from(self, start: bytes) -> Iterator[tuple[int, str]]:
        """The strings not before `start` in order of their bytes, each with its position."""
        for low in range(self._lower_bound(start), len(self), _STRINGS_AT_ONCE):
            block = range(low, min(low + _STRINGS_AT_ONCE, len(self)))
            yield from zip(block, self.strings(block), strict=True)

    def strings(self, positions: range | None = None) -> Iterator[str]:
        """The strings of a range of positions (default: all), decoded at once."""
        positions = range(len(self)) if positions is None else positions
        if not len(positions):
            return
        base = int(self.offsets[positions.start])
        text = self.blob[base : self.offsets[positions.stop]].tobytes()
        bounds = (self.offsets[positions.start : positions.stop + 1] - base).tolist()
        for start, end in pairwise(bounds):
            yield text[start:end].decode()


def _head(encoded: bytes) -> int:
    return int.from_bytes(encoded[:8].ljust(8, b"\0"), "big")
