"""`newsearch serve`."""

import asyncio
import errno
import logging
import math
import os
import signal
import socket
import stat
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.console import tell
from api.cli.options import Config, DataDir, EncoderName, open_service
from api.http.access.hosts import LOOPBACK
from api.logging.logs import LogFormat, configure
from api.stores.keys import Scope
from index.errors import SettingsError

if TYPE_CHECKING:
    import uvicorn

    from api.service.service import Service
    from api.settings.settings import Settings

GRACE_S = 5
"""How long requests may run past their deadline when the server stops."""

DRAIN_STEP_S = 0.05
LEAST_DRAIN_S = 0.2
"""How long at least a server answers after a signal to stop, so that clients which keep using their
connection learn from an answer that it will be closed.
"""


def serve(
    ctx: typer.Context,
    host: Annotated[
        str | None,
        typer.Option(help="The address to listen on. (default: 127.0.0.1)", show_default=False),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            help="The port to listen on; 0 picks a free one. (default: 8000)", show_default=False
        ),
    ] = None,
    is_open: Annotated[
        bool,
        typer.Option("--open", help="Accept connections from other machines even without keys."),
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            help="How many processes answer requests. (default: one per core, as memory allows)",
            show_default=False,
        ),
    ] = None,
    encoder: EncoderName = None,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Answer searches over HTTP and index posted articles.

    Runs until Ctrl-C. It can start without an index and serves one as soon as it
    exists.
    """
    service = open_service(
        ctx,
        data_dir,
        config,
        host=host,
        port=port,
        workers=workers,
        encoder=encoder,
        open=is_open or None,
        creates=True,
    )
    if service.settings.first_key and not service.keys.all():
        _make_first_key(service)
    if service.settings.host not in LOOPBACK and not service.keys.all():
        _check_openness(service.settings)
    _tell_of_wide_folder(service.settings.data_dir)
    configure(service.settings.log_format)
    run(service)


def opened(settings: "Settings") -> "Service":
    """Return the service of a worker."""
    from api.service.service import Service

    return Service(settings, creates=True)


def run_together(settings: "Settings", open_service: "Callable[[Settings], Service]") -> None:
    """Serve with several processes until a signal to stop.

    Each calls `open_service`, which must be a function of a module.
    """
    from api.cli.workers import WorkerApp, supervise

    say = _teller(settings)
    sockets = listening_sockets(settings)
    where = url_of(settings.host, sockets[0].getsockname()[1])
    app = WorkerApp.of(settings, open_service)
    config = uvicorn_config(app, settings)
    drain_s = max(settings.drain_s, LEAST_DRAIN_S)
    supervise(config, app, sockets, drain_s, lambda: say(f"newsearch is ready at {where}"))
    say("stopped")


def _make_first_key(service: "Service") -> None:
    _, token = service.keys.add("first", list(Scope))
    tell(f"this key may do everything, and is not shown again: {token}")


def _tell_of_wide_folder(folder: Path) -> None:
    """Warn if other users of this machine can read what the keys protect."""
    if not folder.exists():  # it will be created with narrow permissions
        return
    mode = stat.S_IMODE(folder.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        tell(
            f"note: other users of this machine can enter {folder} (mode {mode:03o}); "
            f"'chmod 700' keeps them out",
            style="yellow",
        )


def _check_openness(settings: "Settings") -> None:
    """Refuse to open a server to others by accident. Raises SettingsError."""
    everything = f"whoever can reach {settings.host} can read, add and delete articles"
    if not settings.open:
        raise SettingsError(
            f"there are no keys, so {everything}; make a key with 'newsearch keys add NAME --scope "
            "search', or add --open if that is intended"
        )
    tell(f"note: {everything}", style="yellow")


def run(service: "Service") -> None:
    """Serve with as many processes as the settings say."""
    if service.settings.workers == 1:
        run_alone(service)
    else:
        service.close()  # each worker opens the folder for itself
        run_together(service.settings, opened)


def run_alone(service: "Service") -> None:
    """Serve until a signal to stop; requests already received are answered first."""
    import uvicorn

    from api.app import create_app
    from api.http.connections import BACKLOG

    sockets = listening_sockets(service.settings)
    app = create_app(service)
    say = _teller(service.settings)

    class Server(uvicorn.Server):
        """Announces its address once it listens; stops without waiting for the indexer."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            for one in sockets or ():
                one.listen(BACKLOG)  # more than uvicorn accepts at once
            if self.started:
                address = self.servers[0].sockets[0].getsockname()
                say(f"newsearch is ready at {url_of(service.settings.host, address[1])}")

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            await self._drain()
            for one in app.state.background:
                one.begin_stop()  # requests that wait for the indexer are answered now
            await super().shutdown(sockets)

        async def _drain(self) -> None:
            """Keep answering for a while, so that a load balancer notices that the server stops."""
            app.state.readiness.is_draining = True
            ends_s = time.monotonic() + max(service.settings.drain_s, LEAST_DRAIN_S)
            while time.monotonic() < ends_s and not self.force_exit:
                await asyncio.sleep(DRAIN_STEP_S)

    # uvicorn raises the signal again once it has stopped: both end here, with exit code 0.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        Server(uvicorn_config(app, service.settings)).run(sockets)
    except KeyboardInterrupt:
        say("stopped")
    _leave_threads_behind()


def _teller(settings: "Settings") -> "Callable[[str], None]":
    is_json = settings.log_format is LogFormat.JSON
    return logging.getLogger("newsearch.serve").info if is_json else tell


def uvicorn_config(app: Callable[..., Any], settings: "Settings") -> "uvicorn.Config":
    """Return how uvicorn runs an application, with connections that cannot exhaust the process."""
    import uvicorn

    from api.http.connections import ACCEPTED_AT_ONCE, KEEP_ALIVE_S, guarded

    return uvicorn.Config(
        app,
        http=guarded(),
        ws="none",
        backlog=ACCEPTED_AT_ONCE,
        timeout_keep_alive=KEEP_ALIVE_S,
        log_config=None,
        access_log=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        timeout_graceful_shutdown=GRACE_S + math.ceil(settings.request_deadline_s),
    )


def listening_sockets(settings: "Settings") -> list[socket.socket]:
    """Return sockets that listen where the settings say. Raises SettingsError."""
    from api.http.connections import listening

    host, port = settings.host, settings.port
    try:
        return listening(host, port)
    except socket.gaierror as error:
        raise SettingsError(f"host {host!r}: this name cannot be resolved ({error})") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"port {port} of {host} is in use, perhaps by another 'newsearch serve'; choose "
                "another with --port, or --port 0 for any that is free"
            ) from error
        raise SettingsError(
            f"cannot listen at {url_of(host, port)} ({error.strerror}); choose another address "
            "with --host and --port"
        ) from error


def _leave_threads_behind() -> None:
    """Exit at once if a thread is still loading a model or encoding.

    Native code that still runs while the interpreter shuts down aborts the process. Everything
    acknowledged is durable by now.
    """
    if any(thread.name.startswith("newsearch-") for thread in threading.enumerate()):
        logging.shutdown()
        sys.stderr.flush()
        os._exit(0)


def url_of(host: str, port: int) -> str:
    """Return the URL of a server that listens there."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
