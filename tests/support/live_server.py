"""A real server in this process, on a port of its own."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from api.app import create_app
from api.service.service import Service

START_S = 60.0


@contextmanager
def live(service: Service) -> Iterator[str]:
    """The address of a running server over `service`."""
    server = uvicorn.Server(
        uvicorn.Config(create_app(service), host="127.0.0.1", port=0, log_config=None)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline_s = time.monotonic() + START_S
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < deadline_s
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
