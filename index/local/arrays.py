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
from safetensors.numpy import save_file

from index.errors import IndexCorrupt

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


def write(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays under their names."""
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, str(path))


def open_mapped(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a file as read-only views of its mapping. Raises IndexCorrupt."""
    try:
        mapping = np.memmap(path, np.uint8, "r")
        length = int(mapping[:8].view("<u8")[0])
        if not 0 < length <= min(_MAX_HEADER_BYTES, len(mapping) - 8):
            raise ValueError("the header's length is impossible")
        header = json.loads(mapping[8 : 8 + length].tobytes())
        data = mapping[8 + length :]
        return {
            name: _view(data, entry) for name, entry in header.items() if name != "__metadata__"
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexCorrupt(
            f"{path}: cannot be opened ({error}); 'newsearch reindex' rebuilds the index from the "
            "archive"
        ) from error


def _view(data: NDArray[np.uint8], entry: Mapping[str, Any]) -> NDArray[Any]:
    start, end = entry["data_offsets"]
    if end > len(data):
        raise ValueError("the file is cut short")
    # A plain ndarray view: memmap's own subclass costs microseconds on every slice.
    raw = np.asarray(data[start:end])
    return raw.view(_DTYPES[entry["dtype"]]).reshape(entry["shape"])
