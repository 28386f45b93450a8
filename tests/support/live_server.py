"""A real server in this process, on a port of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from waiting import wait_until

from api.app import create_app
from api.cli.serving import uvicorn_config
from api.http.connections import listening
from api.service.service import Service


@contextmanager
def live(service: Service) -> Iterator[str]:
    """The address of a running server over `service`."""
    server = uvicorn.Server(uvicorn_config(create_app(service), service.settings))
    sockets = listening("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, args=[sockets])
    thread.start()
    try:
        wait_until(lambda: server.started or not thread.is_alive(), "the start of the server")
        assert server.started
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        for one in sockets:
            one.close()
