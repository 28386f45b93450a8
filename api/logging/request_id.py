"""The id of the current request, to find everything logged about it.

A client may send one (`X-Request-Id`) if it is a plain name, because it goes into headers and logs.
"""

import re
import uuid
from contextvars import ContextVar

HEADER = "X-Request-Id"
_HARMLESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_CURRENT: ContextVar[str | None] = ContextVar("newsearch_request_id", default=None)


def begin(brought: str | None) -> str:
    """Set the id of a request that starts in this context: the one sent, or a new one."""
    is_fit = brought is not None and _HARMLESS.fullmatch(brought)
    request_id = brought if is_fit and brought is not None else uuid.uuid4().hex
    _CURRENT.set(request_id)
    return request_id


def current() -> str | None:
    """Return the id of the current request; None outside a request."""
    return _CURRENT.get()
