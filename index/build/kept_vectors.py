"""Vectors kept while they wait for their commit, so that an interrupted run encodes nothing twice.

An encoder works for minutes on a batch, and a commit needs all of it. `KeptVectors` encodes a batch
in slices and appends each to a file; a later run finds them by their text. They survive Ctrl-C and
SIGKILL; a power cut may cost the last ones. A record written half is left out. A file is removed
once its batch is committed. Only who holds the lock to write an index may use its folder.
"""

import logging
import os
import threading
import zlib
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np

from index.domain import EncoderIdentity, Vector, Vectors
from index.files.durable import writing
from index.protocols import Encoder

SLICE_TEXTS = 128
"""Texts encoded between two writes: the most that are lost, yet enough for full batches."""

_SUFFIX = ".vectors"
_DIGEST_BYTES, _CHECK_BYTES = 16, 4
_LOG = logging.getLogger("newsearch.index")


class KeptVectors:
    """The vectors in a folder, which is made when there is something to keep.

    Raises OSError where the folder cannot be written.
    """

    def __init__(self, folder: Path, identity: EncoderIdentity) -> None:
        self._folder = folder
        self._identity = identity
        self._lock = threading.Lock()  # batches are committed in a thread of their own
        self._known = {int(path.stem): self._read(path) for path in self._files()}
        count = sum(map(len, self._known.values()))
        if count:
            _LOG.info("%d vectors of an interrupted run are used", count)

    def encode(
        self,
        texts: Sequence[str],
        revision: int,
        encoder: Encoder,
        on_progress: Callable[[int], None],
    ) -> Vectors:
        """`(len(texts), dim) float32`, as `encoder` makes them, for the batch up to `revision`."""
        digests = [self._digest(text) for text in texts]
        vectors = np.empty((len(texts), self._identity.dimension), np.float32)
        known = self._all_known()
        missing = []
        for row, digest in enumerate(digests):
            if digest in known:
                vectors[row] = known[digest]
            else:
                missing.append(row)
        done = len(texts) - len(missing)
        # Longest first over the whole batch, so that texts of similar length share a slice.
        missing.sort(key=lambda row: -len(texts[row]))
        for start in range(0, len(missing), SLICE_TEXTS):
            rows = missing[start : start + SLICE_TEXTS]
            before = done + start

            def on_texts(count: int, before: int = before) -> None:
                on_progress(before + count)

            vectors[rows] = encoder.encode_passages([texts[row] for row in rows], on_texts)
            self._append(revision, [digests[row] for row in rows], vectors[rows])
        return vectors

    def forget(self, revision: int) -> None:
        """Remove what belongs to batches up to an archive revision, which are committed."""
        for path in self._files():
            if int(path.stem) <= revision:
                path.unlink(missing_ok=True)
        with self._lock:
            self._known = {last: own for last, own in self._known.items() if last > revision}

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{_SUFFIX}"))

    def _all_known(self) -> dict[bytes, Vector]:
        with self._lock:
            return {digest: one for own in self._known.values() for digest, one in own.items()}

    def _append(self, revision: int, digests: Sequence[bytes], vectors: Vectors) -> None:
        path = self._folder / f"{revision}{_SUFFIX}"
        with writing(path):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with path.open("ab") as file:
                # One write: what is there of it after a kill is whole records and at most one part.
                file.write(b"".join(map(_record, digests, vectors)))

    def _read(self, path: Path) -> dict[bytes, Vector]:
        """The intact vectors of a file. A record written half shifts none of those before it."""
        size = _DIGEST_BYTES + 4 * self._identity.dimension + _CHECK_BYTES
        content = path.read_bytes()
        whole = len(content) // size * size
        found: dict[bytes, Vector] = {}
        for start in range(0, whole, size):
            record = content[start : start + size]
            body = record[:-_CHECK_BYTES]
            if record[-_CHECK_BYTES:] != _check(body):
                whole = start
                break
            found[body[:_DIGEST_BYTES]] = np.frombuffer(body, "<f4", offset=_DIGEST_BYTES)
        if whole < len(content):  # more is appended, and must begin where a record ends
            os.truncate(path, whole)
        return found

    def _digest(self, text: str) -> bytes:
        """Names a text and what decides about its vector."""
        one = self._identity
        made_by = (one.revision, one.dimension, one.max_tokens, one.passage_prompt, one.template)
        return blake2b(f"{made_by!r}\n{text}".encode(), digest_size=_DIGEST_BYTES).digest()


def _record(digest: bytes, vector: Vector) -> bytes:
    body = digest + vector.astype("<f4").tobytes()
    return body + _check(body)


def _check(body: bytes) -> bytes:
    return zlib.crc32(body).to_bytes(_CHECK_BYTES, "little")
