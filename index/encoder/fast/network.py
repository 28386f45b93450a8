"""What runs `fast`: OpenVINO where it is installed, else NumPy, which takes three times as long."""

import importlib.util
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.encoder.batches import Rows, padded
from index.encoder.fast.reference import embed
from index.encoder.fast.weights import Floats, Weights
from index.encoder.tokens import TokenIds

if TYPE_CHECKING:
    from index.encoder.openvino_runtime import Inputs, Network


def has_openvino() -> bool:
    """Whether OpenVINO is installed."""
    return importlib.util.find_spec("openvino") is not None


def openvino_network(weights: Weights, folder: Path) -> "Network":
    """The network in OpenVINO; `folder` keeps what it compiles."""
    from index.encoder.fast.graph import build_graph
    from index.encoder.openvino_runtime import WIDTH, Network, native_precision

    def inputs_of(tokens: Sequence[TokenIds]) -> "Inputs":
        ids, mask = padded(tokens, 0, WIDTH)
        return {0: weights.words(ids), 1: mask.astype(np.float32)}

    return Network(folder, lambda: build_graph(weights), inputs_of, native_precision())


class NumpyNetwork:
    """The same in NumPy, text by text; safe to share between threads."""

    cores = 1

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    def embed_one(self, tokens: TokenIds) -> Floats:
        """`(1, DIMENSION)`."""
        return embed(self._weights, tokens)[np.newaxis]

    def embed_batches(
        self,
        batches: Iterable[tuple[Rows, Sequence[TokenIds]]],
        vectors: Floats,
        on_done: Callable[[int], None],
    ) -> None:
        """Write the vectors of each batch into its rows of `vectors`."""
        done = 0
        for rows, tokens in batches:
            for row, own in zip(rows, tokens, strict=True):
                vectors[row] = embed(self._weights, own)
            done += len(rows)
            on_done(done)
