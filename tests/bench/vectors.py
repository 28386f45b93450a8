"""What each way through a segment's vectors costs per row, and what the codes find.

    python tests/bench/vectors.py [--chunks 100000] [--vectors FILE.npy]

FILE holds `(n, dim)` float32 vectors to recombine (default: random clusters, which are no text).
The costs are the constants of `index/segment/vectors.py`, in units of the flat scan's cost per row.
"""

import argparse
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from index.domain import Vectors  # noqa: E402
from index.segment import float16, sealing  # noqa: E402
from index.segment.faiss_indexes import FlatIndex  # noqa: E402
from index.segment.vectors import ChunkVectors  # noqa: E402

ROUNDS = 15


def recombined(originals: Vectors, count: int, seed: int = 1) -> Vectors:
    """Unit rows between two originals each, with noise: as near to each other as texts are."""
    chance = np.random.default_rng(seed)
    first, second = chance.integers(0, len(originals), (2, count))
    share = chance.uniform(0.15, 0.5, (count, 1)).astype(np.float32)
    dimension = originals.shape[1]
    made = (1 - share) * originals[first] + share * originals[second]
    made += chance.normal(size=made.shape).astype(np.float32) * (0.25 / dimension**0.5)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return np.asarray(made, np.float32)


def clusters(count: int, dimension: int = 384) -> Vectors:
    """Unit rows around 500 centres."""
    chance = np.random.default_rng(0)
    rows = chance.normal(size=(500, dimension))[chance.integers(0, 500, count)]
    rows += chance.normal(size=rows.shape)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows, np.float32)


def milliseconds(work: Callable[[], object]) -> float:
    """The median of some rounds, in time of this thread: other work on the machine counts less."""
    times = []
    for _ in range(ROUNDS):
        started = time.thread_time()
        work()
        times.append((time.thread_time() - started) * 1000)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--vectors", type=Path)
    options = parser.parse_args()
    originals = np.load(options.vectors) if options.vectors else clusters(10_000)
    count = options.chunks
    stored = float16.rounded(recombined(originals, count))
    query = recombined(originals, 1, seed=2)[0]
    chance = np.random.default_rng(3)
    flat = FlatIndex(stored)
    scan = milliseconds(lambda: flat.nearest(query, 1000, None))
    nothing = np.zeros(count, bool)
    nothing[::1000] = True
    tested = milliseconds(lambda: flat.nearest(query, 1000, nothing))
    rows = chance.choice(count, 2000, replace=False)
    gathered = milliseconds(lambda: float16.products(stored[rows], query)) / 2000 * count
    started = time.thread_time()
    sealed = sealing.seal(stored)
    seconds = time.thread_time() - started
    print(f"{platform.machine()}, {platform.python_version()}, {count} rows of {stored.shape[1]}")
    print(f"flat scan {scan:.2f} ms, {scan / count * 1e6:.0f} ns a row: the unit")
    print(f"gathered {gathered / scan:.2f}, tested {tested / scan:.3f}")
    if sealed is None:
        print("no codes: it stays exact")
        return
    codes, approximation = sealed
    coded = milliseconds(lambda: codes.nearest(query[None], 1000))
    vectors = ChunkVectors(stored, np.arange(count + 1), codes, approximation)
    whole = milliseconds(lambda: vectors.nearest(query, 500, None))
    print(f"coded {coded / scan:.3f} ({coded:.2f} ms); the 500 nearest in {whole:.2f} ms")
    print(f"{approximation}; sealed in {seconds:.1f} s")
    for percent in (0.01, 1, 10, 50, 99):
        passing = np.flatnonzero(chance.random(count) * 100 < percent)
        took = milliseconds(lambda passing=passing: vectors.nearest(query, 500, passing))  # type: ignore[misc]
        print(f"filter passing {percent} %: the 500 nearest in {took:.2f} ms")


if __name__ == "__main__":
    main()
