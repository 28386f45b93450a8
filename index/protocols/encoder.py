"""Turning texts into vectors, and pairs of texts into scores."""

from collections.abc import Callable, Sequence
from typing import Protocol

from index.domain import EncoderIdentity, Scores, Vector, Vectors


class TokenCounter(Protocol):
    """Counts tokens as an encoder's own tokenizer does."""

    @property
    def passage_budget(self) -> int:
        """The number of tokens that fit into one passage, after special tokens and prompt."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text, without special tokens and never truncated."""
        ...


class Encoder(TokenCounter, Protocol):
    """Text to unit vectors. Deterministic: equal texts give equal vectors, up to float rounding."""

    @property
    def identity(self) -> EncoderIdentity:
        """What must be equal for vectors to be comparable."""
        ...

    def encode_passages(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """`(len(texts), dim) float32`, unit rows, in the order given.

        `on_progress` is called with the number of texts done so far.
        """
        ...

    def encode_query(self, text: str) -> Vector:
        """`(dim,) float32`, unit length."""
        ...


class Reranker(Protocol):
    """Reads a query and a passage together and scores how well they match."""

    def score(self, query: str, passages: Sequence[str]) -> Scores:
        """`(len(passages),) float32`, finite, larger is better. Raises EncoderError."""
        ...
