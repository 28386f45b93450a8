"""The job `import`: import a body that is too large to wait for.

The body is in a file in the data folder until the job has finished. The checkpoint counts the
records that are safely in the archive, so that an interrupted import continues after them.
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
NOTES_KEPT = 100
WAIT_S = 0.2
_COUNTED_BYTES = 1 << 20


class Indexing(Protocol):
    """What importing needs to know about the index."""

    def indexed_revision(self) -> int:
        """Return the archive revision covered by the newest snapshot."""
        ...

    def pending(self) -> int:
        """Return how many changes of the archive the newest snapshot lacks."""
        ...


@dataclass(slots=True)
class _Checkpoint:
    """Progress: how many `records` of the file are done, and their outcomes."""

    body: str
    records: int = 0
    revision: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    failed: int = 0
    failures: list[dict[str, str]] = field(default_factory=list)
    notes: list[dict[str, str]] = field(default_factory=list)

    def add(self, intake: Intake, place: str) -> None:
        """Add the counts of a batch and reset them. `place` is a path that must not be shown."""
        self.revision = max(self.revision, intake.last_revision)
        self.counts = dict(Counter(self.counts) + intake.counts)
        self.failed += len(intake.failures)
        room = FAILURES_KEPT - len(self.failures)
        self.failures += [
            {"place": failure.place.replace(place, "body"), "why": failure.why}
            for failure in intake.failures[:room]
        ]
        self.notes += [
            {"place": note.place.replace(place, "body"), "what": note.what}
            for note in intake.notes[: NOTES_KEPT - len(self.notes)]
        ]
        intake.counts.clear()
        intake.failures.clear()
        intake.notes.clear()

    def result(self) -> dict[str, Any]:
        """Return what is shown at the end."""
        return {
            **self.counts,
            "failed": self.failed,
            "failures": self.failures,
            "notes": self.notes,
        }


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
        """Import everything, then wait until it is searchable."""
        path = self._folder / job.checkpoint["body"]
        if not path.exists():
            raise ArchiveError("the body of this import no longer exists; send it again")
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
        """Delete the body, which is no longer needed."""
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
    """Return the number of lines in a JSON Lines file; None for other files."""
    if path.suffix != ".ndjson":
        return None
    lines, last = 0, b"\n"
    with path.open("rb") as stream:
        while piece := stream.read(_COUNTED_BYTES):
            lines, last = lines + piece.count(b"\n"), piece[-1:]
    return lines + (last != b"\n")
