"""Whether a network in 8 bits is used: if it ranks as well as the one it was made from, and is
faster on this processor.

Its vectors differ in the third digit, so they are judged by what they are for. Time is that of the
processor, which another program's work does not change much.
"""

import time

import numpy as np

from index.domain import Vectors
from index.encoder.converted import ConvertedEncoder
from index.encoder.samples import LONG, QUESTIONS, SAMPLES

_MOST_LOST = 0.01
"""nDCG@10 over the questions: one answer that falls from the first place to the second."""
_DEPTH = 10
_ROUNDS = 3
_LONG = SAMPLES[-LONG:] * 4


def objection(plain: ConvertedEncoder, small: ConvertedEncoder) -> str | None:
    """Why the network in 8 bits is not used; None if it is."""
    lost = _quality(plain) - _quality(small)
    if lost > _MOST_LOST:
        return f"in 8 bits it loses {lost:.3f} nDCG@10"
    costs = np.array([[_cpu_s(plain), _cpu_s(small)] for _ in range(_ROUNDS)]).min(axis=0)
    if costs[1] >= costs[0]:
        return f"8 bits take {costs[1] / costs[0]:.2f} times as long"
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
