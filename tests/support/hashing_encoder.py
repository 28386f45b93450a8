"""The one stand-in: a deterministic encoder for tests that are not about the model.

A text's vector is the sum of fixed pseudo-random vectors of its words, case folded, so that texts
with many words in common have a high cosine. A token is a word or a punctuation mark.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np

from index.domain import EncoderIdentity, Vector, Vectors

_TOKEN = re.compile(r"\w+|[^\w\s]")
_SPECIAL_TOKENS = 2


class HashingEncoder:
    """An `index.protocols.Encoder` without a model; `texts_encoded` counts the passages it saw."""

    def __init__(
        self, dimension: int = 64, max_tokens: int = 128, *, revision: str = "hashing-1"
    ) -> None:
        self.identity = EncoderIdentity("hashing", revision, dimension, max_tokens)
        self.texts_encoded = 0

    @property
    def passage_budget(self) -> int:
        return self.identity.max_tokens - _SPECIAL_TOKENS

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(_TOKEN.findall(text)) for text in texts]

    def encode_passages(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        vectors = np.empty((len(texts), self.identity.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._vector(text)
            self.texts_encoded += 1
            if on_progress is not None:
                on_progress(row + 1)
        return vectors

    def encode_query(self, text: str) -> Vector:
        return self._vector(text)

    def _vector(self, text: str) -> Vector:
        words = _TOKEN.findall(text)[: self.passage_budget] or [""]
        total = np.sum([_word_vector(w.casefold(), self.identity.dimension) for w in words], axis=0)
        return np.asarray(total / np.linalg.norm(total), dtype=np.float32)


@lru_cache(maxsize=65_536)
def _word_vector(word: str, dimension: int) -> Vector:
    seed = int.from_bytes(blake2b(word.encode("utf-8"), digest_size=8).digest())
    return np.random.default_rng(seed).standard_normal(dimension).astype(np.float32)
