"""`Client`: the HTTP API, call by call."""

import time
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from api.client import calls
from api.client.calls import Call
from api.client.retrying import Retrying
from api.schemas.articles import ArticleBody, DeletionBody, ImportBody
from api.schemas.hits import HitBody
from api.schemas.jobs import JobBody
from api.schemas.search import SearchBody
from api.schemas.stats import StatsBody
from api.schemas.suggestions import SuggestBody
from api.stores.jobs import FINAL
from index.errors import NoServer

T = TypeVar("T")

DEFAULT_URL = "http://127.0.0.1:8000"
JOB_POLL_S = 0.5


class Client:
    """A client safe to share between threads. Close it, or use `with`.

    Every method raises ServerProblem for an error answer, and NoServer if there is no answer. Calls
    that change nothing are retried up to `retries` times.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        timeout_s: float = 30.0,
        retries: int = 3,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._http = httpx.Client(base_url=url, timeout=timeout_s, headers=dict(headers or {}))
        self._retrying = Retrying(retries)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def search(self, query: str, **parameters: Any) -> SearchBody:
        """Return a page of hits. Parameters as in docs/http.md, with `date_from` for `from`."""
        return self._do(calls.search(query, parameters))

    def hits(self, query: str, **parameters: Any) -> Iterator[HitBody]:
        """Yield all ranked hits, page after page, from one snapshot of the index."""
        page = self.search(query, **{"limit": 100, **parameters})
        yield from page.hits
        while page.cursor is not None:
            page = self.search(query, **{"limit": 100, **parameters, "cursor": page.cursor})
            yield from page.hits

    def suggest(self, typed: str, limit: int = 8) -> SuggestBody:
        """Return words and headlines that complete what was typed."""
        return self._do(calls.suggest(typed, limit))

    def get(self, article_id: str) -> ArticleBody:
        """Return a complete article."""
        return self._do(calls.get(article_id))

    def post(self, *records: Mapping[str, Any]) -> ImportBody:
        """Add or update articles; wait until they are durable and, usually, searchable."""
        return self._do(calls.post(records))

    def post_later(self, records: Iterable[Mapping[str, Any]]) -> JobBody:
        """Add or update many articles as a job of the server."""
        return self._do(calls.post_later(records))

    def delete(self, article_id: str) -> DeletionBody:
        """Delete an article for good."""
        return self._do(calls.delete(article_id))

    def stats(self) -> StatsBody:
        """Return what the archive and the index contain."""
        return self._do(calls.stats())

    def reindex(self) -> JobBody:
        """Rebuild the index as a job of the server."""
        return self._do(calls.reindex())

    def jobs(self) -> list[JobBody]:
        """Return all jobs, newest first."""
        return self._do(calls.jobs())

    def job(self, job_id: str) -> JobBody:
        """Return a job with its progress."""
        return self._do(calls.job(job_id))

    def pause(self, job_id: str) -> JobBody:
        """Pause a job."""
        return self._do(calls.steer(job_id, "pause"))

    def resume(self, job_id: str) -> JobBody:
        """Resume a paused job."""
        return self._do(calls.steer(job_id, "resume"))

    def cancel(self, job_id: str) -> JobBody:
        """Cancel a job."""
        return self._do(calls.steer(job_id, "cancel"))

    def wait(self, job_id: str, timeout_s: float | None = None) -> JobBody:
        """Wait for a job to finish; return it then, or as it is after `timeout_s`."""
        deadline_s = None if timeout_s is None else time.monotonic() + timeout_s
        while (job := self.job(job_id)).state not in FINAL:
            if deadline_s is not None and time.monotonic() >= deadline_s:
                break
            time.sleep(JOB_POLL_S)
        return job

    def _do(self, call: Call[T]) -> T:
        tried = 0
        while True:
            tried += 1
            answer, failure = None, None
            try:
                answer = self._http.request(
                    call.method,
                    call.path,
                    params=call.parameters,
                    headers=call.headers,
                    content=call.content,
                )
            except httpx.TransportError as error:
                failure = error
            wait_s = self._retrying.wait_s(call.is_safe, tried, answer)
            if answer is not None and (answer.is_success or wait_s is None):
                return call.read(calls.checked(answer))
            if wait_s is None:
                raise NoServer(f"{self._http.base_url}: no answer ({failure!r})") from failure
            time.sleep(wait_s)
