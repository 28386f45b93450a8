"""BM25F over weighted fields, in NumPy.

The simple extension of BM25 to several fields (Robertson, Zaragoza and Taylor, "Simple BM25
extension to multiple weighted fields", CIKM 2004): weighted frequencies and lengths are first
summed over the fields, then saturated once. The inverse document frequency is Lucene's, `ln(1 + (N
- df + 0.5) / (df + 0.5))`, which is never negative.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Bm25Parameters:
    """`k1` limits the effect of repetition, `b` that of length.

    `title_weight` is the title's weight.
    """

    k1: float = 1.2
    b: float = 0.75
    title_weight: float = 2.0


@dataclass(frozen=True, slots=True)
class FieldStatistics:
    """Live articles of one language in the whole snapshot, and their mean weighted length."""

    articles: int
    mean_length: float


def inverse_document_frequency(document_frequency: int, articles: int) -> float:
    """The inverse document frequency: >= 0, smaller for common terms."""
    return math.log1p((articles - document_frequency + 0.5) / (document_frequency + 0.5))


def term_scores(
    frequencies: Floats,
    lengths: Floats,
    idf: float,
    statistics: FieldStatistics,
    parameters: Bm25Parameters,
) -> Floats:
    """`(n,) float32`: a term's score in n articles with these weighted frequencies and lengths."""
    k1, b = parameters.k1, parameters.b
    slope = np.float32(k1 * b / max(statistics.mean_length, 1e-9))
    saturation = lengths * slope
    saturation += np.float32(k1 * (1 - b))
    saturation += frequencies
    scores: Floats = frequencies * np.float32(idf * (k1 + 1))
    scores /= saturation
    return scores
