"""The HTTP application: routes, limits, problems, and the indexer that runs next to them."""

import importlib.util
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anyio import to_thread
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from api.background.election import Election
from api.background.feeds import BackgroundFeeds
from api.background.indexer import POLL_S, BackgroundIndexer
from api.background.jobs.kinds import job_runners
from api.background.repeating import Repeating
from api.http import problem_responses
from api.http.access.gate import Gate
from api.http.access.hosts import LOOPBACK, HostNames
from api.http.access.key_ring import KeyRing
from api.http.access.rates import Rates
from api.http.access.rules import SEARCH, Rules
from api.http.admission.concurrency import ConcurrencyLimit, at_once
from api.http.admission.middleware import Admission, threads
from api.http.admission.queue import RequestQueue
from api.http.description import described
from api.http.head_requests import HeadRequests
from api.http.limits import QUESTION_BYTES, BodyLimit, FixedHeaders, HeadLimit
from api.http.observing.metrics import Metrics
from api.http.observing.middleware import Observed
from api.http.observing.tracing import provider_to
from api.http.readiness import Readiness
from api.http.routes import ROUTERS, articles
from api.http.routes.dependencies import Rooms
from api.http.unread_bodies import UnreadBodies
from api.service.service import Service
from api.settings.setting_types import Backend
from api.settings.settings import Settings
from api.settings.version import version
from api.web.failures import failure_page
from api.web.routes import ROUTERS as PAGE_ROUTERS
from index.domain import Progress
from index.errors import IndexCorrupt, IndexMissing, NewsearchError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

STOP_INDEXING_S = 10.0
ALERTS_EVERY_S = 1.0
CALIBRATE_EVERY_S = 2.0
CHECK_EVERY_S = 60.0
CHECK_ALL_EVERY_S = 86_400.0
SELF_CHECK_AFTER_S = 600.0
GZIP_FROM_BYTES = 1000
_LOG = logging.getLogger("newsearch.http")

DESCRIPTION = """\
Hybrid search over a news archive: by words, by meaning, or both.

Every error is `application/problem+json` (RFC 9457). Offsets count code points. A cursor is tied
to one state of the index, so that pages neither repeat nor skip hits while articles arrive.
"""


@dataclass(frozen=True, slots=True)
class Shared:
    """What a worker shares with the others.

    `metrics_folder` holds what they count; `on_started` is called once this one answers;
    `wait_for_draining` returns when all are about to stop.
    """

    metrics_folder: Path
    on_started: Callable[[], object]
    wait_for_draining: Callable[[], object]


def create_app(
    service: Service, traces: "TracerProvider | None" = None, *, shared: Shared | None = None
) -> FastAPI:
    """Build the application over `service`, which indexes in the background while it runs.

    `traces` makes spans; without it, the setting otel_endpoint decides. With `shared` it is one of
    several workers, of which one at a time does the background work.
    """
    app = FastAPI(
        title="newsearch",
        version=version(),
        description=DESCRIPTION,
        lifespan=_lifespan,
        redirect_slashes=False,
        docs_url=None,  # api/web/routes/reference has a page without files of other servers
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        # For any request: a key may be missing or too weak, the server too busy, or there is a bug.
        responses=problem_responses.documented(401, 403, 429, 500, 503),
    )
    app.state.service = service
    app.state.rooms = Rooms(service)
    app.state.indexer = indexer = BackgroundIndexer(service.upkeep)
    app.state.runners = runners = job_runners(service, indexer.wake)
    background: tuple[Repeating, ...] = (
        indexer,
        *runners.each,
        _calibration(service),
        _integrity(service),
        _self_check(service),
        _alerts(service),
        *_feeds(service, indexer),
    )
    if shared is not None:
        folder = service.settings.data_dir
        background = (Election(folder, background), _snapshots(service))
    app.state.background = background
    app.state.shared = shared
    app.state.rules = rules = Rules()
    for router, needed in (*ROUTERS, *PAGE_ROUTERS):
        app.include_router(router)
        rules.add(router.routes, needed)
    assert app.openapi_url is not None
    rules.declare(app.openapi_url, ("GET",), SEARCH)
    app.openapi = described(app, rules)  # type: ignore[method-assign]
    app.state.agents = _mount_agents(app, rules, service)
    problem_responses.install(app)
    settings = service.settings
    workers = 1 if shared is None else settings.workers
    app.state.queues = questions, writes = tuple(
        RequestQueue(
            name, -(-settings.max_concurrent // workers), -(-settings.max_queued // workers)
        )
        for name in ("questions", "writes")
    )
    app.add_middleware(
        Admission,
        rules=rules,
        refused_page=failure_page,
        questions=questions,
        writes=writes,
        deadline_s=settings.request_deadline_s,
        max_body_bytes=settings.max_body_bytes,
        concurrency=_concurrency(settings),
    )
    app.add_middleware(
        BodyLimit,
        max_bytes=min(QUESTION_BYTES, settings.max_body_bytes),
        larger={("POST", articles.router.prefix): settings.max_bulk_bytes},
    )
    app.add_middleware(
        Gate,
        rules=rules,
        ring=KeyRing(lambda: service.keys),
        rates=Rates(settings.rate_per_s, settings.rate_burst),
        allows_anonymous=settings.allow_anonymous,
        names=HostNames(settings.host_names) if settings.host in LOOPBACK else None,
        origins=settings.cors_origins,
    )
    app.add_middleware(GZipMiddleware, minimum_size=GZIP_FROM_BYTES, compresslevel=6)
    app.add_middleware(UnreadBodies)
    app.add_middleware(HeadLimit)
    app.add_middleware(HeadRequests)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=("GET", "HEAD", "POST", "DELETE"),
            allow_headers=("Authorization", "X-API-Key", "Content-Type", "Prefer", "X-Request-Id"),
            expose_headers=("Location", "Retry-After", "X-Request-Id"),
        )
    app.state.readiness = readiness = Readiness()
    app.state.metrics = Metrics(
        service,
        (questions, writes),
        lambda: readiness.is_ready,
        None if shared is None else shared.metrics_folder,
    )
    if traces is None and settings.otel_endpoint:
        traces = provider_to(settings.otel_endpoint)
    app.state.traces = traces
    app.add_middleware(Observed, rules=rules, metrics=app.state.metrics, traces=traces)
    app.add_middleware(FixedHeaders, is_stopping=lambda: readiness.is_draining)
    return app


def _concurrency(settings: Settings) -> ConcurrencyLimit | None:
    """Return the limit; None if requests mostly wait for other servers."""
    is_here = settings.backend is Backend.LOCAL and not settings.archive
    return ConcurrencyLimit(at_once()) if is_here else None


def _mount_agents(
    app: FastAPI, rules: Rules, service: Service
) -> Callable[[], AbstractAsyncContextManager[None]]:
    """Mount the MCP server if its package is installed; return what has to run next to it."""
    if importlib.util.find_spec("mcp") is None:
        return nullcontext
    from api.mcp.server import PATH, mcp_server

    server = mcp_server(service)
    app.router.routes.extend(server.streamable_http_app().routes)
    rules.declare(PATH, ("GET", "POST", "DELETE"), SEARCH)
    run: Callable[[], AbstractAsyncContextManager[None]] = server.session_manager.run
    return run


def _calibration(service: Service) -> Repeating:
    """Return the thread that learns the fusion weights again as the archive grows."""

    def step(myself: Repeating) -> None:
        def on_progress(_progress: Progress) -> None:
            myself.check()
            service.upkeep.give_way_to_news(myself.pause)

        service.upkeep.recalibrate(myself.pause, on_progress)

    return Repeating("calibration", step, CALIBRATE_EVERY_S)


def _integrity(service: Service) -> Repeating:
    """Return the thread that checks each segment when it is new, and all of them once a day."""
    checked_at_s = time.monotonic()

    def step(myself: Repeating) -> None:
        nonlocal checked_at_s
        is_due = time.monotonic() - checked_at_s >= CHECK_ALL_EVERY_S
        if is_due:
            checked_at_s = time.monotonic()
        with suppress(IndexMissing, IndexCorrupt):  # whoever searches reports it
            service.maintenance.check_segments(myself.check, anew=is_due)

    return Repeating("integrity", step, CHECK_EVERY_S)


def _self_check(service: Service) -> Repeating:
    """Return the thread that asks daily whether articles are still found, for the metrics."""

    def step(myself: Repeating) -> None:
        if service.last_self_check is None:
            myself.pause(SELF_CHECK_AFTER_S)  # a server that starts has other things to do
        with suppress(IndexMissing):
            service.check_itself(myself.check)

    return Repeating("self-check", step, CHECK_ALL_EVERY_S)


def _alerts(service: Service) -> Repeating:
    """Return the thread that delivers the matches of saved searches."""

    def step(myself: Repeating) -> None:
        service.ingest.deliver(myself.check)

    return Repeating("alerts", step, ALERTS_EVERY_S)


def _snapshots(service: Service) -> Repeating:
    """Return the thread that opens what another worker committed, outside the path of requests."""

    def step(_myself: Repeating) -> None:
        service.upkeep.indexed_revision()

    return Repeating("snapshots", step, POLL_S)


def _feeds(service: Service, indexer: BackgroundIndexer) -> tuple[Repeating, ...]:
    """Return the threads that fetch feeds, if the settings want that."""
    every_s = service.settings.sync_every_s
    feeds = BackgroundFeeds(lambda: service.feeds, service.ingest.feed_sync, every_s, indexer.wake)
    return (feeds,) if every_s else ()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    limiter = to_thread.current_default_thread_limiter()
    limiter.total_tokens = threads(app.state.service.settings.max_concurrent)
    for one in app.state.background:
        one.start()
    threading.Thread(
        target=_warm,
        args=[app.state.service, app.state.readiness],
        name="newsearch-warming",
        daemon=True,
    ).start()
    async with app.state.agents():
        if app.state.shared is not None:
            _begin_sharing(app.state.shared, app.state.readiness)
        yield
    app.state.readiness.is_draining = True
    for one in app.state.background:
        one.begin_stop()
    for one in app.state.background:
        await run_in_threadpool(one.stop, STOP_INDEXING_S)
    if app.state.traces is not None:
        await run_in_threadpool(app.state.traces.shutdown)


def _begin_sharing(shared: Shared, readiness: Readiness) -> None:
    """Tell the supervisor that this worker answers, and listen for the end."""

    def listen() -> None:
        shared.wait_for_draining()
        readiness.is_draining = True

    threading.Thread(target=listen, name="newsearch-draining", daemon=True).start()
    shared.on_started()


def _warm(service: Service, readiness: Readiness) -> None:
    """Load the encoder of the index before the first query that needs it.

    An empty archive needs none to answer.
    """
    readiness.is_loading = not service.is_empty()
    try:
        service.warm()
    except NewsearchError as error:
        _LOG.info("the encoder was not loaded ahead of time: %s", error)
    finally:
        readiness.is_loading = False
