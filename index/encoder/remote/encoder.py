"""A model on an embedding server as an encoder.

Several requests are in flight at once, so that the server computes while texts and vectors are
transferred. Blank texts, which some servers reject, are not sent: they have no direction.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np

from index.domain import EncoderIdentity, Vector, Vectors
from index.encoder.batches import Rows, token_batches
from index.encoder.prompts import find_prompts
from index.encoder.query_cache import remembering
from index.encoder.remote.client import EmbeddingClient, Patience
from index.encoder.remote.endpoint import Endpoint, parse_endpoint
from index.encoder.remote.estimate import cut, estimate
from index.encoder.remote.revision import PROBE, revision_of
from index.encoder.rows import unit_rows
from index.errors import EncoderError

_SPECIAL_TOKENS = 2
_BATCH_TEXTS = 32
"""Texts per request; some servers reject more."""
_BATCH_TOKENS = 16_384
_REQUESTS = 4
"""Requests in flight at once."""
_WINDOW = 8192
"""Texts sorted by length together."""
_PASSAGES = Patience(tries=6, answer_s=120, pause_s=60)
_QUERY = Patience(tries=3, answer_s=10, pause_s=2)


class RemoteEncoder:
    """An `index.protocols.Encoder`. Thread-safe."""

    def __init__(self, identity: EncoderIdentity, client: EmbeddingClient) -> None:
        self.identity = identity
        self._client = client
        self.encode_query = remembering(self._encode_query)

    @property
    def passage_budget(self) -> int:
        """Estimated tokens that fit into one passage, after special tokens and prompt."""
        prompt = estimate([self.identity.passage_prompt])[0]
        return max(1, self.identity.max_tokens - _SPECIAL_TOKENS - prompt)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Estimated tokens of each text, preferably too many than too few."""
        return estimate(texts)

    def encode_passages(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """`(len(texts), dim) float32`, unit rows, in the order given. Raises EncoderError."""
        vectors = np.zeros((len(texts), self.identity.dimension), dtype=np.float32)
        under_way: deque[tuple[Rows, Future[Vectors]]] = deque()
        done = 0

        def finish_oldest() -> None:
            nonlocal done
            rows, answer = under_way.popleft()
            vectors[rows] = answer.result()
            done += len(rows)
            if on_progress is not None:
                on_progress(done)

        with ThreadPoolExecutor(_REQUESTS) as pool:
            try:
                for rows in _batches(texts):
                    if len(under_way) == _REQUESTS:
                        finish_oldest()
                    asked = [texts[row] for row in rows]
                    under_way.append((rows, pool.submit(self._passages, asked)))
                while under_way:
                    finish_oldest()
            finally:
                for _, answer in under_way:
                    answer.cancel()
        return unit_rows(vectors, self.identity.name)

    def _passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, self.identity.passage_prompt, _PASSAGES)

    def _encode_query(self, text: str) -> Vector:
        vector: Vector = self._embed([text], self.identity.query_prompt, _QUERY)[0]
        return vector

    def _embed(self, texts: Sequence[str], prompt: str, patience: Patience) -> Vectors:
        dimension = self.identity.dimension
        vectors = np.zeros((len(texts), dimension), dtype=np.float32)
        limit = self.identity.max_tokens - _SPECIAL_TOKENS
        told = [row for row, text in enumerate(texts) if (prompt + text).strip()]
        if told:
            raw = self._client.embed([cut(prompt + texts[row], limit) for row in told], patience)
            if raw.shape[1] != dimension:
                raise EncoderError(
                    f"the encoder {self.identity.name} returned vectors of {raw.shape[1]} "
                    f"dimensions, but {dimension} before; is another model running there now?"
                )
            vectors[told] = raw
        return unit_rows(vectors, self.identity.name)


def _batches(texts: Sequence[str]) -> Iterator[Rows]:
    for start in range(0, len(texts), _WINDOW):
        lengths = estimate(texts[start : start + _WINDOW])
        for rows in token_batches(lengths, _BATCH_TOKENS):
            for first in range(0, len(rows), _BATCH_TEXTS):
                yield rows[first : first + _BATCH_TEXTS] + start


def open_remote(name: str, key: str, cache_dir: Path | None) -> RemoteEncoder:
    """Open the encoder on a server by embedding a probe text. Raises EncoderError."""
    endpoint = parse_endpoint(name, has_key=bool(key))
    client = EmbeddingClient(endpoint, key)
    probe = unit_rows(client.embed([PROBE], _QUERY), name)[0]
    seen = cache_dir / "servers" / f"{_place(endpoint)}.jsonl" if cache_dir else None
    try:
        revision = revision_of(probe, endpoint.model, seen)
    except OSError as error:
        raise EncoderError(f"{seen}: cannot be written ({error.strerror})") from error
    prompts = find_prompts({}, endpoint.model)
    identity = EncoderIdentity(
        name=name,
        revision=revision,
        dimension=len(probe),
        max_tokens=endpoint.max_tokens,
        query_prompt=prompts.query,
        passage_prompt=prompts.passage,
    )
    return RemoteEncoder(identity, client)


def _place(endpoint: Endpoint) -> str:
    return hashlib.sha256(f"{endpoint.url} {endpoint.model}".encode()).hexdigest()[:16]
