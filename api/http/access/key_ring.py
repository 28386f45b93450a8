"""`KeyRing`: the keys in a server's memory, so that checking one costs almost nothing.

A verified token is remembered by a keyed digest, never as plain text. The table is read again after
`FRESH_S`, so a key that another process adds or revokes takes effect that soon.
"""

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable, Mapping

from api.stores.keys import Key, KeyStore, parts
from index.runtime.lru import LruCache

FRESH_S = 1.0
_REMEMBERED = 10_000


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

    def known(self, token: str) -> Key | None:
        """Return the key of a token that was verified before and has not been revoked since."""
        key_id = self._verified.peek(self._digest(token))
        return None if key_id is None else self._valid(key_id)

    def verified(self, token: str) -> Key | None:
        """Return the key of a token, checked the slow way if needed; None if it is not valid."""
        known = self.known(token)
        if known is not None:
            return known
        found = parts(token)
        key = None if found is None else self._valid(found[0])
        if key is None or found is None or not key.is_opened_by(found[1]):
            return None
        self._verified.put(self._digest(token), key.id)
        return key

    def _valid(self, key_id: str) -> Key | None:
        key = self._keys.get(key_id)
        return None if key is None or key.revoked_at is not None else key

    def _digest(self, token: str) -> bytes:
        return hmac.digest(self._pepper, token.encode("utf-8", "surrogatepass"), hashlib.sha256)
