"""Caching the vectors of recent queries: people page, filter and retry with the same words."""

from collections.abc import Callable
from functools import lru_cache

from index.domain import Vector

_QUERIES = 1024


def remembering(encode: Callable[[str], Vector]) -> Callable[[str], Vector]:
    """`encode` with repeats answered from memory. The vectors are shared, hence read-only."""

    @lru_cache(maxsize=_QUERIES)
    def remembered(text: str) -> Vector:
        vector = encode(text)
        vector.setflags(write=False)
        return vector

    return remembered
