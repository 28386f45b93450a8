"""Throughput over HTTP: a real server, and clients that each wait for an answer, then ask on."""

import http.client
import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from bench_engine import NEWSEARCH

CLIENTS = (1, 2, 4, 8, 16)
SECONDS = 6.0


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """`newsearch serve` as a process of its own; gives its port."""
    command = [NEWSEARCH, "serve", "--data-dir", str(folder), "--port", "0"]
    environ = {**os.environ, "NEWSEARCH_RATE_PER_S": "0"}  # all clients have one address
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environ) as server:
        assert server.stderr is not None
        try:
            for line in server.stderr:
                if found := re.search(r"ready at http://[^:]+:(\d+)", line):
                    threading.Thread(target=server.stderr.read, daemon=True).start()
                    yield int(found.group(1))
                    return
            raise RuntimeError("the server ended before it was ready")
        finally:
            server.terminate()


def warm_up(port: int, queries: Sequence[str]) -> None:
    """Ask everything once, so that what a query reads is in memory."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for query in queries:
        connection.request("GET", f"/v1/search?q={quote(query)}")
        connection.getresponse().read()


def throughput(port: int, queries: list[str], clients: int) -> tuple[float, float]:
    """Answers per second of so many clients together, and the median milliseconds of an answer.

    Takes the queries it asks off the list, so that the server has seen none of them.
    """
    deadline = time.perf_counter() + SECONDS
    times: list[float] = []

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.perf_counter() < deadline:
            query = queries.pop()
            started = time.perf_counter()
            connection.request("GET", f"/v1/search?q={quote(query)}")
            response = connection.getresponse()
            response.read()
            if response.status != http.client.OK:
                raise RuntimeError(f"the server answered {response.status}")
            times.append((time.perf_counter() - started) * 1000)

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    return len(times) / seconds, sorted(times)[len(times) // 2]
