"""The trial of an 8-bit network: it is used if it ranks as well as its original and is faster here.

Its vectors differ in the third digit, so they are judged by the ranking they produce. Time is
processor time, which other programs hardly affect.
"""

import time

import numpy as np

from index.domain import Vectors
from index.encoder.converted import ConvertedEncoder
from index.text.samples import LONG, QUESTIONS, SAMPLES

_MOST_LOST = 0.01
"""nDCG@10 over the questions: one answer that drops from the first to the second place."""
_DEPTH = 10
_ROUNDS = 3
_LONG = SAMPLES[-LONG:] * 4


def objection(plain: ConvertedEncoder, small: ConvertedEncoder) -> str | None:
    """The reason for not using the 8-bit network; None if it is used."""
    lost = _quality(plain) - _quality(small)
    if lost > _MOST_LOST:
        return f"they lose {lost:.3f} nDCG@10"
    costs = np.array([[_cpu_s(plain), _cpu_s(small)] for _ in range(_ROUNDS)]).min(axis=0)
    if costs[1] >= costs[0]:
        return f"they take {costs[1] / costs[0]:.2f} times as long"
    return None


def _quality(encoder: ConvertedEncoder) -> float:
    passages: Vectors = encoder.encode_passages(SAMPLES[:-LONG])
    queries = np.stack([encoder.encode_query(question) for question in QUESTIONS])
    scores = queries @ passages.T
    own = scores[np.arange(len(QUESTIONS)), np.arange(len(QUESTIONS))]
    ranks = 1 + (scores > own[:, None]).sum(axis=1)
    return float(np.where(ranks <= _DEPTH, 1 / np.log2(1 + ranks), 0.0).mean())


def _cpu_s(encoder: ConvertedEncoder) -> float:
    start_s = time.process_time()
    encoder.encode_passages(_LONG)
    return time.process_time() - start_s
