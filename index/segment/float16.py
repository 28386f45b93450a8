"""Half-precision rows, and single precision from them in a few passes over whole arrays.

A component of a unit vector keeps 11 significant bits: an inner product with a unit vector is off
by at most 0.0005 (half of 2⁻¹⁰, if every rounding pulled the same way), and by about 0.00001 as
roundings fall. All scores are of the rounded rows, whichever way they are worked out.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from index.domain import Scores, Vector, Vectors

HalfVectors = NDArray[np.float16]

_SHIFT = 13
_KEPT = np.int32(-0x70002000)
"""All bits but those that the shift filled with copies of the sign: 0x8FFFE000."""
_SCALE = np.float32(2.0**112)
"""The difference of the two formats' exponent biases (127 and 15), as a factor."""

_BLOCK_ROWS = 8192
_CACHED_ROWS = 512
"""Rows at a time: they stay in the cache, and BLAS does not share so few among its threads, where a
request would wait for cores that other requests have."""


def rounded(vectors: NDArray[np.floating]) -> HalfVectors:
    """Vectors as they are stored."""
    return vectors.astype(np.float16)


def products(rows: HalfVectors, vector: Vector) -> Scores:
    """`(n,) float32`: the inner product of each row with a vector.

    NumPy converts halves one by one; moving their bits into place for all at once takes a quarter
    of the time. The factor that is then missing goes into the vector: both steps are exact.
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
    """All rows in single precision, some thousand at a time."""
    for start in range(0, len(rows), _BLOCK_ROWS):
        yield single(rows[start : start + _BLOCK_ROWS])


def _scaled_down(rows: HalfVectors) -> Vectors:
    bits = rows.view(np.int16).astype(np.int32)
    bits <<= _SHIFT
    bits &= _KEPT
    return bits.view(np.float32)
