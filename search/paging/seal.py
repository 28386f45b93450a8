"""Cursors as clients see them: opaque, sealed strings, so that only our own are accepted.

The seal is HMAC-SHA-256 (RFC 2104) truncated to 16 bytes, after the content as JSON, all in
URL-safe base64. JSON comes first so that no cursor begins with a hyphen, which a command line would
misread.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from index.errors import CursorError

MAX_CHARACTERS = 512

_SEAL_BYTES = 16
_AGAIN = "request the first page again"


class Seal:
    """Seals with a secret. A cursor sealed with another secret counts as damaged."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def closed(self, content: Sequence[object]) -> str:
        """The content as a string for clients."""
        told = json.dumps(content).encode()
        return base64.urlsafe_b64encode(told + self._of(told)).decode().rstrip("=")

    def opened(self, text: str) -> list[Any]:
        """The content of a string made by `closed`. Raises CursorError."""
        if len(text) > MAX_CHARACTERS:
            raise CursorError(f"the cursor is damaged: it is too long; {_AGAIN}")
        try:
            whole = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
        except ValueError as error:
            raise CursorError(f"the cursor is damaged; {_AGAIN}") from error
        told, seal = whole[:-_SEAL_BYTES], whole[-_SEAL_BYTES:]
        if not hmac.compare_digest(seal, self._of(told)):
            raise CursorError(f"the cursor is damaged, or belongs to another archive; {_AGAIN}")
        content: list[Any] = json.loads(told)
        return content

    def _of(self, told: bytes) -> bytes:
        return hmac.digest(self._secret, told, hashlib.sha256)[:_SEAL_BYTES]


UNSEALED = Seal(b"")
"""Detects damage, but anybody can make it: for archives that nobody else can access."""
