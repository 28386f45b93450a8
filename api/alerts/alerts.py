"""`Alerts`: everything about saved searches in one object, for HTTP, commands and background."""

import functools
from collections.abc import Callable
from datetime import datetime

import numpy as np

from api.alerts.delivery import AlertDelivery
from api.alerts.matching import AlertMatcher
from api.schemas.alerts import AlertTestBody
from api.schemas.parameters import SearchParameters
from api.stores.alerts import Alert, AlertStore
from api.stores.keys import KeyStore, Scope
from index.domain import StoredArticle
from index.errors import ArticleNotFound, IndexMissing
from index.outbound.client import Outbound
from index.protocols import Archive, IndexStore
from index.query import Everything
from index.visibility import is_shown
from search.engine import Engine

TESTED_ARTICLES = 10_000
"""How many of the newest articles a test searches."""

SHOWN_MATCHES = 20


class Alerts:
    """Safe to share between threads. `outbound` returns the client when it is first needed."""

    def __init__(
        self,
        store: AlertStore,
        keys: KeyStore,
        archive: Archive,
        index: IndexStore,
        engine: Engine,
        outbound: Callable[[], Outbound],
        clock: Callable[[], datetime],
    ) -> None:
        self.store = store
        self._archive = archive
        self._index = index
        self._outbound = outbound
        self._clock = clock
        self._keys = keys
        self._matcher = AlertMatcher(store, archive, engine, clock)
        self._engine = engine

    def add(
        self,
        search: SearchParameters,
        *,
        name: str | None = None,
        meaning: float | None = None,
        webhook: str | None = None,
        owner: str | None = None,
    ) -> Alert:
        """Save a search for articles from now on. Raises QueryError, FilterError.

        `owner` is the id of the key that saves it, if there is one.
        """
        self._engine.check(search.to_request())
        given = search.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return self.store.add(
            name or search.q,
            given,
            meaning=meaning,
            webhook=webhook,
            since=self._archive.last_revision(),
            owner=owner,
        )

    def match(self) -> int:
        """Match what was indexed since the last run against all alerts."""
        try:
            return self._matcher.run(self._index.snapshot(), self.readers())
        except IndexMissing:
            return 0

    @functools.cached_property
    def delivery(self) -> AlertDelivery:
        """The delivery of matches."""
        return AlertDelivery(self.store, self._archive, self._outbound(), self._clock)

    def deliver(self, check: Callable[[], object] = lambda: None) -> int:
        """Try every delivery that is due once; loads nothing if none is."""
        return self.delivery.run(check, self.readers())

    def readers(self) -> frozenset[str]:
        """Return the ids of the keys that may search; the alerts of other keys report nothing."""
        return frozenset(
            key.id
            for key in self._keys.all()
            if Scope.SEARCH in key.scopes and key.revoked_at is None
        )

    def test(self, alert: Alert) -> AlertTestBody:
        """Return what an alert finds among the newest articles, and send its webhook a test
        message.
        """
        snapshot = self._index.snapshot()
        keys = snapshot.newest(Everything(), TESTED_ARTICLES).keys
        request = SearchParameters.model_validate(dict(alert.search)).to_request()
        found = self._engine.percolate(snapshot, request, keys, alert.meaning)
        newest = keys[np.isin(keys, found)][:SHOWN_MATCHES]
        problem = self.delivery.test(alert) if alert.webhook else None
        return AlertTestBody(
            found=snapshot.article_ids(newest),
            delivered=problem is None if alert.webhook else None,
            problem=problem,
        )

    def newest(self, alert: Alert, limit: int) -> list[StoredArticle]:
        """Return the latest matching articles that may be shown."""
        found = []
        for article_id, _ in self.store.newest(alert.id, limit):
            try:
                stored = self._archive.get(article_id)
            except ArticleNotFound:
                continue
            if is_shown(stored.article, self._clock().timestamp()):
                found.append(stored)
        return found
