"""The network of `fast` in NumPy: the oracle for the converted one, and used without OpenVINO.

It follows the graph published by Google, not the engine of the package, which differs from it in
two ways: it normalises the n-gram branches together, while the graph normalises each, and it keeps
adjacent unknown pieces separate, while sentencepiece merges them.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from index.encoder.batches import Rows
from index.encoder.fast.weights import NGRAMS, Floats, Ngram, Weights
from index.encoder.tokens import TokenIds

_EPSILON = np.float32(1e-12)


def embed(weights: Weights, tokens: TokenIds) -> Floats:
    """`(DIMENSION,) float32`, not yet of unit length: the vector for one text's piece ids."""
    layers = weights.layers
    words = weights.words[tokens]
    branches = [_branch(weights, words, ngram) for ngram in NGRAMS]
    features = _normalised(
        np.concatenate([words, *branches], axis=1), layers["ln_g"], layers["ln_b"]
    )
    projected = features @ layers["cnn_W"] + layers["cnn_b"]
    mean = projected.sum(axis=0) / np.sqrt(np.float32(len(tokens)))
    first = _rectified(mean @ layers["d0"])
    second = _rectified(first @ layers["d1"] + mean @ layers["p1"])
    third = _rectified(second @ layers["d2"])
    vector: Floats = np.tanh(third @ layers["d3"] + second @ layers["p3"])
    return vector


class NumpyNetwork:
    """The network, run text by text. Thread-safe."""

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
        """Write each batch's vectors into its rows of `vectors`; `on_done` gets the rows done."""
        done = 0
        for rows, tokens in batches:
            for row, own in zip(rows, tokens, strict=True):
                vectors[row] = embed(self._weights, own)
            done += len(rows)
            on_done(done)


def _branch(weights: Weights, words: Floats, ngram: Ngram) -> Floats:
    """`(tokens, WIDTH)`: two layers of n-grams, each added to its input."""
    layers, order = weights.layers, ngram.order
    values = words @ layers[f"proj{order}"] + layers[f"proj_b{order}"]
    values = _normalised(values, layers[f"ln_g{order}"], layers[f"ln_b{order}"])
    for layer in (1, 2):
        windows = _windows(values, ngram)
        values = values + _rectified(
            windows @ layers[f"w{layer}_{order}"] + layers[f"b{layer}_{order}"]
        )
    return values


def _windows(values: Floats, ngram: Ngram) -> Floats:
    """`(tokens, order * WIDTH)`: each token with its neighbours, zeros beyond the text."""
    after = ngram.order - 1 - ngram.before
    padded = np.pad(values, ((ngram.before, after), (0, 0)))
    shifted = [padded[shift : shift + len(values)] for shift in range(ngram.order)]
    return np.concatenate(shifted, axis=1)


def _normalised(values: Floats, gamma: Floats, beta: Floats) -> Floats:
    """Layer normalisation (Ba, Kiros, Hinton 2016) over the last axis."""
    centred = values - values.mean(axis=-1, keepdims=True)
    variance = np.square(centred).mean(axis=-1, keepdims=True)
    normalised: Floats = centred / np.sqrt(variance + _EPSILON) * gamma + beta
    return normalised


def _rectified(values: Floats) -> Floats:
    rectified: Floats = np.maximum(values, 0)
    return rectified
