"""A converted model at work: OpenVINO on the CPU, for batches and for single queries.

Owns the OpenVINO adapter's running half. Thread plan: batches run in as many streams as there are
cores, one thread each, which loses nothing to synchronisation; a query runs in one stream over up
to four cores, one query at a time, which answers soonest. Each half is compiled when first used;
that for queries, which a command line waits for, is kept compiled.
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
"""Batches that wait beside those that run, so that no core waits for the next."""
_QUERY_THREADS = 4
_WIDTH = 8
"""Texts are padded to a multiple of this: OpenVINO plans anew for each width it has not seen, and
what it makes for one stays in memory."""

_PLANS_KEPT = 100
"""Plans of single operations, for the shapes seen last; OpenVINO itself would keep 5,000 of each
stream, and a server that is asked in ever other lengths would grow by hundreds of MiB. Nothing is
slower for it: what a length seen lately needs is among them."""


def native_precision() -> InferencePrecision:
    """BF16 where the processor computes in it, else F32; emulated bf16 would be slower."""
    flags = _flags()
    has_bf16 = "avx512_bf16" in flags or "amx_bf16" in flags
    return InferencePrecision.BF16 if has_bf16 else InferencePrecision.F32


def has_int8() -> bool:
    """Whether the processor multiplies 8-bit integers in instructions made for it (VNNI, AMX)."""
    return any(name in _flags() for name in ("avx512_vnni", "avx_vnni", "amx_int8"))


def _flags() -> str:
    try:
        return Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def runtime_version() -> str:
    """OpenVINO's release number."""
    return str(openvino.__version__).split("-")[0]


class Network:
    """The model of `file`, token ids to pooled vectors; safe to share between threads.

    `words` gives the rows of its word table, of any float type, for token ids of any shape.
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
        """How many batches run at once."""
        return cores()

    def embed_one(self, tokens: TokenIds) -> NDArray[np.float32]:
        """`(1, dim)`, as soon as possible."""
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

        `on_done` hears from this thread how many rows are done.
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
        """The embeddings of some texts, and where they end."""
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
            # A pinned thread waits for its core while FAISS or another process has it.
            "ENABLE_CPU_PINNING": False,
            "CPU_RUNTIME_CACHE_CAPACITY": str(_PLANS_KEPT),
        }

    def _compile(self, settings: dict[str, object]) -> Any:
        core = openvino.Core()
        return core.compile_model(core.read_model(self._file), "CPU", settings)
