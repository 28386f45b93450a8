"""An indexer on Milvus that kills itself (SIGKILL) in a commit.

Run as `python killed_on_milvus.py FOLDER URI PREFIX STEP COUNT`: it dies before it writes rows,
waits until they are seen, or commits to the ledger, for the COUNT-th time. Its lease is short.
"""

import os
import signal
import sys
from functools import partial
from pathlib import Path

import pytest
from newsrooms import service_in

from index.ledger import manifests
from index.ledger.leases import lease
from index.milvus import writer as writing
from index.milvus.writer import MilvusWriter

LEASE_S = 1.0


def main(folder: Path, uri: str, prefix: str, step: str, count: int) -> None:
    left = count

    def killing(whole: object, name: str) -> object:
        def call(*arguments: object) -> object:
            nonlocal left
            left -= name == step
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return whole(*arguments)  # type: ignore[operator]

        return call

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "ROWS_OF_A_CALL", 100)
        patch.setattr(MilvusWriter, "_upsert", killing(MilvusWriter._upsert, "rows"))
        patch.setattr(
            MilvusWriter, "_wait_until_seen", killing(MilvusWriter._wait_until_seen, "seen")
        )
        patch.setattr(manifests, "commit", killing(manifests.commit, "ledger"))
        patch.setattr("index.milvus.store.lease", partial(lease, duration_s=LEASE_S))
        flags = {"backend": "milvus", "milvus_uri": uri, "milvus_prefix": prefix}
        with service_in(folder, **flags) as service:
            service.upkeep.sync()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
