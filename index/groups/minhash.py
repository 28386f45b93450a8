"""MinHash with banding (Broder 1997; Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4).

datasketch computes the signatures; its permutations are fixed by a seed, so bands can be stored and
compared with those of a later process. This is the only module that imports datasketch.
"""

from collections.abc import Collection
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datasketch import MinHash

BANDS = 30
ROWS = 2
"""Two texts with Jaccard similarity s share a band with probability 1 - (1 - s^ROWS)^BANDS.

That is 0.97 at a third, 0.70 at a fifth, and 0.01 at a fiftieth, which is typical of unrelated
texts.
"""


def bands(shingles: Collection[str]) -> list[int]:
    """BANDS 32-bit numbers; texts that share one are candidates for copies."""
    signature = _empty().copy()
    signature.update_batch([shingle.encode() for shingle in shingles])
    rows = signature.hashvalues.astype("<u4")
    return [
        int.from_bytes(blake2b(bytes([band]) + part.tobytes(), digest_size=4).digest())
        for band, part in enumerate(rows.reshape(BANDS, ROWS))
    ]


@cache
def _empty() -> "MinHash":
    # Imported here: it imports scipy, and most processes never compare texts.
    from datasketch import MinHash

    # The scheme is explicit, since stored bands are compared with those of later releases.
    return MinHash(num_perm=BANDS * ROWS, seed=1, scheme="affine32")
