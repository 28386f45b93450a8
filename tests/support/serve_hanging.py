"""A server that hangs in the middle of a job until it is killed: `serve_hanging.py DATA_DIR STEP`.

STEP is `put` or `encode`: the third batch of that kind never ends; anything else: none hangs. Jobs
have leases of two seconds, and batches of indexing are small.
"""

import logging
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from hashing_encoder import HashingEncoder
from newsrooms import settings_in

from api.cli.serving import run_alone
from api.service.service import Service
from index.archive import SqliteArchive
from index.build import pipeline
from index.domain import Article, Vectors
from index.protocols import PutOutcome

FOLDER, STEP = Path(sys.argv[1]), sys.argv[2]
BATCHES = 2


class Hanging:
    """Lets so many batches through, and no more."""

    def __init__(self) -> None:
        self._let_through = threading.Semaphore(BATCHES)

    def reach(self, step: str) -> None:
        if step == STEP and not self._let_through.acquire(blocking=False):
            logging.getLogger("test").info("hanging")
            threading.Event().wait()


HANGING = Hanging()


class HangingEncoder(HashingEncoder):
    def encode_passages(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        HANGING.reach("encode")
        return super().encode_passages(texts, on_progress)


def hanging_put(
    archive: SqliteArchive, articles: Sequence[Article], *, replaces_files: bool = False
) -> list[PutOutcome]:
    HANGING.reach("put")
    return _put(archive, articles, replaces_files=replaces_files)


_put = SqliteArchive.put
SqliteArchive.put = hanging_put  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    pipeline.BATCH_CHARACTERS = 1_000  # one reading ahead, of 64 articles
    settings = settings_in(FOLDER, port=0, job_lease_s=2)
    with Service(settings, encoder=HangingEncoder(), creates=True) as service:
        run_alone(service)
