"""A converted model as an encoder: neither torch nor transformers is imported."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import numpy as np

from index.domain import EncoderIdentity, Vector, Vectors
from index.encoder.batches import Rows, batch_tokens, token_batches
from index.encoder.query_cache import remembering
from index.encoder.query_tokens import QueryTokenizer
from index.encoder.rows import unit_rows
from index.encoder.tokens import TokenIds

_WINDOW = 8192
"""Texts sorted by length together; the next window is tokenised meanwhile."""
_BATCH_TOKENS = 2048
"""Tokens per batch: enough to fill a core's matrix units, few enough to stay in its cache."""


class Tokenizer(Protocol):
    """Text to token ids. Thread-safe."""

    @property
    def special_tokens(self) -> int:
        """The number of tokens of each text."""
        ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens and never truncated."""
        ...

    def encode(self, texts: Sequence[str]) -> list[TokenIds]:
        """The token ids of each text as the model takes them, cut at its limit."""
        ...


class Network(Protocol):
    """Token ids to pooled vectors. Thread-safe."""

    @property
    def cores(self) -> int:
        """How many batches run at once."""
        ...

    def embed_one(self, tokens: TokenIds) -> Vectors:
        """`(1, dim)`, as soon as possible."""
        ...

    def embed_batches(
        self,
        batches: Iterable[tuple[Rows, Sequence[TokenIds]]],
        vectors: Vectors,
        on_done: Callable[[int], None],
    ) -> None:
        """Write each batch's vectors into its rows of `vectors`; `on_done` gets the rows done."""
        ...


class ConvertedEncoder:
    """An `index.protocols.Encoder` of a tokenizer and a network. Thread-safe."""

    def __init__(
        self,
        identity: EncoderIdentity,
        tokenizer: Tokenizer,
        network: Network,
        query_tokenizer: QueryTokenizer | None = None,
    ) -> None:
        self.identity = identity
        self._tokenizer = tokenizer
        self._query_tokenizer = query_tokenizer
        self._network = network
        self.encode_query = remembering(self._encode_query)

    @property
    def passage_budget(self) -> int:
        """Tokens that fit into one passage, after special tokens and prompt."""
        prompt = self.count_tokens([self.identity.passage_prompt])[0]
        return max(1, self.identity.max_tokens - self._tokenizer.special_tokens - prompt)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens and never truncated."""
        return self._tokenizer.count(texts)

    def encode_passages(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """`(len(texts), dim) float32`, unit rows, in the order given."""
        vectors = np.empty((len(texts), self.identity.dimension), dtype=np.float32)
        if not texts:
            return vectors
        self._network.embed_batches(
            self._batches(texts), vectors, on_progress or (lambda count: None)
        )
        return unit_rows(vectors, self.identity.name)

    def _encode_query(self, text: str) -> Vector:
        prompted = self.identity.query_prompt + text
        if self._query_tokenizer:
            tokens = self._query_tokenizer.encode(prompted)
        else:
            tokens = self._tokenizer.encode([prompted])[0]
        vector: Vector = unit_rows(self._network.embed_one(tokens), self.identity.name)[0]
        return vector

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[Rows, list[TokenIds]]]:
        for start, tokens in self._windows(texts):
            lengths = [len(own) for own in tokens]
            most = batch_tokens(lengths, _BATCH_TOKENS, self._network.cores)
            for rows in token_batches(lengths, most):
                yield rows + start, [tokens[row] for row in rows]

    def _windows(self, texts: Sequence[str]) -> Iterator[tuple[int, list[TokenIds]]]:
        """The token ids of each window of texts; a thread tokenises one window ahead."""
        prompt = self.identity.passage_prompt

        def tokenise(start: int) -> list[TokenIds]:
            return self._tokenizer.encode([prompt + t for t in texts[start : start + _WINDOW]])

        with ThreadPoolExecutor(max_workers=1) as ahead:
            coming = ahead.submit(tokenise, 0)
            for start in range(0, len(texts), _WINDOW):
                tokens = coming.result()
                if start + _WINDOW < len(texts):
                    coming = ahead.submit(tokenise, start + _WINDOW)
                yield start, tokens
