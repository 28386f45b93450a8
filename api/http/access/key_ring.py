"""`KeyRing`: the keys in a server's memory, so that checking one costs almost nothing.

The table is read again after `FRESH_S`, so a key that another process adds or revokes takes effect
that soon. A token of a key with the slow hash is remembered by a keyed digest once it was verified.
"""

import hashlib
import hmac
import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping

from api.stores.keys import HashKind, Key, KeyStore, parts, slow_refusal
from index.errors import ArchiveError
from index.runtime.lru import LruCache

FRESH_S = 1.0
_REMEMBERED = 10_000
_LOG = logging.getLogger("newsearch.http")


class KeyRing:
    """Safe to share between threads. `store` opens the table when it is first needed."""

    def __init__(self, store: Callable[[], KeyStore]) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._pepper = secrets.token_bytes(32)
        self._verified: LruCache[bytes, str] = LruCache(_REMEMBERED)
        self._keys: Mapping[str, Key] = {}
        self._read_at = float("-inf")

    def is_fresh(self) -> bool:
        """Return whether `is_guarded` and `known` answer without reading the table."""
        return time.monotonic() - self._read_at < FRESH_S

    def refresh(self) -> None:
        """Read the table if it is due. Raises ArchiveError."""
        with self._lock:
            if not self.is_fresh():
                self._keys = {key.id: key for key in self._store().all()}
                self._read_at = time.monotonic()

    @property
    def is_guarded(self) -> bool:
        """Return whether requests need a key: once any key has been made."""
        return bool(self._keys)

    @property
    def has_slow(self) -> bool:
        """Return whether a valid key still has the slow hash, so that `verified` may help."""
        return any(one.kind is HashKind.SCRYPT and not one.revoked_at for one in self.keys)

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every key ever made, as of the last refresh."""
        return tuple(self._keys.values())

    def known(self, token: str) -> Key | None:
        """Return the key of a token; None if it is not valid or only `verified` can tell.

        Takes microseconds, and no longer for a wrong secret than for an unknown id.
        """
        key_id, secret = parts(token) or ("", "")
        key = self._valid(key_id)
        if key is not None and key.kind is HashKind.SHA256:
            return key if key.is_opened_by(secret) else None
        _NOBODY.is_opened_by(secret)
        verified_id = self._verified.peek(self._digest(token))
        return None if verified_id is None else self._valid(verified_id)

    def verified(self, token: str) -> Key | None:
        """Return the key of a token, checked the slow way; None if it is not valid.

        Takes about 50 ms, for an unknown id as well. A key that is opened gets the fast hash.
        """
        key_id, secret = parts(token) or ("", "")
        key = self._valid(key_id)
        if key is None or key.kind is not HashKind.SCRYPT:
            slow_refusal(secret)
            return None
        if not key.is_opened_by(secret):
            return None
        self._verified.put(self._digest(token), key.id)
        try:
            self._store().rehash(key, secret)
        except ArchiveError as error:
            _LOG.warning("the key %s keeps its slow hash: %s", key.id, error)
        return key

    def _valid(self, key_id: str) -> Key | None:
        key = self._keys.get(key_id)
        return None if key is None or key.revoked_at is not None else key

    def _digest(self, token: str) -> bytes:
        return hmac.digest(self._pepper, token.encode("utf-8", "surrogatepass"), hashlib.sha256)


_NOBODY = Key("", "", frozenset(), None, b"no such key", bytes(32), "", None)
