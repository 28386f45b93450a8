"""A model's word table, kept outside its network: a half-precision row for each token.

It is mapped, so that only the rows of words that occur are in memory: as part of a network, a table
of 250,037 words takes 380 MB.
"""

from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderError

Words = NDArray[np.float16]
"""`(tokens, dim) float16`, mapped and read-only."""


class WordTable(Protocol):
    """The source of embeddings by token id: an array, or an object that unpacks them."""

    def __getitem__(self, ids: NDArray[np.int64], /) -> Any:
        """`(..., dim)` of any float type, for ids of any shape."""
        ...


def save_words(table: NDArray[np.float32], file: Path) -> None:
    """Write a table as .npy. Raises EncoderError if it exceeds half precision."""
    halves = table.astype(np.float16)
    if not np.isfinite(halves).all():
        raise EncoderError("the model's word table exceeds the range of half precision")
    np.save(file, halves)


def open_words(file: Path) -> Words:
    """Open the table in a file."""
    words: Words = np.load(file, mmap_mode="r")
    return words
