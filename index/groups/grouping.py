"""`Grouping`: brings copies and stories up to date with the index.

It reads the archive's changes after the revision recorded by the last transaction, so the next run
recovers from a crash after a commit of the index, and an older index gets its groups in the first
run. Articles are read in batches, whose articles can see each other, and placed one by one, as many
per transaction as its time allows; how a batch is divided into transactions does not affect the
result.

If the rules or the encoder change (`recipe`), a new generation is built while the current one
remains in use; it then replaces it, taking over the ids of the stories whose articles it has.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from index.archive.database import Database
from index.domain import EncoderIdentity, Progress, StoredArticle
from index.groups import generations
from index.groups.comparison import Comparison, LanguageMeans
from index.groups.copy_groups import Texts, newcomer
from index.groups.draft import Draft
from index.groups.placing import Arrival, Placing
from index.protocols import Archive, Change, ProgressListener, Snapshot

RULES = "3"
"""Changes whenever the same articles would be grouped differently."""

BATCH_ARTICLES = 64
"""Articles read at once."""

HELD_S = 0.1
"""After this, a transaction takes no further article, since other writers are waiting."""

REST_S = 0.005
"""The pause between two transactions, which gives other writers their turn."""


@dataclass(frozen=True, slots=True)
class _Read:
    """Changes, and the archive revision reached with the last of them."""

    arrivals: list[Arrival]
    revision: int


class Grouping:
    """Groups the articles of one archive, one run at a time, under the index writer's lock.

    `copies_h` and `stories_days` are how far apart copies, and articles of one story, may be
    published; a transaction ends after `held_s`, always after a complete article.
    """

    def __init__(
        self,
        archive: Archive,
        database: Database,
        *,
        copies_h: float,
        stories_days: float,
        held_s: float = HELD_S,
    ) -> None:
        self._archive = archive
        self._database = database
        self._copies_s = int(copies_h * 3600)
        self._stories_s = int(stories_days * 86_400)
        self._held_s = held_s
        self._means = LanguageMeans()

    def lags_behind(self, snapshot: Snapshot) -> bool:
        """Whether `catch_up` has anything to do."""
        with self._database.connection() as connection:
            current = generations.current(connection)
        if current is None or current.recipe != self._recipe(snapshot.encoder):
            return True
        return current.archive_revision < snapshot.stats().archive_revision

    def catch_up(
        self,
        snapshot: Snapshot,
        on_progress: ProgressListener | None = None,
        gives_way: Callable[[], bool] = lambda: False,
    ) -> int:
        """Group everything indexed but not yet grouped; returns the number of changes.

        Between two batches, `gives_way` says whether something more urgent is waiting for the lock;
        if so, the run ends early and the next one continues from there.
        """
        recipe = self._recipe(snapshot.encoder)
        until = snapshot.stats().archive_revision
        with self._database.transaction() as connection:
            generations.discard_old(connection, recipe)
            now = generations.begun(connection, recipe)
        done = 0
        total = self._archive.count(now.archive_revision)
        self._means.refresh(snapshot)
        comparison, texts = Comparison(snapshot, self._means), Texts(self._archive)
        for read in self._read(now.archive_revision, until, snapshot):
            done += len(read.arrivals)
            self._group(now.generation, snapshot, comparison, texts, read)
            if on_progress is not None:
                on_progress(Progress("grouping", done, max(done, total)))
            if read.revision < until and gives_way():
                return done
        if not now.is_current:
            with self._database.transaction() as connection:
                generations.replace_current(connection, now.generation)
        return done

    def _recipe(self, encoder: EncoderIdentity) -> str:
        return "/".join(
            map(
                str,
                (RULES, encoder.revision, encoder.template, self._copies_s, self._stories_s),
            )
        )

    def _read(self, revision: int, until: int, snapshot: Snapshot) -> Iterator[_Read]:
        """The changes after one revision up to another, batch by batch."""
        while revision < until:
            found = self._archive.changes(revision, BATCH_ARTICLES)
            changes = [change for change in found if change.revision <= until]
            # Articles changed since the commit have later revisions, so there may be none in
            # between.
            revision = changes[-1].revision if changes else until
            yield _Read([_arrival(change, snapshot) for change in changes], revision)

    def _group(
        self,
        generation: int,
        snapshot: Snapshot,
        comparison: Comparison,
        texts: Texts,
        read: _Read,
    ) -> None:
        """Place a batch, in as many transactions as it takes."""
        left = iter(read.arrivals)
        reached: int | None = None
        while reached != read.revision:
            with self._database.transaction() as connection:
                ends_s = time.monotonic() + self._held_s
                draft = Draft(connection, generation)
                placing = Placing(
                    draft, snapshot, comparison, texts,
                    copies_s=self._copies_s, stories_s=self._stories_s,
                )  # fmt: skip
                if reached is None:
                    placing.remember(read.arrivals)
                reached = read.revision  # if none are left
                for arrival in left:
                    placing.place(arrival)
                    if time.monotonic() >= ends_s:
                        reached = arrival.revision
                        break
                draft.finish(reached)
            time.sleep(REST_S)


def _arrival(change: Change, snapshot: Snapshot) -> Arrival:
    stored = change.stored
    new = None if stored is None else newcomer(stored, _when_s(stored), snapshot)
    return Arrival(change.revision, change.article_id, new)


def _when_s(stored: StoredArticle) -> int:
    """The time an article was published or, if unknown, came in."""
    if stored.article.date is not None:
        return stored.article.date.start_s
    return int(datetime.fromisoformat(stored.ingested_at).timestamp())
