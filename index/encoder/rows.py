"""Converting raw model output to what the protocol promises: finite float32 unit rows."""

import numpy as np
from numpy.typing import NDArray

from index.domain import Vectors
from index.errors import EncoderError


def unit_rows(raw: NDArray[np.floating], name: str) -> Vectors:
    """Convert `(n, dim)` of any float type to float32 unit rows.

    A text that is empty to the model has no direction; its row is the first unit vector. Raises
    EncoderError for NaN and infinity; `name` is the encoder's.
    """
    rows = np.array(raw, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.isfinite(lengths).all():
        raise EncoderError(
            f"the encoder {name} returned a vector with NaN or infinity: its weights are damaged "
            "or unsuitable for half precision. Fetch the model again or name another one with "
            "--encoder."
        )
    nothing = lengths[:, 0] == 0
    rows[nothing, 0] = 1
    lengths[nothing] = 1
    rows /= lengths
    return rows
