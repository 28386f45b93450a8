"""Answers that a client need not be sent again (RFC 9110, 13): `ETag` and `If-None-Match`."""

import hashlib
from collections.abc import Callable
from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel

from api.service.reading_room import ReadingRoom
from api.settings.version import version

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])

_MARK = "__has_edition__"


def has_edition(endpoint: Endpoint) -> Endpoint:
    """Mark an endpoint whose answer follows from its parameters and the room's edition."""
    setattr(endpoint, _MARK, True)
    return endpoint


def is_conditional(endpoint: Callable[..., object]) -> bool:
    """Return whether an endpoint is marked so."""
    return bool(getattr(endpoint, _MARK, False))


def entity_tag(room: ReadingRoom, parameters: BaseModel) -> str:
    """Return the weak ETag of an answer: weak, because it says how long it took to make.

    It is made before the answer, which may then be newer than its tag, never older. Raises
    IndexMissing, IndexCorrupt, ArchiveError.
    """
    content = f"{version()}\n{room.edition()}\n{parameters.model_dump_json()}"
    return f'W/"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'


def is_known(request: Request, etag: str) -> bool:
    """Return whether the client has the answer with this tag."""
    known = request.headers.get("if-none-match")
    if known is None:
        return False
    names = [name.strip().removeprefix("W/") for name in known.split(",")]
    return etag.removeprefix("W/") in names or "*" in names
