"""Batching texts for a model: texts of similar length, as many as fit into a batch."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.encoder.tokens import TokenIds

Rows = NDArray[np.intp]
"""`(n,)`: indices into the list of texts."""


def by_length(lengths: Sequence[int]) -> Rows:
    """The order that puts the longest first; equals stay in order.

    That way, insufficient memory shows at once and the end is filled evenly.
    """
    return np.argsort(-np.asarray(lengths, dtype=np.int64), kind="stable")


def token_batches(lengths: Sequence[int], max_batch_tokens: int) -> Iterator[Rows]:
    """Rows in order of length, in batches of at most `max_batch_tokens`, padding included.

    A single text that exceeds this is a batch of its own.
    """
    order = by_length(lengths)
    start = 0
    while start < len(order):
        longest = max(1, lengths[order[start]])
        end = start + max(1, max_batch_tokens // longest)
        yield order[start:end]
        start = end


def batch_tokens(lengths: Sequence[int], most: int, cores: int) -> int:
    """The most tokens in a batch: `most`, or fewer if cores would be left idle.

    This also distributes the few chunks of an article that was just posted.
    """
    return min(most, max(1, *lengths, -(-sum(lengths) // cores)))


def padded(
    tokens: Sequence[TokenIds], pad_id: int, multiple: int = 1
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Token ids and attention mask, `(n, longest)` each, the width rounded up to `multiple`."""
    longest = max(len(own) for own in tokens)
    width = -(-longest // multiple) * multiple
    ids = np.full((len(tokens), width), pad_id, dtype=np.int64)
    mask = np.zeros((len(tokens), width), dtype=np.int64)
    for row, own in enumerate(tokens):
        ids[row, : len(own)] = own
        mask[row, : len(own)] = 1
    return ids, mask
