"""What may be asked, declared once for HTTP, the pages, the command line and the tools.

Values are checked here for their shape only; what they mean (dates, the query) is read by `search`.
"""

from typing import Annotated, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from index.groups.domain import StoryOrder
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
    """Names separated by commas, in one string or in several, as a list."""
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
    Values, Field(description="Only these languages (`de`, `en`); repeat for several.")
]
Sources = Annotated[Values, Field(description="Only these sources; repeat for several.")]
Sections = Annotated[Values, Field(description="Only these sections; repeat for several.")]
FirstDate = Annotated[
    Text | None,
    Field(description="First date: `2024`, `2024-06`, `2024-06-18`, or more precise (ISO 8601)."),
]
LastDate = Annotated[
    Text | None, Field(description="Last date, inclusive, in the same forms as the first.")
]
Recency = Annotated[
    Text,
    Field(
        description="Whether newer articles count more: `auto` (where the query or what it finds "
        "asks for news), `off`, or a half-life: `36h`, `7d`, `2w`, `3m`, `1y`."
    ),
]
AsOf = Annotated[
    Text | None,
    Field(description="When ages count from, in the forms of a date; without it, from now."),
]
SortOrder = Annotated[
    Order, Field(description="The best (`relevance`), the newest or the oldest articles first.")
]
Step = Annotated[
    DateStep | None,
    Field(description="Steps in time: `day`, `week`, `month` or `year`. Default: by the range."),
]
Cursor = Annotated[
    Text | None, Field(description="The `cursor` of a page, to get the page after it.")
]


class SearchParameters(BaseModel):
    """A search. Several values of one filter mean any of them; filters combine by and."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: QueryText = Field(examples=["Wann war der russische Präsident zuletzt in Nordkorea?"])
    mode: Mode = Field(Mode.HYBRID, description="Words and meaning, words only, or meaning only.")
    lang: Languages = []
    source: Sources = []
    section: Sections = []
    author: Values = Field([], description="Only by these authors; repeat for several.")
    place: Values = Field([], description="Only from these places; repeat for several.")
    story: Values = Field([], description="Only these stories, by id; repeat for several.")
    date_from: FirstDate = Field(None, alias="from", examples=["2024-06"])
    date_to: LastDate = Field(None, alias="to", examples=["2024-06-30"])
    limit: int = Field(10, ge=1, le=MAX_LIMIT, description="Hits per page.")
    cursor: Cursor = None
    sort: SortOrder = Order.RELEVANCE
    recency: Recency = AUTO
    as_of: AsOf = None
    match: Match = Field(
        Match.FOUND,
        description="What is found (`found`), or every article that could be ranked (`all`), each "
        "hit saying whether it is found.",
    )
    explain: bool = Field(False, description="Say why each hit ranks where it does.")
    fusion: FusionMethod = Field(
        FusionMethod.CONVEX, description="How words and meaning become one score in hybrid mode."
    )
    feedback: bool = Field(
        False, description="Expand the query with words from its best articles (RM3)."
    )
    duplicates: Duplicates = Field(
        Duplicates.COLLAPSE,
        description="Copies of one text: one hit for all (`collapse`), each for itself (`show`), "
        "or only articles that have copies or are one (`only`).",
    )
    facets: FacetNames = Field(
        [],
        description="Count the hits by these, separated by commas: "
        + ", ".join(f"`{name}`" for name in FacetName)
        + ".",
        examples=[["source,language,date"]],
    )
    facet_limit: int = Field(
        DEFAULT_VALUES, ge=1, le=MAX_FACET_VALUES, description="Values per facet."
    )
    by: DateStep | None = Field(
        None,
        description="Steps of the facet `date`: `day`, `week`, `month` or `year`. Default: by the "
        "range.",
    )
    zoom: bool = Field(
        False, description="Restrict the facet `date` to the dates of the search itself."
    )
    normalise: bool = Field(
        False, description="Also count the whole archive in each step of the facet `date`."
    )

    def to_request(self) -> SearchRequest:
        """The request that `search` understands."""
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
    """Queries over time, and which articles to count."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: list[Text] = Field(
        min_length=1,
        max_length=MAX_QUERIES,
        description=f"At most {MAX_QUERIES} queries. All bare words of a query must occur.",
        examples=[["ferry", "bridge"]],
    )
    by: Step = None
    lang: Languages = []
    source: Sources = []
    section: Sections = []
    date_from: FirstDate = Field(None, alias="from")
    date_to: LastDate = Field(None, alias="to")
    normalise: bool = Field(
        False, description="Also as a share of the archive's articles in each step."
    )

    def to_requests(self) -> list[SearchRequest]:
        """One request per query, with the same filters."""
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


class StoryParameters(BaseModel):
    """Which stories, in which order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    order: StoryOrder = Field(
        StoryOrder.RECENT,
        description="Most recently updated first (`recent`), or largest first (`largest`).",
    )
    lang: Values = Field(
        [], description="Only stories with an article in these languages; repeat for several."
    )
    date_from: Text | None = Field(
        None, alias="from", description="Only stories with articles on or after this date."
    )
    date_to: Text | None = Field(
        None, alias="to", description="Only stories that had begun by this date, inclusive."
    )
    limit: int = Field(DEFAULT_STORIES, ge=1, le=MAX_STORIES, description="Stories per page.")
    cursor: Cursor = None

    def to_request(self) -> StoryRequest:
        """The request that `search` understands."""
        return StoryRequest(
            order=self.order,
            languages=tuple(self.lang),
            date_from=self.date_from,
            date_to=self.date_to,
            limit=self.limit,
            cursor=self.cursor,
        )


class TimelineParameters(BaseModel):
    """Which articles of a story."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    offset: int = Field(0, ge=0, description="How many articles to skip.")
    limit: int = Field(MAX_ARTICLES, ge=1, le=MAX_ARTICLES, description="At most so many articles.")


class SuggestParameters(BaseModel):
    """What was typed so far."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: Text = Field(description="What was typed so far.", examples=["night fer"])
    limit: int = Field(
        DEFAULT_SUGGESTIONS,
        ge=1,
        le=MAX_SUGGESTIONS,
        description="At most so many words, and so many headlines.",
    )


class SimilarParameters(BaseModel):
    """How many similar articles."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(5, ge=1, le=MAX_SIMILAR, description="At most so many articles.")


def parameter_names(model: type[BaseModel]) -> dict[str, str]:
    """Name in addresses and JSON → attribute, in the order of the fields."""
    return {field.alias or name: name for name, field in model.model_fields.items()}


def is_repeatable(model: type[BaseModel], attribute: str) -> bool:
    """Whether a parameter may be given several times."""
    return get_origin(model.model_fields[attribute].annotation) is list


SEARCH_NAMES = tuple(parameter_names(SearchParameters))
