"""The network of `fast` as an OpenVINO graph that begins at the word vectors.

The word table stays outside: it is five sixths of the weights, and a query reads only a few rows.
Texts of different lengths are batched, so padding is set to zero before each window reads it, like
the zeros beyond the ends of a text.
"""

from pathlib import Path
from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray
from openvino import opset13 as ops

from index.encoder.fast.weights import DIMENSION, NGRAMS, Ngram, Weights

_EPSILON = 1e-12


def save_graph(weights: Weights, file: Path) -> None:
    """Write the network to `file` (.xml, and .bin next to it)."""
    openvino.save_model(build_graph(weights), file, compress_to_fp16=False)


def build_graph(weights: Weights) -> Any:
    """Build the model, which returns `(n, DIMENSION) float32`, not of unit length.

    It takes `(n, tokens, DIMENSION) float32` word vectors and `(n, tokens) int64`, 1 for tokens and
    0 for padding.
    """
    return _Graph(weights).model()


class _Graph:
    def __init__(self, weights: Weights) -> None:
        self._layers = weights.layers

    def model(self) -> Any:
        words = ops.parameter([-1, -1, DIMENSION], np.float32, "words")
        mask = ops.parameter([-1, -1], np.int64, "mask")
        tokens = ops.convert(mask, np.float32)
        is_token = ops.unsqueeze(tokens, ops.constant(2))
        branches = [self._branch(words, is_token, ngram) for ngram in NGRAMS]
        features = self._normalised(ops.concat([words, *branches], 2), "ln_g", "ln_b")
        # The sum of projections is the projection of the sum, which is one row per text.
        total = ops.reduce_sum(features * is_token, ops.constant([1]), keep_dims=False)
        count = ops.reduce_sum(tokens, ops.constant([1]), keep_dims=True)
        projected = self._times(total, "cnn_W") + count * self._constant("cnn_b")
        mean = projected / ops.sqrt(count)
        first = ops.relu(self._times(mean, "d0"))
        second = ops.relu(self._times(first, "d1") + self._times(mean, "p1"))
        third = ops.relu(self._times(second, "d2"))
        vectors = ops.tanh(self._times(third, "d3") + self._times(second, "p3"))
        return openvino.Model([ops.result(vectors)], [words, mask], "fast")

    def _branch(self, words: Any, is_token: Any, ngram: Ngram) -> Any:
        order = ngram.order
        values = self._times(words, f"proj{order}") + self._constant(f"proj_b{order}")
        values = self._normalised(values, f"ln_g{order}", f"ln_b{order}") * is_token
        for layer in (1, 2):
            read = self._window(values, f"w{layer}_{order}", ngram)
            read = ops.relu(read + self._constant(f"b{layer}_{order}"))
            values = (values + read) * is_token
        return values

    def _window(self, values: Any, name: str, ngram: Ngram) -> Any:
        """A convolution over adjacent tokens."""
        inputs, outputs = self._layers[name].shape
        kernel = self._layers[name].reshape(ngram.order, inputs // ngram.order, outputs)
        after = ngram.order - 1 - ngram.before
        channels_first, channels_last = ops.constant([0, 2, 1]), ops.constant([0, 2, 1])
        convolved = ops.convolution(
            ops.transpose(values, channels_first),
            _float(kernel.transpose(2, 1, 0)),
            [1],
            [ngram.before],
            [after],
            [1],
        )
        return ops.transpose(convolved, channels_last)

    def _normalised(self, values: Any, gamma: str, beta: str) -> Any:
        centred = ops.mvn(values, ops.constant([-1]), True, _EPSILON, "inside_sqrt")
        return centred * self._constant(gamma) + self._constant(beta)

    def _times(self, values: Any, name: str) -> Any:
        return ops.matmul(values, self._constant(name), False, False)

    def _constant(self, name: str) -> Any:
        return _float(self._layers[name])


def _float(array: NDArray[np.float32]) -> Any:
    return ops.constant(np.ascontiguousarray(array, np.float32))
