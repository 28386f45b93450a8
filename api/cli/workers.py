"""`newsearch serve` with several processes: uvicorn's supervisor over workers that share a socket.

Each worker opens the data folder for itself; the index is mapped, so they share its memory. The
supervisor replaces a worker that dies and passes signals on; it answers nothing itself. One worker
at a time does the background work (`api.background.election`).
"""

import logging
import multiprocessing
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import TYPE_CHECKING, Self

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from api.http.connections import BACKLOG
from api.logging.logs import configure
from index.errors import NewsearchError

if TYPE_CHECKING:
    from api.service.service import Service
    from api.settings.settings import Settings

_LOG = logging.getLogger("newsearch.serve")


@dataclass(frozen=True, slots=True)
class WorkerApp:
    """Makes the application in each worker; passed to it by pickle.

    `is_started` is set by the first that can answer, `is_draining` before the workers are stopped.
    `metrics_folder` holds what all of them count.
    """

    settings: "Settings"
    open_service: "Callable[[Settings], Service]"
    metrics_folder: str
    is_started: Event
    is_draining: Event

    @classmethod
    def of(cls, settings: "Settings", open_service: "Callable[[Settings], Service]") -> Self:
        """Return one with a new folder; `open_service` must be a function of a module."""
        spawn = multiprocessing.get_context("spawn")
        folder = tempfile.mkdtemp(prefix="newsearch-metrics-")
        return cls(settings, open_service, folder, spawn.Event(), spawn.Event())

    def __call__(self) -> object:
        """Return the application of this process, or end it if it cannot be made."""
        configure(self.settings.log_format)
        # prometheus_client reads it when it is imported.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = self.metrics_folder
        from api.app import Shared, create_app

        shared = Shared(Path(self.metrics_folder), self.is_started.set, self.is_draining.wait)
        try:
            app = create_app(self.open_service(self.settings), shared=shared)
        except NewsearchError as error:
            _LOG.error("the worker cannot start: %s", error)
            sys.exit(STARTUP_FAILURE)
        _thread("parent", _end_with_parent)
        return app


def _end_with_parent() -> None:
    """Stop like after a signal once the supervisor is gone, however it ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        signal.raise_signal(signal.SIGTERM)


def _thread(name: str, target: Callable[[], object]) -> None:
    threading.Thread(target=target, name=f"newsearch-{name}", daemon=True).start()


class Supervisor(Multiprocess):
    """uvicorn's supervisor, which on SIGTERM first lets a load balancer notice.

    `on_started` is called once the first worker answers.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        app: WorkerApp,
        sockets: list[socket.socket],
        drain_s: float,
        on_started: Callable[[], object],
    ) -> None:
        super().__init__(config, sockets)
        self._app = app
        self._drain_s = drain_s
        self._on_started = on_started

    def init_processes(self) -> None:
        """Start the workers; announce when the first answers."""
        super().init_processes()
        _thread("announcing", self._announce)

    def _announce(self) -> None:
        self._app.is_started.wait()
        self._on_started()

    def keep_subprocess_alive(self) -> None:
        """Replace workers that died, and let connections wait that no worker has accepted yet."""
        super().keep_subprocess_alive()
        for one in self.sockets:
            one.listen(BACKLOG)  # each worker that starts sets it to what it accepts at once

    def handle_term(self) -> None:
        """Answer on for a while, then stop."""
        self._app.is_draining.set()
        later = threading.Timer(self._drain_s, self.should_exit.set)
        later.daemon = True
        later.start()


def supervise(
    config: uvicorn.Config,
    app: WorkerApp,
    sockets: list[socket.socket],
    drain_s: float,
    on_started: Callable[[], object],
) -> None:
    """Run `app.settings.workers` processes until a signal to stop."""
    config.factory = True
    config.workers = app.settings.workers
    config.http = "api.http.connections:connection"  # each worker counts its own
    try:
        Supervisor(config, app, sockets, drain_s, on_started).run()
    finally:
        shutil.rmtree(app.metrics_folder, ignore_errors=True)
