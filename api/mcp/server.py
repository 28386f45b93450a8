"""The tools, on the official `mcp` package: over stdio, or mounted over HTTP at `/mcp`.

What newsearch refuses (a query that cannot be read, an article that does not exist) is a tool error
with a message that a model can act on.
"""

import logging
from collections.abc import Callable
from typing import Annotated, TypeVar

from anyio import BrokenResourceError, ClosedResourceError, to_thread
from mcp.server.fastmcp import FastMCP
from mcp.server.fastmcp.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from pydantic import Field
from starlette.requests import Request

from api.http.access.gate import Caller
from api.http.access.hosts import LOOPBACK
from api.mcp.answers import (
    ArticleAnswer,
    AskAnswer,
    SearchAnswer,
    StoryAnswer,
    TimelineAnswer,
    article_answer,
    ask_answer,
    search_answer,
    story_answer,
    timeline_answer,
)
from api.problems import told
from api.schemas.parameters import (
    AsOf,
    FirstDate,
    Languages,
    LastDate,
    QueryText,
    Recency,
    SortOrder,
    Step,
    Text,
)
from api.service.reading_room import ReadingRoom
from api.service.service import Service
from api.settings.settings import Settings
from api.settings.version import version
from index.errors import NewsearchError
from search.asking.answer import DEFAULT_QUOTATIONS, MAX_QUOTATIONS, AskRequest
from search.facet_types import FacetName, FacetRequest
from search.request import AUTO, Match, Mode, Order, SearchRequest

MOST_ARTICLES = 50
MOST_CHARACTERS = 20_000
PATH = "/mcp"

_LOG = logging.getLogger("newsearch.mcp")

INSTRUCTIONS = """\
Search a news archive and cite what you use: every article has an id, a title, a date and a source.
Search first, or ask a question to get sentences to quote. Read an article before you rely on more
than its passages. Use the story id of a hit to see how an event unfolded, and the timeline to see
when something was in the news.
"""

Answer = TypeVar("Answer")
Limit = Annotated[int, Field(ge=1, le=MOST_ARTICLES, description="The maximum number of articles.")]


class Tools:
    """The tools, over the caller's reading room; the work is done in threads."""

    def __init__(self, room: Callable[[], ReadingRoom]) -> None:
        self._room = room

    async def search(
        self,
        query: QueryText,
        mode: Mode = Mode.HYBRID,
        languages: Languages = [],  # noqa: B006 - never changed; a schema needs the value
        date_from: FirstDate = None,
        date_to: LastDate = None,
        limit: Limit = 10,
        sort: SortOrder = Order.RELEVANCE,
        recency: Recency = AUTO,
        as_of: AsOf = None,
        match: Annotated[
            Match,
            Field(description="`all` also returns related articles if nothing is found."),
        ] = Match.FOUND,
    ) -> SearchAnswer:
        """Find articles by words and meaning, best first, with the passages that match.

        An empty answer means that the archive has nothing on the topic.
        """
        request = SearchRequest(
            query,
            mode,
            tuple(languages),
            date_from=date_from,
            date_to=date_to,
            limit=limit,
            order=sort,
            recency=recency,
            as_of=as_of,
            match=match,
        )
        return await self._told(lambda room: search_answer(room.search(request)))

    async def ask(
        self,
        question: Annotated[Text, Field(description="The question, in any language.")],
        languages: Languages = [],  # noqa: B006 - never changed; a schema needs the value
        date_from: FirstDate = None,
        date_to: LastDate = None,
        limit: Annotated[int, Field(ge=1, le=MAX_QUOTATIONS)] = DEFAULT_QUOTATIONS,
    ) -> AskAnswer:
        """Answer a question with sentences of articles, word for word, each with its source.

        Quote them as they are. An empty answer means that the archive does not answer the question.
        """
        request = AskRequest(
            question,
            languages=tuple(languages),
            date_from=date_from,
            date_to=date_to,
            limit=limit,
        )
        return await self._told(lambda room: ask_answer(room.ask(request)))

    async def read_article(
        self,
        id: Annotated[str, Field(description="The article's id, from a search or a story.")],
        offset: Annotated[
            int, Field(ge=0, description="Where to start reading, in characters.")
        ] = 0,
    ) -> ArticleAnswer:
        """Read an article; long articles come in parts."""
        return await self._told(
            lambda room: article_answer(room.article(id), offset, MOST_CHARACTERS)
        )

    async def story(
        self,
        id: Annotated[str, Field(description="The story's id, from a hit.")],
        limit: Limit = MOST_ARTICLES,
    ) -> StoryAnswer:
        """List all articles about one event in chronological order."""
        return await self._told(lambda room: story_answer(room.stories.get(id, limit=limit)))

    async def timeline(
        self,
        query: QueryText,
        by: Step = None,
        languages: Languages = [],  # noqa: B006 - never changed; a schema needs the value
        date_from: FirstDate = None,
        date_to: LastDate = None,
        limit: Limit = 10,
    ) -> TimelineAnswer:
        """Show when articles about a topic appeared, and the newest in chronological order."""
        request = SearchRequest(
            query,
            languages=tuple(languages),
            date_from=date_from,
            date_to=date_to,
            limit=limit,
            order=Order.NEWEST,
            facets=FacetRequest((FacetName.DATE,), step=by, is_zoomed=True),
        )
        return await self._told(lambda room: timeline_answer(room.search(request)))

    async def _told(self, answer: Callable[[ReadingRoom], Answer]) -> Answer:
        try:
            room = self._room()
            return await to_thread.run_sync(lambda: answer(room))
        except NewsearchError as error:
            if told(error) != str(error):
                _LOG.warning("a tool failed with %s: %s", type(error).__name__, error)
            raise ToolError(told(error)) from error


def _room(service: Service, request: Request | None) -> ReadingRoom:
    """Return the caller's room over HTTP, as the gate admitted them; over stdio the full one."""
    if request is None:
        return service.rooms.unrestricted
    caller: Caller = request.state.caller
    return service.rooms.of(caller.sources)


def _transport_security(settings: Settings) -> TransportSecuritySettings | None:
    """Return the allowed hosts and origins: this machine's own and those in the settings."""
    if settings.host not in LOOPBACK:
        return None
    names = ("127.0.0.1", "localhost", "[::1]", *settings.host_names)
    hosts = [*names, *(f"{name}:*" for name in names)]
    return TransportSecuritySettings(
        allowed_hosts=hosts,
        allowed_origins=[f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts],
    )


def mcp_server(service: Service) -> FastMCP:
    """Build the server. Over HTTP every request is independent; no session is kept."""
    server = FastMCP(
        "newsearch",
        instructions=INSTRUCTIONS,
        host=service.settings.host,
        transport_security=_transport_security(service.settings),
        streamable_http_path=PATH,
        stateless_http=True,
        json_response=True,
        log_level="WARNING",
    )
    server._mcp_server.version = version()  # otherwise clients are told the version of mcp
    tools = Tools(lambda: _room(service, server.get_context().request_context.request))
    reading = ToolAnnotations(readOnlyHint=True, openWorldHint=False)
    for tool in (tools.search, tools.ask, tools.read_article, tools.story, tools.timeline):
        server.add_tool(tool, annotations=reading)
    return server


def serve_stdio(service: Service) -> None:
    """Serve one client over stdin and stdout until it leaves, however it does."""
    try:
        mcp_server(service).run("stdio")
    except* (BrokenPipeError, BrokenResourceError, ClosedResourceError) as left:
        _LOG.debug("the client has left: %r", left.exceptions)
