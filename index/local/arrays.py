"""Named arrays in one file, opened by mmap.

The file is in the safetensors format (8 bytes header length, a JSON header, raw little-endian
data), so that other tools can read it and nothing has to be unpickled. Opening maps the file and
makes views; no data is read until it is touched.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import save_file

from index.errors import DamagedFile, IndexUnwritable

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
_MAX_HEADER_BYTES = 100_000_000


class MappedArrays(dict[str, NDArray[Any]]):
    """The arrays of one file. One that is missing raises DamagedFile, whenever it is asked for."""

    def __init__(self, path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
        super().__init__(arrays)
        self._path = path

    def __missing__(self, name: str) -> NDArray[Any]:
        """Every array that is asked for was written."""
        raise DamagedFile(self._path, f"holds no array {name!r}")


def write(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays under their names. Raises OSError, IndexUnwritable."""
    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    try:
        save_file(contiguous, str(path))
    except SafetensorError as error:
        raise IndexUnwritable(path, str(error)) from error


def open_mapped(path: Path) -> MappedArrays:
    """The arrays of a file as read-only views of its mapping. Raises DamagedFile."""
    try:
        mapping = np.memmap(path, np.uint8, "r")
        length = int(mapping[:8].view("<u8")[0])
        if not 0 < length <= min(_MAX_HEADER_BYTES, len(mapping) - 8):
            raise ValueError("the header's length is impossible")
        header = json.loads(mapping[8 : 8 + length].tobytes())
        data = mapping[8 + length :]
        views = {
            name: _view(data, entry) for name, entry in header.items() if name != "__metadata__"
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedFile(path, f"cannot be opened ({error})") from error
    return MappedArrays(path, views)


def _view(data: NDArray[np.uint8], entry: Mapping[str, Any]) -> NDArray[Any]:
    start, end = entry["data_offsets"]
    if end > len(data):
        raise ValueError("the file is cut short")
    # A plain ndarray view: memmap's own subclass costs microseconds on every slice.
    raw = np.asarray(data[start:end])
    return raw.view(_DTYPES[entry["dtype"]]).reshape(entry["shape"])
