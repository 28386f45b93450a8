"""Running a converted model with OpenVINO on the CPU, for batches and for single queries.

This module owns the running half of the OpenVINO adapter. Threads: batches run in as many streams
as there are cores, one thread each, which avoids synchronisation; queries run one at a time in one
stream over up to four cores, which has the lowest latency. Each half is compiled on first use; the
one for queries, for which the command line waits, is cached in compiled form.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray

from index.domain import InferencePrecision
from index.encoder.batches import Rows, padded
from index.encoder.compiled_networks import kept_network
from index.encoder.tokens import TokenIds
from index.encoder.words import WordTable
from index.runtime.cores import cores

_REQUESTS_AHEAD = 1
"""Batches queued in addition to the running ones, so that no core waits for the next."""
_QUERY_THREADS = 4
_WIDTH = 8
"""Texts are padded to a multiple of this.

OpenVINO makes a plan for each new width and keeps it in memory.
"""

_PLANS_KEPT = 100
"""Cached plans of single operations, for recent shapes.

By default, OpenVINO would cache 5,000 per stream, and a server with queries of ever-changing
lengths would grow by hundreds of MiB. This costs no speed: the plans of recent lengths are among
them.
"""


def native_precision() -> InferencePrecision:
    """BF16 if the processor supports it, otherwise F32; emulated bf16 would be slower."""
    flags = _flags()
    has_bf16 = "avx512_bf16" in flags or "amx_bf16" in flags
    return InferencePrecision.BF16 if has_bf16 else InferencePrecision.F32


def has_int8() -> bool:
    """Whether the processor has instructions for 8-bit integer products (VNNI, AMX)."""
    return any(name in _flags() for name in ("avx512_vnni", "avx_vnni", "amx_int8"))


def _flags() -> str:
    try:
        return Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def runtime_version() -> str:
    """OpenVINO's version number."""
    return str(openvino.__version__).split("-")[0]


class Network:
    """The model in `file`, from token ids to pooled vectors.

    Thread-safe. `words` returns the rows of its word table, of any float type, for token ids of any
    shape.
    """

    def __init__(
        self,
        file: Path,
        words: WordTable,
        pad_id: int,
        precision: InferencePrecision,
    ) -> None:
        self._file = file
        self._words = words
        self._pad_id = pad_id
        self._precision = precision
        self._compile_lock = threading.Lock()
        self._query_lock = threading.Lock()

    @property
    def cores(self) -> int:
        """The number of batches that run at once."""
        return cores()

    def embed_one(self, tokens: TokenIds) -> NDArray[np.float32]:
        """`(1, dim)`, with the lowest latency."""
        inputs = self._inputs([tokens])
        with self._query_lock:
            request = self._query_request
            request.infer(inputs)
            return np.array(request.get_output_tensor(0).data, dtype=np.float32)

    def embed_batches(
        self,
        batches: Iterable[tuple[Rows, Sequence[TokenIds]]],
        vectors: NDArray[np.float32],
        on_done: Callable[[int], None],
    ) -> None:
        """Write the vectors of each batch into its rows of `vectors`, as many at once as possible.

        `on_done` is called in this thread with the number of rows done.
        """
        # No AsyncInferQueue: its callbacks run Python in OpenVINO's threads, which aborts the
        # process when the interpreter ends too soon after the last one.
        model = self._batch_model
        idle = [model.create_infer_request() for _ in range(cores() + _REQUESTS_AHEAD)]
        busy: deque[tuple[Any, Rows]] = deque()
        done = 0

        def finish_oldest() -> None:
            nonlocal done
            request, rows = busy.popleft()
            request.wait()
            vectors[rows] = request.get_output_tensor(0).data
            done += len(rows)
            idle.append(request)
            on_done(done)

        try:
            for rows, tokens in batches:
                if not idle:
                    finish_oldest()
                inputs = self._inputs(tokens)
                request = idle.pop()
                request.start_async(inputs)
                busy.append((request, rows))
            while busy:
                finish_oldest()
        finally:
            for request, _ in busy:
                request.wait()

    def _inputs(self, tokens: Sequence[TokenIds]) -> dict[int, NDArray[np.generic]]:
        """The embeddings of some texts and their attention mask."""
        ids, mask = padded(tokens, self._pad_id, _WIDTH)
        return {0: self._words[ids].astype(np.float32, copy=False), 1: mask}

    @cached_property
    def _query_request(self) -> Any:
        settings = self._settings(streams=1, threads=min(cores(), _QUERY_THREADS))
        network = kept_network(self._file.parent, settings, lambda: self._compile(settings))
        return network.create_infer_request()

    @property
    def _batch_model(self) -> Any:
        with self._compile_lock:
            return self._compiled_batch_model

    @cached_property
    def _compiled_batch_model(self) -> Any:
        return self._compile(self._settings(streams=cores(), threads=cores()))

    def _settings(self, streams: int, threads: int) -> dict[str, object]:
        return {
            "INFERENCE_PRECISION_HINT": self._precision,
            "NUM_STREAMS": str(streams),
            "INFERENCE_NUM_THREADS": str(threads),
            # A pinned thread waits while FAISS or another process uses its core.
            "ENABLE_CPU_PINNING": False,
            "CPU_RUNTIME_CACHE_CAPACITY": str(_PLANS_KEPT),
        }

    def _compile(self, settings: dict[str, object]) -> Any:
        core = openvino.Core()
        return core.compile_model(core.read_model(self._file), "CPU", settings)
