"""The calls of the HTTP API and how their answers are read, for both clients. Pure."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx

from api.schemas.articles import ArticleBody, DeletionBody, ImportBody
from api.schemas.jobs import JobBody, JobsBody
from api.schemas.search import SearchBody
from api.schemas.stats import StatsBody
from api.schemas.suggestions import SuggestBody
from index.errors import ServerProblem

T = TypeVar("T")

_LINES = {"Content-Type": "application/x-ndjson"}
_LATER = {**_LINES, "Prefer": "respond-async"}
_RENAMED = {"date_from": "from", "date_to": "to"}


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A request, and how to read its answer. A safe request may be sent again if it fails."""

    method: str
    path: str
    read: Callable[[httpx.Response], T]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None

    @property
    def is_safe(self) -> bool:
        """Whether the call changes nothing on the server."""
        return self.method == "GET"


def search(query: str, parameters: Mapping[str, Any]) -> Call[SearchBody]:
    """`GET /v1/search`; `parameters` as in docs/http.md, also `date_from` and `date_to`."""
    asked = {
        _RENAMED.get(name, name): _plain(value)
        for name, value in parameters.items()
        if value is not None
    }
    return Call("GET", "/v1/search", _as(SearchBody), {"q": query, **asked})


def suggest(typed: str, limit: int) -> Call[SuggestBody]:
    """`GET /v1/suggest`"""
    return Call("GET", "/v1/suggest", _as(SuggestBody), {"q": typed, "limit": limit})


def get(article_id: str) -> Call[ArticleBody]:
    """`GET /v1/articles/{id}`"""
    return Call("GET", _article(article_id), _as(ArticleBody))


def post(records: Iterable[Mapping[str, Any]]) -> Call[ImportBody]:
    """`POST /v1/articles`, answered when done."""
    return Call("POST", "/v1/articles", _import, headers=_LINES, content=_lines(records))


def post_later(records: Iterable[Mapping[str, Any]]) -> Call[JobBody]:
    """`POST /v1/articles`, as a job."""
    return Call("POST", "/v1/articles", _as(JobBody), headers=_LATER, content=_lines(records))


def delete(article_id: str) -> Call[DeletionBody]:
    """`DELETE /v1/articles/{id}`"""
    return Call("DELETE", _article(article_id), _as(DeletionBody))


def stats() -> Call[StatsBody]:
    """`GET /v1/stats`"""
    return Call("GET", "/v1/stats", _as(StatsBody))


def reindex() -> Call[JobBody]:
    """`POST /v1/reindex`"""
    return Call("POST", "/v1/reindex", _as(JobBody))


def jobs() -> Call[list[JobBody]]:
    """`GET /v1/jobs`"""
    return Call("GET", "/v1/jobs", lambda answer: _as(JobsBody)(answer).jobs)


def job(job_id: str) -> Call[JobBody]:
    """`GET /v1/jobs/{id}`"""
    return Call("GET", f"/v1/jobs/{quote(job_id, safe='')}", _as(JobBody))


def steer(job_id: str, name: str) -> Call[JobBody]:
    """`POST /v1/jobs/{id}/pause`, `/resume`, `/cancel`"""
    return Call("POST", f"/v1/jobs/{quote(job_id, safe='')}/{name}", _as(JobBody))


def checked(answer: httpx.Response) -> httpx.Response:
    """Return the answer unless it is an error. Raises ServerProblem."""
    if answer.is_success:
        return answer
    try:
        body = answer.json()
    except ValueError:
        body = {}
    problem = body if isinstance(body, dict) else {}
    raise ServerProblem(
        str(problem.get("detail") or f"{answer.url} was answered with status {answer.status_code}"),
        status=answer.status_code,
        kind=str(problem.get("type", "about:blank")).rpartition(":")[2],
        problem=problem,
    )


def _as(body: type[Any]) -> Callable[[httpx.Response], Any]:
    return lambda answer: body.model_validate_json(answer.content)


def _import(answer: httpx.Response) -> ImportBody:
    if answer.status_code == httpx.codes.ACCEPTED:
        job_id = answer.json()["id"]
        raise ServerProblem(
            f"these articles are too many to wait for; job {job_id} imports them "
            "(use post_later to get the job)",
            status=answer.status_code,
            kind="job",
            problem=answer.json(),
        )
    return ImportBody.model_validate_json(answer.content)


def _article(article_id: str) -> str:
    return f"/v1/articles/{quote(article_id)}"


def _lines(records: Iterable[Mapping[str, Any]]) -> bytes:
    lines = (json.dumps(dict(record), ensure_ascii=False) for record in records)
    return "".join(f"{line}\n" for line in lines).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
