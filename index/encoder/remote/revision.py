"""A revision of a model whose weights cannot be read: how it embeds one probe text.

Servers compute in half precision and in varying batches, so two results differ in the last digits.
The revision consists of the signs of 16 fixed random projections, which those digits hardly ever
change; a probe within a cosine of 0.999 of an earlier one keeps its revision.
"""

import hashlib
import json
from pathlib import Path

import numpy as np

from index.domain import Vector

PROBE = "The council approved the new tram line on Tuesday evening; prices rose by 3.4 percent."
_BITS = 16
_MIN_COSINE = 0.999


def revision_of(probe: Vector, model: str, seen: Path | None) -> str:
    """The revision of the model that returned the unit vector `probe`.

    `seen` stores earlier ones. Raises OSError if `seen` cannot be written.
    """
    revision = _fingerprint(probe, model)
    if seen is None:
        return revision
    for known, vector in _read(seen):
        earlier = np.array(vector, dtype=np.float32)
        if earlier.shape == probe.shape and float(earlier @ probe) >= _MIN_COSINE:
            return known
    seen.parent.mkdir(parents=True, exist_ok=True)
    with seen.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"revision": revision, "vector": probe.tolist()}) + "\n")
    return revision


def _read(seen: Path) -> list[tuple[str, list[float]]]:
    """The earlier ones; a line truncated by a crash is omitted."""
    if not seen.exists():
        return []
    found = []
    for line in seen.read_text(encoding="utf-8").splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue
        found.append((str(record["revision"]), list(record["vector"])))
    return found


def _fingerprint(probe: Vector, model: str) -> str:
    directions = np.random.default_rng(0).standard_normal((_BITS, len(probe)))
    signs = "".join("1" if side > 0 else "0" for side in directions @ probe)
    return hashlib.sha256(f"{model} {len(probe)} {signs}".encode()).hexdigest()[:16]
