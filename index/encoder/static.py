"""A static encoder: a text's vector is the mean of its tokens' vectors, looked up in a table.

Needs neither torch nor a matrix product. Chunks are those of the model that the table was distilled
from: a mean over much more text than that says little. Model prompts are left out, since a constant
share of every mean says nothing.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.domain import EncoderIdentity, Vector, Vectors
from index.encoder.query_cache import remembering
from index.encoder.rows import unit_rows
from index.encoder.tokens import FastTokenizer, TokenIds

_SLICE = 1024
"""Texts between two reports of progress."""


class StaticEncoder:
    """An `index.protocols.Encoder`; `table` is `(tokens, dim) float32`. Safe to share."""

    def __init__(
        self,
        identity: EncoderIdentity,
        tokenizer: FastTokenizer,
        table: NDArray[np.float32],
        *,
        budget: int,
    ) -> None:
        self.identity = identity
        self.passage_budget = budget
        self._tokenizer = tokenizer
        self._table = table
        self.encode_query = remembering(self._encode_query)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, never cut."""
        return self._tokenizer.count(texts)

    def encode_passages(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """`(len(texts), dim) float32`, unit rows, in the order given."""
        vectors = np.zeros((len(texts), self.identity.dimension), dtype=np.float32)
        for start in range(0, len(texts), _SLICE):
            tokens = self._tokenizer.encode(texts[start : start + _SLICE])
            for row, own in enumerate(tokens, start):
                vectors[row] = self._sum(own)
            if on_progress is not None:
                on_progress(min(start + _SLICE, len(texts)))
        return unit_rows(vectors, self.identity.name)

    def _encode_query(self, text: str) -> Vector:
        vector: Vector = self.encode_passages([text])[0]
        return vector

    def _sum(self, tokens: TokenIds) -> NDArray[np.float32]:
        """The direction of the mean."""
        total: NDArray[np.float32] = self._table[tokens].sum(axis=0)
        return total
