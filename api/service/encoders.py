"""Encoders, loaded only when a text really has to be encoded, and then kept.

Work that needs no model must not pay for one: an index's manifest has everything about its encoder
except the model, so counting, deleting, keyword search and a run without changes never load it.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Self

import numpy as np

from api.settings.setting_types import Backend
from api.settings.settings import Settings
from index.domain import EncoderIdentity, Vector, Vectors
from index.errors import DeadlineExceeded, EncoderMismatch, NewsearchError
from index.protocols import Encoder
from index.runtime import deadline

LoadEncoder = Callable[[str], Encoder]


class Encoders:
    """Encoders by name, each loaded once. Safe to share between threads."""

    def __init__(self, load: LoadEncoder) -> None:
        self._load = load
        self._loaded: dict[str, Encoder] = {}
        self._lock = threading.Lock()

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the encoders that a configuration can select."""

        def load(name: str) -> Encoder:
            # Imported here: a search imports it in a separate thread.
            from index.encoder import load_encoder

            return load_encoder(
                name,
                cache_dir=settings.cache_dir,
                key=settings.encoder_key,
                precision=settings.encoder_precision,
            )

        return cls(load)

    def named(self, name: str) -> Encoder:
        """Return the encoder of that name, loading it if necessary. Raises EncoderError.

        A caller that waits while another thread loads it raises DeadlineExceeded in time.
        """
        if name not in self._loaded:
            left_s = deadline.left_s()
            if not self._lock.acquire(timeout=min(left_s, threading.TIMEOUT_MAX)):
                raise DeadlineExceeded(f"the encoder {name} is still being loaded")
            try:
                if name not in self._loaded:
                    self._loaded[name] = self._load(name)
            finally:
                self._lock.release()
        return self._loaded[name]

    def identified(self, identity: EncoderIdentity) -> Encoder:
        """Return the encoder of an index's vectors; it is loaded when it first has to encode."""
        return LazyEncoder(identity, self._verified)

    def _verified(self, identity: EncoderIdentity) -> Encoder:
        """Load the encoder. Raises EncoderError, EncoderMismatch if its weights changed."""
        encoder = self.named(identity.name)
        if encoder.identity != identity:
            raise EncoderMismatch(
                f"the encoder {identity.name} is now revision {encoder.identity.revision}, but the "
                f"index was built with revision {identity.revision}; rebuild it with "
                "'newsearch reindex', or restore the old model"
            )
        return encoder


def encoding_ahead(settings: Settings, query: str) -> Encoders:
    """Return the encoders of a configuration; a thread already loads that of its local index.

    The thread reads and checks the model's files for half a second, mostly without holding the GIL;
    meanwhile a command can import what else it needs. The query is encoded too, and cached.
    """
    encoders = Encoders.of(settings)

    def encode() -> None:
        from index.encoder.loading import is_remote
        from index.local.manifest import read_current

        try:
            name = read_current(settings.index_folder).encoder.name
            if not is_remote(name):
                encoders.named(name).encode_query(query)
        except NewsearchError:
            return  # the search itself meets this error again and reports it

    if settings.backend is Backend.LOCAL:
        threading.Thread(target=encode, name="encoding ahead").start()
    return encoders


class LazyEncoder:
    """`index.protocols.Encoder` whose identity is known before its model is loaded."""

    def __init__(
        self, identity: EncoderIdentity, load: Callable[[EncoderIdentity], Encoder]
    ) -> None:
        self._identity = identity
        self._load = load

    @property
    def identity(self) -> EncoderIdentity:
        """What must be equal for vectors to be comparable."""
        return self._identity

    @property
    def passage_budget(self) -> int:
        """Return how many tokens fit into one passage; loads the model."""
        return self._load(self._identity).passage_budget

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens in each text; loads the model unless there are none."""
        return self._load(self._identity).count_tokens(texts) if texts else []

    def encode_passages(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Return `(len(texts), dim) float32`, unit rows; loads the model if there are texts."""
        if not texts:
            return np.zeros((0, self._identity.dimension), np.float32)
        return self._load(self._identity).encode_passages(texts, on_progress)

    def encode_query(self, text: str) -> Vector:
        """Return `(dim,) float32`, unit length; loads the model."""
        return self._load(self._identity).encode_query(text)
