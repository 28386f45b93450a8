"""Named arrays in one file, opened by mmap.

The file is in the safetensors format (8 bytes header length, a JSON header, raw little-endian
data), so other tools can read it and nothing needs unpickling. Opening maps the file and creates
views; no data is read until it is accessed.
"""

import json
import math
import mmap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedFile

_DTYPES = {
    "BOOL": np.bool_,
    "U8": np.uint8,
    "I8": np.int8,
    "U16": np.uint16,
    "I16": np.int16,
    "U32": np.uint32,
    "I32": np.int32,
    "U64": np.uint64,
    "I64": np.int64,
    "F16": np.float16,
    "F32": np.float32,
    "F64": np.float64,
}
_NAMES = {np.dtype(kind): name for name, kind in _DTYPES.items()}
_ALIGNMENT = 8
_MAX_HEADER_BYTES = 100_000_000


class MappedArrays(dict[str, NDArray[Any]]):
    """The arrays of one file. Accessing a missing array raises DamagedFile."""

    def __init__(self, path: Path, arrays: Mapping[str, NDArray[Any]], mapping: mmap.mmap) -> None:
        super().__init__(arrays)
        self._path = path
        self._mapping = mapping

    def release(self) -> None:
        """Drop the file's pages from this process's resident memory until they are read again."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._mapping.madvise(mmap.MADV_DONTNEED)

    def __missing__(self, name: str) -> NDArray[Any]:
        """Report an expected array that the file lacks."""
        raise DamagedFile(self._path, f"does not contain the array {name!r}")


@dataclass(frozen=True, slots=True)
class Shape:
    """The type and shape of an array before its content exists."""

    dtype: np.dtype[Any]
    lengths: tuple[int, ...]

    @property
    def size_bytes(self) -> int:
        """Its size in bytes."""
        return math.prod(self.lengths) * self.dtype.itemsize


Piece = tuple[str, NDArray[Any]]
"""Some of an array's values, continuing those of the previous piece."""


def shapes_of(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Shape]:
    """The shapes of complete arrays."""
    return {name: Shape(array.dtype, array.shape) for name, array in arrays.items()}


def write(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write complete arrays under their names. Raises OSError."""
    write_pieces(path, shapes_of(arrays), arrays.items())


def write_pieces(path: Path, shapes: Mapping[str, Shape], pieces: Iterable[Piece]) -> None:
    """Write arrays that arrive in pieces, interleaved in any way.

    Raises OSError, and ValueError if the pieces do not add up to the shapes.
    """
    header, starts = _layout(shapes)
    ends = dict(starts)
    with path.open("wb") as file:
        file.write(header)
        for name, values in pieces:
            if values.dtype != shapes[name].dtype:
                raise ValueError(f"a piece of {name} has the type {values.dtype}")
            file.seek(len(header) + ends[name])
            file.write(np.ascontiguousarray(values).data)
            ends[name] += values.nbytes
    for name, shape in shapes.items():
        if ends[name] - starts[name] != shape.size_bytes:
            raise ValueError(f"the pieces of {name} do not add up to its shape {shape.lengths}")


def _layout(shapes: Mapping[str, Shape]) -> tuple[bytes, dict[str, int]]:
    """The file's header, and the offset of each array after it.

    Arrays with the widest numbers come first, so that all are aligned.
    """
    entries: dict[str, Any] = {}
    starts: dict[str, int] = {}
    at = 0
    for name, shape in sorted(shapes.items(), key=lambda item: (-item[1].dtype.itemsize, item[0])):
        starts[name] = at
        at += shape.size_bytes
        entries[name] = {
            "dtype": _NAMES[shape.dtype],
            "shape": shape.lengths,
            "data_offsets": (starts[name], at),
        }
    listed = json.dumps(entries, ensure_ascii=False, separators=(",", ":")).encode()
    listed += b" " * (-len(listed) % _ALIGNMENT)
    return len(listed).to_bytes(8, "little") + listed, starts


def open_mapped(path: Path) -> MappedArrays:
    """The arrays of a file as read-only views of its mapping. Raises DamagedFile."""
    try:
        with path.open("rb") as file:
            mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        length = int.from_bytes(mapping[:8], "little")
        if not 0 < length <= min(_MAX_HEADER_BYTES, len(mapping) - 8):
            raise ValueError("the header length is impossible")
        header = json.loads(mapping[8 : 8 + length])
        data = np.frombuffer(mapping, np.uint8, offset=8 + length)
        views = {
            name: _view(data, entry) for name, entry in header.items() if name != "__metadata__"
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedFile(path, f"cannot be opened ({error})") from error
    return MappedArrays(path, views, mapping)


def _view(data: NDArray[np.uint8], entry: Mapping[str, Any]) -> NDArray[Any]:
    start, end = entry["data_offsets"]
    if end > len(data):
        raise ValueError("the file is truncated")
    return data[start:end].view(_DTYPES[entry["dtype"]]).reshape(entry["shape"])
