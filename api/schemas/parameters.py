"""The parameters of requests, declared once for HTTP, pages, command line and tools.

Only the form of values is checked here; `search` reads their meaning (dates, the query).
"""

from typing import Annotated, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from index.groups.domain import StoryOrder
from search.asking.answer import DEFAULT_QUOTATIONS, MAX_QUOTATIONS, AskRequest
from search.facet_types import DEFAULT_VALUES, DateStep, FacetName, FacetRequest
from search.facet_types import MAX_VALUES as MAX_FACET_VALUES
from search.request import (
    AUTO,
    MAX_LIMIT,
    Duplicates,
    FusionMethod,
    Match,
    Mode,
    Order,
    SearchRequest,
)
from search.results.similar import MAX_SIMILAR
from search.results.stories import DEFAULT_STORIES, MAX_ARTICLES, MAX_STORIES, StoryRequest
from search.results.suggest import DEFAULT_SUGGESTIONS, MAX_SUGGESTIONS
from search.results.trends import MAX_QUERIES

MAX_QUERY_CHARS = 10_000
MAX_VALUES = 100


def _split(names: object) -> object:
    """Return names separated by commas, in one or several strings, as a list."""
    given = [names] if isinstance(names, str) else names
    if not isinstance(given, list):
        return given
    return [
        part.strip()
        for one in given
        for part in (one.split(",") if isinstance(one, str) else [one])
    ]


COMMA_SEPARATED = BeforeValidator(_split)

Text = Annotated[str, Field(max_length=MAX_QUERY_CHARS)]
Values = Annotated[list[str], Field(max_length=MAX_VALUES)]
FacetNames = Annotated[list[FacetName], COMMA_SEPARATED, Field(max_length=len(FacetName))]

QueryText = Annotated[
    Text,
    Field(
        description='Words, a question, or a query: `"exact phrase"`, `-without`, `field:value`. '
        "Empty: everything, newest first."
    ),
]
Languages = Annotated[
    Values, Field(description="Only these languages (`de`, `en`); may be repeated.")
]
Sources = Annotated[Values, Field(description="Only these sources; may be repeated.")]
Sections = Annotated[Values, Field(description="Only these sections; may be repeated.")]
FirstDate = Annotated[
    Text | None,
    Field(
        description="Earliest date: `2024`, `2024-06`, `2024-06-18`, `18.06.2024`, or more precise "
        "(ISO 8601)."
    ),
]
LastDate = Annotated[Text | None, Field(description="Latest date, inclusive, in the same formats.")]
Recency = Annotated[
    Text,
    Field(
        description="Whether newer articles rank higher: `auto` (if the query or what it finds "
        "calls for news), `off`, or a half-life: `36h`, `7d`, `2w`, `3m`, `1y`."
    ),
]
AsOf = Annotated[
    Text | None,
    Field(description="The time from which ages are counted, as a date. Default: now."),
]
SortOrder = Annotated[
    Order, Field(description="Best articles first (`relevance`), or the newest or the oldest.")
]
Step = Annotated[
    DateStep | None,
    Field(description="The step: `day`, `week`, `month` or `year`. Default: depends on the range."),
]
Cursor = Annotated[Text | None, Field(description="The `cursor` of a page, to get the next one.")]


class SearchParameters(BaseModel):
    """A search. Values of one filter are combined with OR, different filters with AND."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: QueryText = Field(examples=["Wann war der russische Präsident zuletzt in Nordkorea?"])
    mode: Mode = Field(
        Mode.HYBRID, description="Search by words and meaning, by words only, or by meaning only."
    )
    lang: Languages = []
    source: Sources = []
    section: Sections = []
    author: Values = Field([], description="Only by these authors; may be repeated.")
    place: Values = Field([], description="Only from these places; may be repeated.")
    story: Values = Field([], description="Only these stories, by id; may be repeated.")
    date_from: FirstDate = Field(None, alias="from", examples=["2024-06"])
    date_to: LastDate = Field(None, alias="to", examples=["2024-06-30"])
    limit: int = Field(10, ge=1, le=MAX_LIMIT, description="Hits per page.")
    cursor: Cursor = None
    sort: SortOrder = Order.RELEVANCE
    recency: Recency = AUTO
    as_of: AsOf = None
    match: Match = Field(
        Match.FOUND,
        description="Only articles that count as found (`found`), or everything ranked (`all`), "
        "where each hit says whether it counts as found.",
    )
    explain: bool = Field(False, description="Explain the rank of each hit.")
    fusion: FusionMethod = Field(
        FusionMethod.CONVEX,
        description="How to combine words and meaning into one score in hybrid mode.",
    )
    feedback: bool = Field(
        False, description="Expand the query with words from its best articles (RM3)."
    )
    duplicates: Duplicates = Field(
        Duplicates.COLLAPSE,
        description="Copies of one text: one hit for all (`collapse`), a hit each (`show`), "
        "or only articles that have or are copies (`only`).",
    )
    facets: FacetNames = Field(
        [],
        description="Count the hits by these fields, separated by commas: "
        + ", ".join(f"`{name}`" for name in FacetName)
        + ".",
        examples=[["source", "language", "date"]],
    )
    facet_limit: int = Field(
        DEFAULT_VALUES, ge=1, le=MAX_FACET_VALUES, description="Values per facet."
    )
    by: DateStep | None = Field(
        None,
        description="The steps of the facet `date`: `day`, `week`, `month` or `year`. Default: "
        "depends on the range.",
    )
    zoom: bool = Field(
        False, description="Limit the facet `date` to the dates of the search itself."
    )
    normalise: bool = Field(
        False, description="Also count all archived articles in each step of the facet `date`."
    )

    def to_request(self) -> SearchRequest:
        """Return the request that `search` understands."""
        return SearchRequest(
            query=self.q,
            mode=self.mode,
            languages=tuple(self.lang),
            sources=tuple(self.source),
            sections=tuple(self.section),
            authors=tuple(self.author),
            places=tuple(self.place),
            stories=tuple(self.story),
            date_from=self.date_from,
            date_to=self.date_to,
            limit=self.limit,
            cursor=self.cursor,
            explain=self.explain,
            fusion=self.fusion,
            feedback=self.feedback,
            duplicates=self.duplicates,
            facets=self._facets(),
            order=self.sort,
            recency=self.recency,
            as_of=self.as_of,
            match=self.match,
        )

    def _facets(self) -> FacetRequest | None:
        if not self.facets:
            return None
        return FacetRequest(
            tuple(self.facets), self.facet_limit, self.by, self.zoom, self.normalise
        )


class TrendParameters(BaseModel):
    """Queries over time and the articles to count."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: list[Text] = Field(
        min_length=1,
        max_length=MAX_QUERIES,
        description=f"Up to {MAX_QUERIES} queries; each counts the articles that a search finds.",
        examples=[["ferry", "bridge"]],
    )
    by: Step = None
    lang: Languages = []
    source: Sources = []
    section: Sections = []
    date_from: FirstDate = Field(None, alias="from")
    date_to: LastDate = Field(None, alias="to")
    normalise: bool = Field(
        False, description="Also give shares of all archived articles in each step."
    )

    def to_requests(self) -> list[SearchRequest]:
        """Return one request per query, with the same filters."""
        return [
            SearchRequest(
                query,
                languages=tuple(self.lang),
                sources=tuple(self.source),
                sections=tuple(self.section),
                date_from=self.date_from,
                date_to=self.date_to,
            )
            for query in self.q
        ]


class AskParameters(BaseModel):
    """A question, and the articles that may answer it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: Text = Field(
        description="The question, in any language.",
        examples=["Wann war der russische Präsident zuletzt in Nordkorea?"],
    )
    lang: Languages = []
    source: Sources = []
    section: Sections = []
    date_from: FirstDate = Field(None, alias="from")
    date_to: LastDate = Field(None, alias="to")
    limit: int = Field(
        DEFAULT_QUOTATIONS, ge=1, le=MAX_QUOTATIONS, description="The maximum number of quotations."
    )
    read_time: bool = Field(
        True,
        description="Whether a period that the question names, such as `last week` or `im Mai "
        "2024`, limits the articles, unless `from` or `to` is given.",
    )

    def to_request(self) -> AskRequest:
        """Return the request that `search` understands."""
        return AskRequest(
            self.q,
            languages=tuple(self.lang),
            sources=tuple(self.source),
            sections=tuple(self.section),
            date_from=self.date_from,
            date_to=self.date_to,
            limit=self.limit,
            read_time=self.read_time,
        )


class StoryParameters(BaseModel):
    """The stories to list and their order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    order: StoryOrder = Field(
        StoryOrder.RECENT,
        description="Most recently updated first (`recent`), or largest first (`largest`).",
    )
    lang: Values = Field(
        [], description="Only stories with an article in these languages; may be repeated."
    )
    date_from: Text | None = Field(
        None, alias="from", description="Only stories with articles on or after this date."
    )
    date_to: Text | None = Field(
        None, alias="to", description="Only stories that began on or before this date."
    )
    limit: int = Field(DEFAULT_STORIES, ge=1, le=MAX_STORIES, description="Stories per page.")
    cursor: Cursor = None

    def to_request(self) -> StoryRequest:
        """Return the request that `search` understands."""
        return StoryRequest(
            order=self.order,
            languages=tuple(self.lang),
            date_from=self.date_from,
            date_to=self.date_to,
            limit=self.limit,
            cursor=self.cursor,
        )


class TimelineParameters(BaseModel):
    """The articles of a story to return."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    offset: int = Field(0, ge=0, description="How many articles to skip.")
    limit: int = Field(
        MAX_ARTICLES, ge=1, le=MAX_ARTICLES, description="The maximum number of articles."
    )


class SuggestParameters(BaseModel):
    """The text typed so far."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: Text = Field(description="The text typed so far.", examples=["night fer"])
    limit: int = Field(
        DEFAULT_SUGGESTIONS,
        ge=1,
        le=MAX_SUGGESTIONS,
        description="The maximum number of words, and of headlines.",
    )


class SimilarParameters(BaseModel):
    """The number of similar articles."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(5, ge=1, le=MAX_SIMILAR, description="The maximum number of articles.")


def parameter_names(model: type[BaseModel]) -> dict[str, str]:
    """Return name in URLs and JSON → attribute, in the order of the fields."""
    return {field.alias or name: name for name, field in model.model_fields.items()}


def is_repeatable(model: type[BaseModel], attribute: str) -> bool:
    """Return whether a parameter may be repeated."""
    return get_origin(model.model_fields[attribute].annotation) is list


SEARCH_NAMES = tuple(parameter_names(SearchParameters))
