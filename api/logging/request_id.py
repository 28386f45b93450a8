"""The id of the request that is being answered, to find all that was logged of it.

A client may bring one along (`X-Request-Id`), if it is nothing but a name: what it says goes into
headers and logs.
"""

import re
import uuid
from contextvars import ContextVar

HEADER = "X-Request-Id"
_HARMLESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_CURRENT: ContextVar[str | None] = ContextVar("newsearch_request_id", default=None)


def begin(brought: str | None) -> str:
    """The id of a request that begins in this context: the one it brought, else a new one."""
    is_fit = brought is not None and _HARMLESS.fullmatch(brought)
    request_id = brought if is_fit and brought is not None else uuid.uuid4().hex
    _CURRENT.set(request_id)
    return request_id


def current() -> str | None:
    """The id of the request that this code works for; None outside of one."""
    return _CURRENT.get()
