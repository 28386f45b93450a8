"""The weights of `fast`, read from the package's file, which is an archive of NumPy arrays.

The rows of the word table are distributed over 17 arrays of unsigned bytes, `q1` to `q17`, as
TensorFlow distributes partitions: piece `i` is row `i // 17` of the array `i % 17 + 1`. Each array
has a scale and a minimum (`scale`, `lo`): weight = byte * scale + lo. Bytes use six bits. All other
arrays are float32, a matrix as (inputs, outputs). `bits` and `eps` are constants of the format.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderError

Floats = NDArray[np.float32]

DIMENSION = 512
PARTS = 17
ROWS = 7530
WIDTH = 256
"""Features of one n-gram branch."""


class Ngram(NamedTuple):
    """One of the branches: it reads `order` pieces, of which `before` precede the current one."""

    order: int
    before: int


NGRAMS = (Ngram(2, 0), Ngram(3, 1), Ngram(5, 2))

_FEATURES = DIMENSION + len(NGRAMS) * WIDTH
_HIDDEN = 320
_OF_BRANCH = {
    "proj{n}": (DIMENSION, WIDTH),
    "proj_b{n}": (WIDTH,),
    "ln_g{n}": (WIDTH,),
    "ln_b{n}": (WIDTH,),
    "b1_{n}": (WIDTH,),
    "b2_{n}": (WIDTH,),
}
_OF_ALL = {
    "ln_g": (_FEATURES,),
    "ln_b": (_FEATURES,),
    "cnn_W": (_FEATURES, DIMENSION),
    "cnn_b": (DIMENSION,),
    "d0": (DIMENSION, _HIDDEN),
    "p1": (DIMENSION, _HIDDEN),
    "d1": (_HIDDEN, _HIDDEN),
    "d2": (_HIDDEN, DIMENSION),
    "p3": (_HIDDEN, DIMENSION),
    "d3": (DIMENSION, DIMENSION),
    "scale": (PARTS,),
    "lo": (PARTS,),
}


def layer_shapes() -> dict[str, tuple[int, ...]]:
    """The shape of every float32 array, by name in the file."""
    shapes: dict[str, tuple[int, ...]] = dict(_OF_ALL)
    for ngram in NGRAMS:
        shapes |= {name.format(n=ngram.order): shape for name, shape in _OF_BRANCH.items()}
        window = (ngram.order * WIDTH, WIDTH)
        shapes |= {f"w1_{ngram.order}": window, f"w2_{ngram.order}": window}
    return shapes


@dataclass(frozen=True, slots=True)
class Words:
    """The word table.

    `table` is `(ROWS * PARTS, DIMENSION) uint8`, one row per piece, possibly mapped from a file;
    `scales` is `(2, PARTS)`, the scale and minimum of each part.
    """

    table: NDArray[np.uint8]
    scales: Floats

    def __getitem__(self, ids: NDArray[np.integer], /) -> Floats:
        """`(..., DIMENSION)`: the word vectors of piece ids of any shape."""
        scale, least = self.scales[:, ids % PARTS, np.newaxis]
        vectors: Floats = self.table[ids] * scale
        vectors += least
        return vectors


@dataclass(frozen=True, slots=True)
class Weights:
    """`layers` is everything except the words, by name in the file."""

    words: Words
    layers: Mapping[str, Floats]


def read_weights(file: Path) -> Weights:
    """Unpack the weights in the package's file. Raises EncoderError if its format differs."""
    table = np.empty((ROWS * PARTS, DIMENSION), np.uint8)
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            for part in range(PARTS):
                table[part::PARTS] = _array(arrays, f"q{part + 1}", "uint8", (ROWS, DIMENSION))
            layers = {
                name: _array(arrays, name, "float32", shape)
                for name, shape in layer_shapes().items()
            }
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise EncoderError(
            f"{file}: not the weights of the encoder 'fast' ({error}). Reinstall the package."
        ) from error
    scales = np.stack([layers["scale"], layers["lo"]])
    return Weights(Words(table, scales), layers)


def _array(
    arrays: Mapping[str, NDArray[Any]], name: str, dtype: str, shape: tuple[int, ...]
) -> NDArray[Any]:
    array = arrays[name]
    if array.dtype != dtype or array.shape != shape:
        raise ValueError(f"{name} is {array.dtype} {array.shape}, but should be {dtype} {shape}")
    return array
