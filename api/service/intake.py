"""`take_in`: put records from any reader into the archive in batches, durably.

A record that cannot be read is counted and listed with its place and reason; the others are put.
When `take_in` returns or is interrupted, every full batch so far is in the archive.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from index.domain import Article, RecordNote
from index.errors import RecordError
from index.protocols import PutOutcome
from index.readers.file_identity import refusal

Put = Callable[[Sequence[Article]], Sequence[PutOutcome]]

BATCH_ARTICLES = 256

_REPEATED = (
    "an earlier record of this run has the same id, {!r}; that one was kept, this one skipped"
)


@dataclass(slots=True)
class Intake:
    """What was taken in so far. `outcomes` is filled only if requested.

    `notes` are about articles that were put: what was assumed or left out in reading them.
    """

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[RecordError] = field(default_factory=list)
    notes: list[RecordNote] = field(default_factory=list)
    outcomes: list[PutOutcome] = field(default_factory=list)
    last_revision: int = 0

    @property
    def taken(self) -> int:
        """How many articles are in the archive, whether or not they changed it."""
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
    """Put every article of `records` into the archive; return `intake`, which grows meanwhile.

    With `refuses_repeats` a second record with the id of an earlier one is a failure: it would
    replace the earlier one, and the two would swap at every run. Versions of an article are allowed
    because they have an order. `on_batch` is called whenever a batch has become durable.
    """
    intake = intake or Intake()
    batch: list[Article] = []

    def flush() -> None:
        outcomes = put(batch) if batch else ()
        for article, outcome in zip(batch, outcomes, strict=True):
            if refused := refusal(article, outcome):
                intake.failures.append(refused)
                continue
            intake.notes += article.notes
            intake.counts[outcome.status] += 1
            intake.last_revision = max(intake.last_revision, outcome.revision)
        batch.clear()
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
        # Of files with one id the archive refuses all but the one that the id belongs to.
        if refuses_repeats and record.id in seen and not is_version and record.file is None:
            intake.failures.append(RecordError(record.read_from, _REPEATED.format(record.id)))
            continue
        seen.add(record.id)
        batch.append(record)
        if len(batch) >= BATCH_ARTICLES:
            flush()
    flush()
    return intake
