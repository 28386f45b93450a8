"""Match new articles against the saved searches, batch by batch, each exactly once.

An article is matched once it is in the newest snapshot and may be shown; one under embargo waits
until the embargo ends. An alert whose search fails keeps its problem and is skipped.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

import numpy as np

from api.problems import told
from api.schemas.parameters import SearchParameters
from api.stores.alerts import Alert, AlertStore
from index.domain import StoredArticle
from index.errors import NewsearchError
from index.protocols import Archive, Snapshot
from index.visibility import is_shown
from search.engine import Engine

BATCH_REVISIONS = 2048
_LOG = logging.getLogger("newsearch.alerts")


class AlertMatcher:
    """Finds new matches of the alerts."""

    def __init__(
        self, store: AlertStore, archive: Archive, engine: Engine, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._archive = archive
        self._engine = engine
        self._clock = clock

    def run(self, snapshot: Snapshot, readers: Collection[str]) -> int:
        """Match everything in the snapshot that the alerts have not seen.

        `readers` are the ids of the keys whose alerts may report something. Return how many matches
        are new.
        """
        progress = self._store.progress()
        alerts = [one for one in self._store.all() if one.may_report(readers)]
        if progress is None:
            return 0
        limit, added = snapshot.stats().archive_revision, self._waited(snapshot, alerts, progress)
        while progress < limit:
            changes = [
                change
                for change in self._archive.changes(progress, BATCH_REVISIONS)
                if change.revision <= limit
            ]
            stored = [change.stored for change in changes if change.stored is not None]
            hidden = [one.revision for one in stored if not self._is_shown(one)]
            shown = [one for one in stored if one.revision not in hidden]
            matches, problems = self._matches(snapshot, alerts, shown)
            progress = changes[-1].revision if len(changes) == BATCH_REVISIONS else limit
            added += self._store.record(matches, problems, revision=progress, begin_waiting=hidden)
        return added

    def _waited(self, snapshot: Snapshot, alerts: Sequence[Alert], progress: int) -> int:
        """Return the articles whose embargo has ended since."""
        waiting = self._store.waiting()
        if not waiting:
            return 0
        found = self._archive.revisions(waiting)
        ended = [one for one in found.values() if self._is_shown(one)]
        gone = [key for key in waiting if key not in found]
        matches, problems = self._matches(snapshot, alerts, ended)
        done = [one.revision for one in ended] + gone
        return self._store.record(matches, problems, revision=progress, end_waiting=done)

    def _is_shown(self, stored: StoredArticle) -> bool:
        return is_shown(stored.article, self._clock().timestamp())

    def _matches(
        self, snapshot: Snapshot, alerts: Sequence[Alert], stored: Sequence[StoredArticle]
    ) -> tuple[list[tuple[Alert, str, int]], dict[str, str | None]]:
        matches: list[tuple[Alert, str, int]] = []
        problems: dict[str, str | None] = {}
        ids = {one.revision: one.article.id for one in stored}
        for alert in alerts:
            keys = np.array([key for key in ids if key > alert.since], np.int64)
            if not len(keys):
                continue
            try:
                request = SearchParameters.model_validate(dict(alert.search)).to_request()
                found = self._engine.percolate(snapshot, request, keys, alert.meaning)
            except NewsearchError as error:
                _LOG.warning("alert %s: the search failed: %s", alert.id, error)
                problems[alert.id] = told(error)
                continue
            problems[alert.id] = None
            matches += [(alert, ids[key], key) for key in found.tolist()]
        return matches, problems
