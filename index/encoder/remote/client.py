"""The embeddings endpoint over HTTP: requests, retries and checking responses.

This module owns the protocol. A busy or failing server is retried after an increasing, random
pause, so that several writers do not return at once; `Retry-After` is obeyed up to a limit. Errors
that a retry cannot fix (a wrong key, model or response) raise EncoderError at once. Waiting never
exceeds the deadline of the request being served.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from index.encoder.remote.endpoint import KEY_VARIABLE, Endpoint
from index.encoder.remote.pauses import backoff_s, retry_after_s
from index.errors import EncoderError
from index.runtime import deadline

_CONNECT_S = 5.0
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_SHOWN_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a response may take: tries, seconds for each, and the longest pause between them."""

    tries: int
    answer_s: float
    pause_s: float


class EmbeddingClient:
    """A client of one endpoint. Thread-safe."""

    def __init__(
        self, endpoint: Endpoint, key: str, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self._endpoint = endpoint
        self._sleep = sleep
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(headers=headers)

    def embed(self, texts: Sequence[str], patience: Patience) -> NDArray[np.float64]:
        """`(len(texts), dim)` as returned by the server, in the order of texts.

        Raises EncoderError.
        """
        body = {"model": self._endpoint.model, "input": list(texts), "encoding_format": "float"}
        for tried in range(1, patience.tries + 1):
            deadline.check()
            outcome = self._ask(body, patience)
            if isinstance(outcome, httpx.Response) and outcome.is_success:
                return self._vectors(outcome, len(texts))
            asked_s = self._checked(outcome, patience, tried)
            if tried < patience.tries:
                pause_s = max(asked_s, backoff_s(tried, patience.pause_s))
                self._sleep(min(pause_s, deadline.left_s()))
        raise AssertionError("the last try either returns or raises")

    def _ask(self, body: dict[str, Any], patience: Patience) -> httpx.Response | httpx.RequestError:
        answer_s = min(patience.answer_s, deadline.left_s())
        timeout = httpx.Timeout(answer_s, connect=min(_CONNECT_S, answer_s))
        try:
            return self._http.post(self._endpoint.url, json=body, timeout=timeout)
        except httpx.RequestError as error:
            return error

    def _checked(
        self, outcome: httpx.Response | httpx.RequestError, patience: Patience, tried: int
    ) -> float:
        """The seconds to wait before a retry. Raises EncoderError if a retry is pointless."""
        deadline.check()
        is_last = tried == patience.tries
        if isinstance(outcome, httpx.RequestError):
            if is_last:
                reason = str(outcome) or type(outcome).__name__
                raise self._error(f"cannot be reached ({reason}; {tried} tries)") from outcome
            return 0.0
        if outcome.status_code not in _BUSY:
            raise self._error(_refusal(outcome))
        asked_s = retry_after_s(outcome.headers.get("Retry-After", ""), datetime.now(UTC))
        if is_last or asked_s > patience.pause_s:
            raise self._error(f"is busy: {_shown(outcome)} (try {tried} of {patience.tries})")
        return asked_s

    def _vectors(self, response: httpx.Response, count: int) -> NDArray[np.float64]:
        try:
            rows = {int(row["index"]): row["embedding"] for row in response.json()["data"]}
            vectors = np.array([rows[number] for number in range(count)], dtype=np.float64)
        except (ValueError, TypeError, LookupError) as error:
            raise self._error(
                f"did not answer in the format of OpenAI's embeddings for {count} texts "
                f"({type(error).__name__}: {error})"
            ) from error
        if len(rows) != count or vectors.ndim != 2 or not vectors.shape[1]:
            raise self._error(f"returned {len(rows)} vectors for {count} texts")
        return vectors

    def _error(self, what: str) -> EncoderError:
        return EncoderError(f"the embedding server {self._endpoint.url} {what}")


def _refusal(response: httpx.Response) -> str:
    status = response.status_code
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return f"refuses the key: {_shown(response)}; set {KEY_VARIABLE}"
    if status == HTTPStatus.NOT_FOUND:
        return f"has no such address or model: {_shown(response)}"
    if response.is_redirect:
        return f"points to {response.headers.get('Location')}; use that address"
    return f"refuses the texts: {_shown(response)}"


def _shown(response: httpx.Response) -> str:
    """The status and the beginning of the server's response."""
    return f"{response.status_code} {response.text[:_SHOWN_CHARACTERS]}".strip()
