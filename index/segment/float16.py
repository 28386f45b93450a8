"""Half-precision rows and their fast conversion to single precision, array by array.

A component of a unit vector keeps 11 significant bits: an inner product with a unit vector is off
by at most 0.0005 (half of 2⁻¹⁰, if every rounding went the same way), and typically by about
0.00001. All scores are those of the rounded rows, however they are computed.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from index.domain import Scores, Vector, Vectors

HalfVectors = NDArray[np.float16]

_SHIFT = 13
_KEPT = np.int32(-0x70002000)
"""All bits except those that the shift filled with copies of the sign: 0x8FFFE000."""
_SCALE = np.float32(2.0**112)
"""The difference of the two formats' exponent biases (127 and 15), as a factor."""

_BLOCK_ROWS = 8192
_CACHED_ROWS = 512
"""Rows at a time: few enough to stay in the cache.

BLAS does not split so few among its threads either, where a request would wait for cores that other
requests use.
"""


def rounded(vectors: NDArray[np.floating]) -> HalfVectors:
    """Round vectors to half precision, as stored."""
    return vectors.astype(np.float16)


def products(rows: HalfVectors, vector: Vector) -> Scores:
    """`(n,) float32`: the inner product of each row with a vector.

    NumPy converts halves one by one; shifting the bits of all into place at once takes a quarter of
    the time. The missing factor is applied to the vector; both steps are exact.
    """
    scaled = vector * _SCALE
    found = np.empty(len(rows), np.float32)
    for start in range(0, len(rows), _CACHED_ROWS):
        block = slice(start, start + _CACHED_ROWS)
        np.matmul(_scaled_down(rows[block]), scaled, out=found[block])
    return found


def single(rows: HalfVectors) -> Vectors:
    """The same numbers in single precision."""
    vectors = _scaled_down(rows)
    vectors *= _SCALE
    return vectors


def blocks(rows: HalfVectors) -> Iterator[Vectors]:
    """All rows in single precision, a few thousand at a time."""
    for start in range(0, len(rows), _BLOCK_ROWS):
        yield single(rows[start : start + _BLOCK_ROWS])


def _scaled_down(rows: HalfVectors) -> Vectors:
    bits = rows.view(np.int16).astype(np.int32)
    bits <<= _SHIFT
    bits &= _KEPT
    return bits.view(np.float32)
