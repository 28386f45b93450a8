"""`take_in`: records from any reader go into the archive in batches, durably.

A record that cannot be read is counted and kept with its place and reason; the rest goes on. When
`take_in` returns, or is interrupted, every full batch so far is in the archive.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from index.domain import Article
from index.errors import RecordError
from index.protocols import PutOutcome

Put = Callable[[Sequence[Article]], Sequence[PutOutcome]]

BATCH_ARTICLES = 256

_REPEATED = "an earlier record of this run has the same id; that one was kept, this one skipped"


@dataclass(slots=True)
class Intake:
    """What was taken in so far. `outcomes` is filled only where it was asked for."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[RecordError] = field(default_factory=list)
    outcomes: list[PutOutcome] = field(default_factory=list)
    last_revision: int = 0

    @property
    def taken(self) -> int:
        """Articles that are in the archive, whether they changed it or not."""
        return sum(self.counts.values())


def take_in(
    records: Iterable[Article | RecordError],
    put: Put,
    *,
    intake: Intake | None = None,
    keeps_outcomes: bool = False,
    refuses_repeats: bool = False,
    on_batch: Callable[[], None] | None = None,
) -> Intake:
    """Put every article of `records` into the archive; returns `intake`, which grows meanwhile.

    With `refuses_repeats` a second record with the id of an earlier one is a failure: it would
    replace the earlier one, and both would change places at every run. Not so versions of an
    article, which have an order. `on_batch` is called whenever a batch has become durable.
    """
    intake = intake or Intake()
    batch: list[Article] = []

    def flush() -> None:
        outcomes = put(batch) if batch else ()
        batch.clear()
        for outcome in outcomes:
            intake.counts[outcome.status] += 1
            intake.last_revision = max(intake.last_revision, outcome.revision)
        if keeps_outcomes:
            intake.outcomes += outcomes
        if on_batch is not None:
            on_batch()

    seen: set[str] = set()
    for record in records:
        if isinstance(record, RecordError):
            intake.failures.append(record)
            continue
        is_version = record.news.version is not None or record.news.updated is not None
        if refuses_repeats and record.id in seen and not is_version:
            intake.failures.append(RecordError(f"id {record.id!r}", _REPEATED))
            continue
        seen.add(record.id)
        batch.append(record)
        if len(batch) >= BATCH_ARTICLES:
            flush()
    flush()
    return intake
