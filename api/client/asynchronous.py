"""`AsyncClient`: the HTTP API, call by call, for asyncio. The methods are those of `Client`."""

import time
from collections.abc import AsyncIterator, Iterable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

import anyio
import httpx

from api.client import calls
from api.client.calls import Call
from api.client.retrying import Retrying
from api.client.synchronous import DEFAULT_URL, JOB_POLL_S
from api.schemas.articles import ArticleBody, DeletionBody, ImportBody
from api.schemas.hits import HitBody
from api.schemas.jobs import JobBody
from api.schemas.search import SearchBody
from api.schemas.stats import StatsBody
from api.schemas.suggestions import SuggestBody
from api.stores.jobs import FINAL
from index.errors import NoServer

T = TypeVar("T")


class AsyncClient:
    """A client for asyncio, safe to share between tasks. Close it, or use `async with`.

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
        self._http = httpx.AsyncClient(base_url=url, timeout=timeout_s, headers=dict(headers or {}))
        self._retrying = Retrying(retries)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def search(self, query: str, **parameters: Any) -> SearchBody:
        """Return a page of hits. Parameters as in docs/http.md, with `date_from` for `from`."""
        return await self._do(calls.search(query, parameters))

    async def hits(self, query: str, **parameters: Any) -> AsyncIterator[HitBody]:
        """Yield all ranked hits, page after page, from one snapshot of the index."""
        page = await self.search(query, **{"limit": 100, **parameters})
        for hit in page.hits:
            yield hit
        while page.cursor is not None:
            page = await self.search(query, **{"limit": 100, **parameters, "cursor": page.cursor})
            for hit in page.hits:
                yield hit

    async def suggest(self, typed: str, limit: int = 8) -> SuggestBody:
        """Return words and headlines that complete what was typed."""
        return await self._do(calls.suggest(typed, limit))

    async def get(self, article_id: str) -> ArticleBody:
        """Return a complete article."""
        return await self._do(calls.get(article_id))

    async def post(self, *records: Mapping[str, Any]) -> ImportBody:
        """Add or update articles; wait until they are durable and, usually, searchable."""
        return await self._do(calls.post(records))

    async def post_later(self, records: Iterable[Mapping[str, Any]]) -> JobBody:
        """Add or update many articles as a job of the server."""
        return await self._do(calls.post_later(records))

    async def delete(self, article_id: str) -> DeletionBody:
        """Delete an article for good."""
        return await self._do(calls.delete(article_id))

    async def stats(self) -> StatsBody:
        """Return what the archive and the index contain."""
        return await self._do(calls.stats())

    async def reindex(self) -> JobBody:
        """Rebuild the index as a job of the server."""
        return await self._do(calls.reindex())

    async def jobs(self) -> list[JobBody]:
        """Return all jobs, newest first."""
        return await self._do(calls.jobs())

    async def job(self, job_id: str) -> JobBody:
        """Return a job with its progress."""
        return await self._do(calls.job(job_id))

    async def pause(self, job_id: str) -> JobBody:
        """Pause a job."""
        return await self._do(calls.steer(job_id, "pause"))

    async def resume(self, job_id: str) -> JobBody:
        """Resume a paused job."""
        return await self._do(calls.steer(job_id, "resume"))

    async def cancel(self, job_id: str) -> JobBody:
        """Cancel a job."""
        return await self._do(calls.steer(job_id, "cancel"))

    async def wait(self, job_id: str, timeout_s: float | None = None) -> JobBody:
        """Wait for a job to finish; return it then, or as it is after `timeout_s`."""
        deadline_s = None if timeout_s is None else time.monotonic() + timeout_s
        while (job := await self.job(job_id)).state not in FINAL:
            if deadline_s is not None and time.monotonic() >= deadline_s:
                break
            await anyio.sleep(JOB_POLL_S)
        return job

    async def _do(self, call: Call[T]) -> T:
        tried = 0
        while True:
            tried += 1
            answer, failure = None, None
            try:
                answer = await self._http.request(
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
            await anyio.sleep(wait_s)
