"""Ports of this machine: one for a server that is started later, one where nobody listens."""

import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager

_BELOW_EPHEMERAL = range(20_000, 30_000)
"""No system hands these out by itself: a port that is free stays so while its server is down."""


def free_port() -> int:
    """A port on which a server can be started, and started again."""
    chance = random.SystemRandom()
    while True:
        port = chance.choice(_BELOW_EPHEMERAL)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue  # it is taken
            return port


@contextmanager
def closed_port() -> Iterator[int]:
    """A port that refuses connections: it is taken, and nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield int(taken.getsockname()[1])
