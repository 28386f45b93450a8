"""Follow feeds in the background: new articles go into the archive and the indexer is woken."""

import logging
from collections.abc import Callable

from api.background.repeating import Repeating
from index.feeds.store import FeedStore
from index.feeds.sync import FeedOutcome, FeedSync

_LOG = logging.getLogger("newsearch.feeds")


class BackgroundFeeds(Repeating):
    """Fetches the feeds that are due every `every_s` seconds.

    `make` builds the fetcher from a function that waits; `on_news` is called after each feed with
    something new.
    """

    def __init__(
        self,
        store: Callable[[], FeedStore],
        make: Callable[[Callable[[float], object]], FeedSync],
        every_s: float,
        on_news: Callable[[], object],
    ) -> None:
        super().__init__("feeds", lambda _self: self._fetch(), every_s)
        self._store = store
        self._make = make
        self._on_news = on_news
        self._sync: FeedSync | None = None

    def _fetch(self) -> None:
        if not self._store().all():
            return
        self._sync = self._sync or self._make(self.pause)
        self._sync.run(self._heard)

    def _heard(self, outcome: FeedOutcome) -> None:
        self.check()
        if outcome.problem:
            _LOG.warning("%s: %s", outcome.url, outcome.problem)
        for failure in outcome.failures:
            _LOG.info("%s", failure)
        if outcome.added or outcome.updated:
            _LOG.info("%s: %d new, %d updated", outcome.url, outcome.added, outcome.updated)
            self._on_news()
