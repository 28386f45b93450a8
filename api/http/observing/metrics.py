"""The metrics of a server in Prometheus's text format.

Events are counted as they happen; current values are read from the service on each scrape.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from api.http.admission.queue import RequestQueue
from api.http.observing.workers import WorkersLoad
from api.service.self_check import SelfCheck
from api.service.service import Service
from index.domain import IndexStats
from index.errors import IndexMissing, NewsearchError

MEDIA_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_LOG = logging.getLogger("newsearch.metrics")


class Metrics:
    """The metrics of one application. Safe to share between threads.

    With `folder`, it is one of several workers, and the metrics are those of all: what they count
    is in files there, which prometheus_client adds up.
    """

    def __init__(
        self,
        service: Service,
        queues: Sequence[RequestQueue],
        is_ready: Callable[[], bool],
        folder: Path | None = None,
    ) -> None:
        self._registry = CollectorRegistry()
        self._state = _State(service, is_ready)
        self._load = WorkersLoad(queues, folder, self._registry) if folder else None
        if self._load is None:
            ProcessCollector(registry=self._registry)
            GCCollector(registry=self._registry)
            self._registry.register(self._state)
            self._registry.register(_Load(queues))
        self._requests = Counter(
            "newsearch_requests",
            "Requests answered.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._request_seconds = Histogram(
            "newsearch_request_seconds",
            "Time from a request's arrival to the end of its answer.",
            ["route"],
            registry=self._registry,
            buckets=SECONDS,
        )
        self._stage_seconds = Histogram(
            "newsearch_stage_seconds",
            "Time each stage of a search took.",
            ["stage"],
            registry=self._registry,
            buckets=SECONDS,
        )

    def answered(self, method: str, route: str, status: int, took_s: float) -> None:
        """Count a request; `route` is its path pattern, of which there are few."""
        self._requests.labels(method, route, status).inc()
        self._request_seconds.labels(route).observe(took_s)
        if self._load is not None:
            self._load.note()

    def stage_took(self, stage: str, took_s: float) -> None:
        """Count a stage of a search."""
        self._stage_seconds.labels(stage).observe(took_s)

    def exposition(self) -> bytes:
        """Return all metrics as they are now."""
        if self._load is None:
            return generate_latest(self._registry)
        return generate_latest(self._load.of_all(self._state))


class _State(Collector):
    """Reads the current values of what all workers share."""

    def __init__(self, service: Service, is_ready: Callable[[], bool]) -> None:
        self._service = service
        self._is_ready = is_ready

    def describe(self) -> Iterator[Metric]:
        """Return nothing; otherwise the registry would collect once to learn the names."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics; those of a part that cannot be read are missing, and its `up` is 0."""
        yield _gauge("newsearch_ready", "Whether the server is ready.", float(self._is_ready()))
        up = GaugeMetricFamily(
            "newsearch_up", "Whether a part of the server works.", labels=["part"]
        )
        for part, metrics in (
            ("archive", self._archive),
            ("index", self._index),
            ("feeds", self._feeds),
        ):
            try:
                yield from metrics()
                is_up = True
            except NewsearchError as error:
                level = logging.DEBUG if isinstance(error, IndexMissing) else logging.WARNING
                _LOG.log(level, "the metrics of the %s cannot be read: %s", part, error)
                is_up = False
            up.add_metric([part], float(is_up))
        yield up

    def _archive(self) -> Iterator[Metric]:
        archive = self._service.archive
        yield _gauge("newsearch_archived_articles", "Articles kept.", archive.article_count())
        yield _gauge("newsearch_archive_bytes", "Size of the archive.", archive.size_bytes())
        lag = archive.last_revision() - self._service.upkeep.indexed_revision()
        yield _gauge(
            "newsearch_index_lag_revisions", "Changes that are not searchable yet.", max(0, lag)
        )

    def _index(self) -> Iterator[Metric]:
        snapshot = self._service.store.snapshot()
        stats = snapshot.stats()
        yield _gauge(
            "newsearch_damaged_articles",
            "Articles that searches leave out because files of the index are damaged.",
            snapshot.missing,
        )
        yield _gauge("newsearch_searchable_articles", "Articles in the index.", stats.articles)
        yield _gauge("newsearch_deleted_articles", "Deleted ones still in it.", stats.deleted)
        yield _gauge("newsearch_chunks", "Chunks in the index.", stats.chunks)
        yield _gauge("newsearch_segments", "Segments of the index.", stats.segments)
        yield _gauge("newsearch_index_bytes", "Size of the index.", stats.size_bytes)
        encoder = {"name": stats.encoder.name, "dimension": str(stats.encoder.dimension)}
        yield InfoMetricFamily("newsearch_encoder", "The encoder of the index.", value=encoder)
        if stats.committed_at_s is not None:
            age_s = max(0.0, time.time() - stats.committed_at_s)
            yield _gauge("newsearch_snapshot_age_seconds", "Time since the last commit.", age_s)
        yield from _segments(stats)
        if (checked := self._service.last_self_check) is not None:
            yield from _self_check(checked)

    def _feeds(self) -> Iterator[Metric]:
        feeds = [feed for feed in self._service.feeds.all() if not feed.is_retired]
        yield _gauge("newsearch_feeds", "Feeds followed.", len(feeds))
        failing = sum(feed.failures > 0 for feed in feeds)
        yield _gauge("newsearch_feeds_failing", "Feeds whose last fetch failed.", failing)
        failures = sum(feed.failures for feed in feeds)
        yield _gauge("newsearch_feed_failures", "Failed fetches since the last success.", failures)


def _self_check(checked: SelfCheck) -> Iterator[Metric]:
    found = GaugeMetricFamily(
        "newsearch_self_check_found",
        "Headlines of the daily self-check that found their own article.",
        labels=["by"],
    )
    for name, count in checked.found.items():
        found.add_metric([name], count)
    yield found
    yield _gauge("newsearch_self_check_queries", "Headlines that were asked.", checked.queries)
    age_s = max(0.0, time.time() - checked.at_s)
    yield _gauge("newsearch_self_check_age_seconds", "Time since the self-check.", age_s)


class _Load(Collector):
    """Reads how busy the one process is."""

    def __init__(self, queues: Sequence[RequestQueue]) -> None:
        self._queues = queues

    def describe(self) -> Iterator[Metric]:
        """Return nothing, as above."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield the requests in progress, waiting and refused."""
        working = GaugeMetricFamily("newsearch_working", "Requests in progress.", labels=["lane"])
        waiting = GaugeMetricFamily("newsearch_waiting", "Requests in the queue.", labels=["lane"])
        refused = CounterMetricFamily(
            "newsearch_refused", "Requests refused because the queue was full.", labels=["lane"]
        )
        for queue in self._queues:
            working.add_metric([queue.name], queue.working)
            waiting.add_metric([queue.name], queue.waiting)
            refused.add_metric([queue.name], queue.refused)
        yield from (working, waiting, refused)


def _segments(stats: IndexStats) -> Iterator[Metric]:
    sizes = GaugeMetricFamily(
        "newsearch_segment_bytes", "Size of each segment, largest first.", labels=["segment"]
    )
    for place, size_bytes in enumerate(sorted(stats.segment_bytes, reverse=True)):
        sizes.add_metric([str(place)], size_bytes)
    yield sizes
    recall = min((one.approximation.recall for one in stats.approximations), default=1.0)
    yield _gauge(
        "newsearch_vector_recall", "Recall@10 of vector search in the worst segment.", recall
    )


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)
