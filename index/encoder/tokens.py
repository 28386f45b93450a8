"""A model's own fast tokenizer, without transformers: counts, and makes token ids.

Owns the tokenizers adapter.
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
"""Texts that are tokenised at a time; what the library hands back is large."""


class FastTokenizer:
    """The tokenizer of `file` (tokenizer.json); safe to share between threads."""

    def __init__(self, file: Path, max_tokens: int) -> None:
        self._file = file
        self._cut = _load(file)
        self._cut.enable_truncation(max_tokens)
        self.special_tokens = self._cut.num_special_tokens_to_add(is_pair=False)

    @cached_property
    def _whole(self) -> Tokenizer:
        """One that cuts nothing; a search does without it."""
        return _load(self._file)

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens and never cut."""
        return [
            len(encoding.ids)
            for part in _slices(texts)
            for encoding in self._whole.encode_batch_fast(part, add_special_tokens=False)
        ]

    def encode(self, texts: Sequence[str]) -> list[TokenIds]:
        """The token ids of each text as the model takes them, cut at its limit."""
        return [
            np.array(encoding.ids, dtype=np.int32)
            for part in _slices(texts)
            for encoding in self._cut.encode_batch_fast(part)
        ]


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
