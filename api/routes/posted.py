"""The body of `POST /v1/articles`: one object, a list of them, or one object per line.

The content type decides. Others are refused, which also keeps foreign web pages from posting:
browsers send only simple content types across origins without asking first.
"""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool

from api.routes.dependencies import TheService
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
    """One record of a body: its place there, and a JSON value of any kind or why there is none."""

    place: str
    value: Any = None
    error: RecordError | None = None


async def posted_records(request: Request, service: TheService) -> list[PostedRecord]:
    """The records of a request. Answers 400, 413 or 415 where there can be none."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in (*JSON_TYPES, *LINE_TYPES):
        raise HTTPException(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"Send articles as {JSON_TYPES[0]} (one object or a list) or as {LINE_TYPES[0]} (one "
            "object per line), and say so in Content-Type.",
        )
    body = await request.body()
    parse = _lines if media_type in LINE_TYPES else _whole
    records = await run_in_threadpool(parse, body)
    if len(records) > service.settings.max_batch:
        raise HTTPException(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"One request may hold up to {service.settings.max_batch} articles, this one holds "
            f"{len(records)}; send several, or raise the setting max_batch.",
        )
    return records


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
    """Only line feeds separate records: other separators of Unicode may stand inside strings."""
    lines = body.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return [_line(f"line {number}", line) for number, line in enumerate(lines, 1) if line.strip()]


def _line(place: str, line: bytes) -> PostedRecord:
    try:
        return PostedRecord(place, json.loads(line))
    except (ValueError, RecursionError) as error:
        return PostedRecord(place, error=RecordError(place, f"this is not JSON in UTF-8: {error}"))
