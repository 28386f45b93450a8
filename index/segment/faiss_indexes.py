"""FAISS over one segment's vectors: a flat scan, and a fast scan over product quantiser codes.

The only module that imports faiss. Both indexes are by chunk row. The flat one reads the segment's
half-precision rows directly from the mapping; the codes (half a byte for four dimensions) are
copied into memory on opening, because FAISS needs its own aligned memory.

FAISS works on the calling thread only. Concurrent requests have a thread each, and a segment is
sealed while an encoder keeps the cores busy; more threads would only wait for each other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.domain import Scores, Vector, Vectors
from index.errors import DamagedFile, IndexUnwritable

Rows = NDArray[np.int64]
HalfVectors = NDArray[np.float16]
"""`(m, dim) float16`: unit rows, rounded."""

DIMENSIONS_PER_CODE = 4
"""Vectors of 384 dimensions get 96 codes of 4 bits: FAISS's PQ96x4fs."""


class FlatIndex:
    """Exact inner products with all rows."""

    def __init__(self, vectors: HalfVectors) -> None:
        kind = faiss.ScalarQuantizer.QT_fp16
        self._index = faiss.IndexScalarQuantizer(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
        # FAISS has no copy of its own: its codes are a view of the array, which `_bytes` keeps
        # alive.
        self._bytes = vectors.reshape(-1).view(np.uint8)
        codes: Any = self._index.codes
        start = faiss.swig_ptr(self._bytes)
        codes.is_owned = False
        codes.view_data, codes.view_size = start, self._bytes.size
        codes.c_ptr, codes.c_size = start, self._bytes.size
        self._index.ntotal = len(vectors)

    def nearest(
        self, vector: Vector, k: int, allowed: NDArray[np.bool_] | None
    ) -> tuple[Rows, Scores]:
        """The k best rows with their inner products, best first; fewer if fewer are allowed.

        `allowed` is `(m,) bool`; None allows all.
        """
        with _one_thread():
            scores, rows = self._index.search(vector[None], k, params=_only(allowed))
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]


class CodeIndex:
    """Approximate inner products with all rows, in a tenth of the time."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def train(cls, sample: Vectors) -> "CodeIndex":
        """Train an index without rows. The same sample gives the same codes."""
        dimension = sample.shape[1]
        codec = f"PQ{dimension // DIMENSIONS_PER_CODE}x4fs"
        index = faiss.index_factory(dimension, codec, faiss.METRIC_INNER_PRODUCT)
        with _one_thread():
            index.train(sample)
        return cls(index)

    @property
    def name(self) -> str:
        """The description for FAISS's index factory."""
        return f"PQ{self._index.pq.M}x4fs"

    def add(self, vectors: Vectors) -> None:
        """Append rows."""
        with _one_thread():
            self._index.add(vectors)

    def nearest(self, vectors: Vectors, k: int) -> Rows:
        """`(n, k)`: for each of n vectors, the k rows with the best codes; padded with -1."""
        with _one_thread():
            _, rows = self._index.search(vectors, k)
        found: Rows = rows
        return found

    def write(self, path: Path) -> None:
        """Write a file in FAISS's own format. Raises IndexUnwritable."""
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:
            raise IndexUnwritable(path, str(error)) from error

    @classmethod
    def open(cls, path: Path, size: int) -> "CodeIndex":
        """Read the codes of `size` rows.

        Raises DamagedFile. The file must be known to be intact: on a damaged one, FAISS may hang or
        exhaust memory.
        """
        try:
            index = faiss.read_index(str(path))
        except RuntimeError as error:
            raise DamagedFile(path, "cannot be opened") from error
        if not isinstance(index, faiss.IndexPQFastScan) or index.ntotal != size:
            raise DamagedFile(path, f"these are not the codes of this segment's {size} vectors")
        return cls(index)


def can_code(dimension: int) -> bool:
    """Whether vectors of this dimension can be coded."""
    return dimension % DIMENSIONS_PER_CODE == 0


def exact_neighbours(
    queries: Vectors, blocks: Iterator[Vectors], k: int
) -> tuple[NDArray[np.float32], Rows]:
    """`(n, k)` inner products and row numbers of the best rows, which are given in blocks."""
    heap = faiss.ResultHeap(len(queries), k, keep_max=True)
    base = 0
    with _one_thread():
        for block in blocks:
            scores, rows = faiss.knn(queries, block, k, metric=faiss.METRIC_INNER_PRODUCT)
            heap.add_result(scores, np.where(rows < 0, rows, rows + base))
            base += len(block)
    heap.finalize()
    return heap.D, heap.I


def _only(allowed: NDArray[np.bool_] | None) -> Any:
    if allowed is None:
        return None
    module: Any = faiss  # its type hints describe the C++ signature
    bits = np.packbits(allowed, bitorder="little")
    return module.SearchParameters(sel=module.IDSelectorBitmap(bits))


@contextmanager
def _one_thread() -> Iterator[None]:
    """Limit FAISS to the calling thread: OpenMP keeps this number per thread."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
