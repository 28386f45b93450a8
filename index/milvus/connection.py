"""The connection to a Milvus server: calls with time limits, retried if that may help.

This is the only module that imports pymilvus. Every call is safe to repeat: rows are written by
upsert and removed by condition.
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

try:
    from pymilvus import DataType, MilvusClient
    from pymilvus.exceptions import MilvusException
except ImportError as error:  # pragma: no cover - tests run with the extra installed
    from index.errors import StoreError

    raise StoreError(
        "an index on Milvus needs pymilvus; install it with pip install 'newsearch[milvus]'"
    ) from error

from index.errors import IndexUnreachable, StoreError
from index.runtime import deadline

__all__ = ["Connection", "DataType"]

Answer = TypeVar("Answer")

CALL_TIMEOUT_S = 30.0
"""The time limit of one call."""

PATIENCE_S = 10.0
"""How long a call is retried before the server counts as unreachable."""

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0

_UNREACHABLE_CODES = frozenset({2})
"""pymilvus's code for a failed connection. All other errors come from the server."""

_TRANSIENT = ("unavailable", "timeout", "deadline", "not ready", "rate limit", "no available")

_LOG = logging.getLogger("newsearch.milvus")
logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # everything it logs, it also raises


class Connection:
    """One client, shared by threads, replaced after the server was unreachable."""

    def __init__(self, uri: str, token: str = "", *, patience_s: float = PATIENCE_S) -> None:
        self._uri = uri
        self._token = token
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._client: MilvusClient | None = None

    def call(self, ask: Callable[[MilvusClient], Answer], collection: str = "") -> Answer:
        """Return the result of `ask`.

        Raises IndexUnreachable, and StoreError if the server refuses. After a restart, the server
        may not have `collection` in memory; it is then loaded.
        """
        deadline_s = time.monotonic() + self._patience_s
        pause_s = FIRST_PAUSE_S
        while True:
            deadline.check()
            client = None
            try:
                client = self._connected()
                try:
                    return ask(client)
                except MilvusException as error:
                    if not collection or not _is_unloaded(error):
                        raise
                    client.load_collection(collection, timeout=CALL_TIMEOUT_S)
                    return ask(client)
            except MilvusException as error:
                if not _is_transient(error):
                    raise StoreError(f"Milvus at {self._uri} refused: {error.message}") from error
                self._drop(client)
                if time.monotonic() + pause_s > deadline_s:
                    raise IndexUnreachable(
                        f"Milvus at {self._uri} does not answer ({error.message}); check that it "
                        "runs and that the setting milvus_uri is right"
                    ) from error
                _LOG.info("Milvus does not answer, retrying: %s", error.message)
            time.sleep(random.uniform(pause_s / 2, pause_s))  # noqa: S311 - spreads retries
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def close(self) -> None:
        """Close the client; a later call opens another."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _connected(self) -> MilvusClient:
        with self._lock:
            if self._client is None:
                self._client = MilvusClient(
                    uri=self._uri, token=self._token, timeout=self._patience_s
                )
            return self._client

    def _drop(self, client: Any) -> None:
        """Discard a client whose connection failed, unless another thread already has."""
        with self._lock:
            if self._client is not None and self._client is client:
                self._client.close()
                self._client = None


def _is_unloaded(error: MilvusException) -> bool:
    """Whether a collection is not in memory ("not loaded" in Milvus, "released" in Milvus Lite)."""
    message = str(error.message).lower()
    return "not loaded" in message or "'released'" in message


def _is_transient(error: MilvusException) -> bool:
    if error.code in _UNREACHABLE_CODES:
        return True
    message = str(error.message).lower()
    return any(word in message for word in _TRANSIENT)
