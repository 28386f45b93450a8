"""The job `import`: take in a body that is too large to wait for.

The body lies in a file of the data folder until the job has ended. The checkpoint counts the
records that are safely in the archive, so that an interrupted import goes on behind them.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from api.background.jobs.runner import Control
from api.service.ingest import Ingest
from api.service.intake import Intake
from api.stores.jobs import Job
from index.domain import Article, Progress
from index.errors import ArchiveError, RecordError

FAILURES_KEPT = 100
WAIT_S = 0.2
_COUNTED_BYTES = 1 << 20


class Indexing(Protocol):
    """What importing asks about the index."""

    def indexed_revision(self) -> int:
        """The archive revision up to which the newest snapshot is complete."""
        ...

    def pending(self) -> int:
        """How many changes of the archive the newest snapshot lacks."""
        ...


@dataclass(slots=True)
class _Checkpoint:
    """What is done: `records` of the file are behind us, and what became of them."""

    body: str
    records: int = 0
    revision: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    failed: int = 0
    failures: list[dict[str, str]] = field(default_factory=list)

    def add(self, intake: Intake, place: str) -> None:
        """Take over the counts of a batch, and empty them. `place` is the path not to be shown."""
        self.revision = max(self.revision, intake.last_revision)
        self.counts = dict(Counter(self.counts) + intake.counts)
        self.failed += len(intake.failures)
        room = FAILURES_KEPT - len(self.failures)
        self.failures += [
            {"place": failure.place.replace(place, "body"), "why": failure.why}
            for failure in intake.failures[:room]
        ]
        intake.counts.clear()
        intake.failures.clear()

    def result(self) -> dict[str, Any]:
        """What is shown when all is done."""
        return {**self.counts, "failed": self.failed, "failures": self.failures}


class Import:
    """A `Work`. `wake` tells the indexer that there is something to do."""

    def __init__(
        self, ingest: Ingest, index: Indexing, folder: Path, wake: Callable[[], object]
    ) -> None:
        self._ingest = ingest
        self._index = index
        self._folder = folder
        self._wake = wake

    def run(self, job: Job, control: Control) -> Mapping[str, Any]:
        """Take everything in, then wait until it is searchable."""
        path = self._folder / job.checkpoint["body"]
        if not path.exists():
            raise ArchiveError("the body of this import is gone; send it again")
        done = _Checkpoint(**job.checkpoint)
        total = _lines_of(path)
        intake = Intake()
        read = done.records

        def counted(records: Iterator[Article | RecordError]) -> Iterator[Article | RecordError]:
            nonlocal read
            for record in records:
                read += 1
                yield record

        def on_batch() -> None:
            done.add(intake, str(path))
            done.records = read
            control.save(asdict(done))
            self._wake()
            control.tell(Progress("reading", read, total))

        control.tell(Progress("reading", read, total))
        records = itertools.islice(self._ingest.reading([str(path)]).records, read, None)
        self._ingest.put(counted(records), intake=intake, on_batch=on_batch)
        self._wait(done.revision, control)
        return done.result()

    def clean_up(self, job: Job) -> None:
        """The body is no longer needed."""
        (self._folder / job.checkpoint["body"]).unlink(missing_ok=True)

    def _wait(self, revision: int, control: Control) -> None:
        total = self._index.pending()
        self._wake()
        while self._index.indexed_revision() < revision:
            left = self._index.pending()
            total = max(total, left)
            control.tell(Progress("indexing", total - left, total))
            control.wait(WAIT_S)


def _lines_of(path: Path) -> int | None:
    """How many lines a file of JSON Lines has; None for other files, which have to be read."""
    if path.suffix != ".ndjson":
        return None
    lines, last = 0, b"\n"
    with path.open("rb") as stream:
        while piece := stream.read(_COUNTED_BYTES):
            lines, last = lines + piece.count(b"\n"), piece[-1:]
    return lines + (last != b"\n")
