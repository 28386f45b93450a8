"""A worker as a process of its own: `working.py ARCHIVE URI PREFIX RANGES`.

Prints a line whenever it begins to encode a range, and its report at the end. When it has encoded
RANGES of them it hangs in the next one, to be killed.
"""

import sys
import threading
from collections.abc import Callable, Sequence

from hashing_encoder import HashingEncoder

from index.analysis import analyzer_for
from index.archive.postgres import PostgresArchive
from index.build.workers import Worker
from index.domain import Vectors
from index.ledger import PostgresSql
from index.ledger.work import WorkQueue
from index.lexical.bm25 import Bm25Parameters
from index.milvus import IndexLocation, MilvusStore
from index.milvus.connection import Connection

RANGE = 8
LEASE_S = 3.0


class HangingEncoder(HashingEncoder):
    """Encodes so many ranges, and hangs then."""

    def __init__(self, ranges: int) -> None:
        super().__init__()
        self._left = ranges

    def encode_passages(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """As its parent."""
        print(f"encoding {len(texts)}", flush=True)
        if self._left == 0:
            threading.Event().wait()
        self._left -= 1
        return super().encode_passages(texts, on_progress)


def store_on(archive: PostgresArchive, uri: str, prefix: str) -> MilvusStore:
    """The index that the workers share."""
    place = IndexLocation(
        Connection(uri), PostgresSql(archive.connections), prefix, analyzer_for, Bm25Parameters()
    )
    return MilvusStore(place, archive.revisions)


def main(address: str, uri: str, prefix: str, ranges: int) -> None:
    with PostgresArchive.open(address) as archive:
        queue = WorkQueue(PostgresSql(archive.connections), size=RANGE, lease_s=LEASE_S)
        worker = Worker(archive, store_on(archive, uri, prefix), HangingEncoder(ranges), queue)
        print(worker.run(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
