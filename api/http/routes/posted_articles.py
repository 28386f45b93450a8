"""The body of `POST /v1/articles`: one object, a list of them, or one object per line.

A body that is too large to wait for, or whose sender does not want to wait, is kept in a file. The
content type decides how it is read. Others are refused, which also keeps other sites' pages from
posting: browsers send only simple content types across origins without asking first.
"""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from api.background.jobs import spool
from api.http.routes.dependencies import TheService
from index.errors import RecordError

JSON_TYPES = ("application/json",)
LINE_TYPES = (
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonlines",
)


@dataclass(frozen=True, slots=True)
class PostedRecord:
    """One record of a body: its place, and a JSON value of any kind or why there is none."""

    place: str
    value: Any = None
    error: RecordError | None = None


@dataclass(frozen=True, slots=True)
class KeptBody:
    """A body that was saved unread in a file of this name."""

    name: str


async def posted(request: Request, service: TheService) -> list[PostedRecord] | KeptBody:
    """Return the records of a request, or its body for a job (RFC 7240: `Prefer: respond-async`).

    Answers 400, 413 or 415 if it can do neither.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in (*JSON_TYPES, *LINE_TYPES):
        raise HTTPException(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"Send articles as {JSON_TYPES[0]} (one object or a list) or as {LINE_TYPES[0]} (one "
            "object per line), and set Content-Type accordingly.",
        )
    is_lines = media_type in LINE_TYPES
    if is_for_later(request.headers, service.settings.max_body_bytes):
        suffix = ".ndjson" if is_lines else ".json"
        return KeptBody(await spool.keep(service.settings.jobs_folder, request.stream(), suffix))
    body = await _limited(request, service.settings.max_body_bytes)
    parse = _lines if is_lines else _whole
    records = await run_in_threadpool(parse, body)
    if len(records) > service.settings.max_batch:
        raise HTTPException(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"A request may contain up to {service.settings.max_batch} articles; this one has "
            f"{len(records)}. Send several requests, raise the setting max_batch, or send it with "
            "the header 'Prefer: respond-async', which makes it a job.",
        )
    return records


def is_for_later(headers: Headers, max_body_bytes: int) -> bool:
    """Return whether a body of articles is to be saved in a file for a job."""
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > max_body_bytes:
        return True
    wishes = headers.get("prefer", "").lower().split(",")
    return any(wish.partition(";")[0].strip() == "respond-async" for wish in wishes)


async def _limited(request: Request, max_bytes: int) -> bytes:
    """Read a body; one without a declared length may turn out to be too large."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > max_bytes:
            raise HTTPException(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"The body has more than {max_bytes} bytes. Send it with the header "
                "'Prefer: respond-async', which makes it a job.",
            )
    return bytes(body)


def _whole(body: bytes) -> list[PostedRecord]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(
            HTTPStatus.BAD_REQUEST, f"The body is not JSON in UTF-8: {error}"
        ) from error
    if not isinstance(value, list):
        return [PostedRecord("article", value)]
    return [PostedRecord(f"article {number}", item) for number, item in enumerate(value, 1)]


def _lines(body: bytes) -> list[PostedRecord]:
    """Split at line feeds only: other Unicode line separators may occur inside strings."""
    lines = body.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return [_line(f"line {number}", line) for number, line in enumerate(lines, 1) if line.strip()]


def _line(place: str, line: bytes) -> PostedRecord:
    try:
        return PostedRecord(place, json.loads(line))
    except (ValueError, RecursionError) as error:
        return PostedRecord(place, error=RecordError(place, f"not JSON in UTF-8: {error}"))
