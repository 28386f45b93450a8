"""Fetching feeds: request each one that is due, take in what is new, and record the outcome.

Feeds on different hosts are fetched in parallel. An error in one never holds up the others: it is
recorded with the feed, which is retried later, with growing pauses. Entries are in the archive
before they are remembered, so after a crash in between they are taken again, unchanged.
"""

import hashlib
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from index.domain import Article, RecordNote
from index.errors import FeedError, OutboundError, RecordError
from index.feeds.crawler import Crawler
from index.feeds.document import Entry, read_document
from index.feeds.full_text import full_text
from index.feeds.store import Feed, FeedStore, Taken
from index.outbound.client import Fetched
from index.protocols import PutOutcome
from index.records.normalise import Detect, article_from_fields
from index.records.source_zones import NO_ORDERS, NO_ZONES, SourceOrders, SourceZones

Put = Callable[[Sequence[Article]], Sequence[PutOutcome]]

FIRST_BACKOFF_S = 60.0
LONGEST_BACKOFF_S = 86_400.0
ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, */*;q=0.8"
AT_ONCE = 8
PAGES_A_RUN = 200
"""Pages fetched for one feed before other feeds get their turn."""


_GONE, _NOT_MODIFIED = 410, 304


@dataclass(frozen=True, slots=True)
class FeedOutcome:
    """The outcome of fetching one feed. `problem` is why it failed, if it did."""

    url: str
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    failures: tuple[RecordError, ...] = ()
    problem: str | None = None
    is_modified: bool = True
    notes: tuple[RecordNote, ...] = ()


@dataclass(frozen=True)
class FeedSync:
    """Fetches feeds, repeatedly. `detect`, `zones` and `orders` are as for records."""

    store: FeedStore
    crawler: Crawler
    put: Put
    detect: Detect
    jitter: random.Random = field(default_factory=random.SystemRandom)
    zones: SourceZones = NO_ZONES
    orders: SourceOrders = NO_ORDERS

    def run(self, on_feed: Callable[[FeedOutcome], None] | None = None) -> list[FeedOutcome]:
        """Fetch every feed that is due.

        `on_feed` is called as each one finishes. Raises ArchiveError; all other errors are in the
        outcomes.
        """
        due = self.store.claim_due()
        outcomes = []
        try:
            with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="newsearch-feed") as pool:
                # In the order in which they finish; leaving the loop cancels those not yet started.
                for outcome in pool.map(self._fetched, due):
                    outcomes.append(outcome)
                    if on_feed is not None:
                        on_feed(outcome)
        finally:
            self.store.release([feed.url for feed in due])
        return outcomes

    def _fetched(self, feed: Feed) -> FeedOutcome:
        try:
            return self._take(feed, self._ask(feed))
        except _Retired as error:
            self.store.retire(feed.url, str(error))
            return FeedOutcome(feed.url, problem=str(error))
        except _Later as error:
            self.store.failed(feed.url, str(error), self._retry_at_s(feed, error.wait_s))
            return FeedOutcome(feed.url, problem=str(error))
        except (OutboundError, FeedError) as error:
            self.store.failed(feed.url, str(error), self._retry_at_s(feed, None))
            return FeedOutcome(feed.url, problem=str(error))

    def _ask(self, feed: Feed) -> Fetched:
        headers = {"Accept": ACCEPT}
        if feed.etag:
            headers["If-None-Match"] = feed.etag
        if feed.last_modified:
            headers["If-Modified-Since"] = feed.last_modified
        answer = self.crawler.fetch(feed.url, headers)
        if answer.status == _GONE:
            raise _Retired("the server says that it is gone permanently")
        if answer.status != _NOT_MODIFIED and not answer.is_success:
            raise _Later(f"the server answered with status {answer.status}", answer.retry_after_s())
        return answer

    def _take(self, feed: Feed, answer: Fetched) -> FeedOutcome:
        if answer.status == _NOT_MODIFIED:
            self.store.succeeded(feed.url, etag=feed.etag, last_modified=feed.last_modified)
            return FeedOutcome(feed.url, is_modified=False)
        headers = answer.headers
        document = read_document(answer.body, answer.url, headers.get("content-type", ""))
        outcome, is_complete = self._taken(feed, document.entries)
        url = self.store.move(feed.url, answer.moved_to) if answer.moved_to else feed.url
        self.store.succeeded(
            url,
            etag=headers.get("etag") if is_complete else None,
            last_modified=headers.get("last-modified") if is_complete else None,
        )
        return outcome

    def _taken(self, feed: Feed, entries: Sequence[Entry]) -> tuple[FeedOutcome, bool]:
        """What became of the entries, and whether all of them were processed."""
        articles: list[Article] = []
        taken: list[Taken] = []
        failures: list[RecordError] = []
        new = self.store.new_entries(feed.url, entries)
        owners = self.store.owners(feed.url)
        now = new[:PAGES_A_RUN] if feed.takes_full_text else new
        for entry, article_id in now:
            try:
                article = self._article(feed, entry, article_id, owners, failures)
            except RecordError as error:
                failures.append(error)
                continue
            owners[article.id] = entry.guid
            taken.append(Taken(entry, article.id))
            # Two feeds of a site often link to the same page: the first one keeps it.
            if not self.store.taken_elsewhere(feed.url, article.id):
                articles.append(article)
        statuses = [outcome.status for outcome in self.put(articles)] if articles else []
        self.store.took(feed.url, taken)
        outcome = FeedOutcome(
            feed.url,
            added=statuses.count("added"),
            updated=statuses.count("updated"),
            unchanged=statuses.count("unchanged"),
            failures=tuple(failures),
            notes=tuple(note for article in articles for note in article.notes),
        )
        return outcome, len(now) == len(new)

    def _article(
        self,
        feed: Feed,
        entry: Entry,
        article_id: str | None,
        owners: Mapping[str, str],
        failures: list[RecordError],
    ) -> Article:
        """The article of an entry; `owners` are the guids of this feed's articles, by their ids.

        An article is known by its page, as other feeds may link to it, too, unless another entry
        of this feed has that page.
        """
        fields = dict(entry.fields)
        if feed.source:
            fields["source"] = feed.source
        if article_id is not None or entry.url is None or not entry.is_page_its_own:
            fields["id"] = article_id or _id_without_page(feed.url, entry.guid)
        place = f"{feed.url}: {entry.url or entry.guid}"
        article = self._article_from(fields, place)
        if owners.get(article.id, entry.guid) != entry.guid:
            fields["id"] = _id_without_page(feed.url, entry.guid)
            article = self._article_from(fields, place)
        article = replace(article, notes=(*article.notes, *_identity_notes(entry, place)))
        if not (feed.takes_full_text and entry.url and entry.is_page_its_own):
            return article
        try:
            text = full_text(self.crawler, entry.url)
        except OutboundError as error:
            failures.append(RecordError(place, f"only the text of the feed is kept: {error}"))
            return article
        if text is None or len(text) <= len(article.text):
            return article
        fields |= {"text": text, "id": article.id}
        return replace(self._article_from(fields, place), notes=article.notes)

    def _article_from(self, fields: Mapping[str, Any], place: str) -> Article:
        # Many feeds and all sitemaps give a headline and an address; that is all there is to have.
        return article_from_fields(
            fields, place, self.detect, self.zones, orders=self.orders, headlines=True
        )

    def _retry_at_s(self, feed: Feed, asked_s: float | None) -> float:
        """Twice as long each time, with random jitter, never before the server's Retry-After."""
        backoff_s = min(FIRST_BACKOFF_S * 2.0 ** min(feed.failures, 32), LONGEST_BACKOFF_S)
        wait_s = backoff_s * (0.5 + self.jitter.random() / 2)
        return time.time() + max(wait_s, min(asked_s or 0.0, LONGEST_BACKOFF_S))


def _identity_notes(entry: Entry, place: str) -> Iterator[RecordNote]:
    if entry.identity_note:
        yield RecordNote(place, entry.identity_note)
    elif entry.url and not entry.is_page_its_own:
        yield RecordNote(
            place,
            "its link is a home page or that of other entries, too, so its guid identifies it",
        )


def _id_without_page(feed_url: str, guid: str) -> str:
    return hashlib.sha256(f"{feed_url}#{guid}".encode("utf-8", "replace")).hexdigest()[:16]


class _Retired(Exception):
    """The feed must not be requested again."""


class _Later(Exception):
    """The feed should be retried, after at least `wait_s` seconds if the server says so."""

    def __init__(self, why: str, wait_s: float | None) -> None:
        super().__init__(why)
        self.wait_s = wait_s
