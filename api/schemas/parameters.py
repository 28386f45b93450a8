"""What a search may ask: one set of names for `GET`, `POST` and the documentation.

Values are checked here for their shape only; what they mean (dates, the query) is read by `search`.
"""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from search.facet_types import (
    DEFAULT_VALUES,
    DateStep,
    FacetName,
    FacetRequest,
)
from search.facet_types import MAX_VALUES as MAX_FACET_VALUES
from search.request import MAX_LIMIT, Duplicates, FusionMethod, Mode, Order, SearchRequest

MAX_QUERY_CHARS = 10_000
MAX_VALUES = 100

Values = Annotated[list[str], Field(max_length=MAX_VALUES)]


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


FacetNames = Annotated[list[FacetName], BeforeValidator(_split), Field(max_length=len(FacetName))]
Text = Annotated[str, Field(max_length=MAX_QUERY_CHARS)]


class SearchParameters(BaseModel):
    """A search. Several values of one filter mean any of them; filters combine by and."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: Text = Field(
        description='Words, a question, or a query: `"exact phrase"`, `-without`, `field:value`; '
        "empty: everything, the newest first.",
        examples=["Wann war der russische Präsident zuletzt in Nordkorea?"],
    )
    mode: Mode = Field(Mode.HYBRID, description="Words and meaning, words only, or meaning only.")
    lang: Values = Field([], description="Languages (`de`, `en`); repeat for several.")
    source: Values = Field([], description="Sources; repeat for several.")
    section: Values = Field([], description="Sections; repeat for several.")
    author: Values = Field([], description="Authors; repeat for several.")
    place: Values = Field([], description="Places; repeat for several.")
    story: Values = Field([], description="Stories by id; repeat for several.")
    date_from: Text | None = Field(
        None,
        alias="from",
        description="First date, ISO 8601 of any precision.",
        examples=["2024-06"],
    )
    date_to: Text | None = Field(
        None,
        alias="to",
        description="Last date, inclusive, ISO 8601 of any precision.",
        examples=["2024-06-30"],
    )
    limit: int = Field(10, ge=1, le=MAX_LIMIT, description="Hits per page.")
    cursor: Text | None = Field(None, description="The `cursor` of the page before.")
    sort: Order = Field(
        Order.RELEVANCE, description="The best first (`relevance`), or the newest (`newest`)."
    )
    explain: bool = Field(False, description="Say why each hit stands where it stands.")
    fusion: FusionMethod = Field(
        FusionMethod.CONVEX, description="How the two legs of a hybrid search become one score."
    )
    feedback: bool = Field(
        False, description="Widen the query by words of its best articles (RM3)."
    )
    duplicates: Duplicates = Field(
        Duplicates.COLLAPSE,
        description="Copies of one text: one hit for all (`collapse`), each for itself (`show`), "
        "or only articles that have copies or are one (`only`).",
    )

    facets: FacetNames = Field(
        [],
        description="What to count the hits by, separated by commas: "
        + ", ".join(f"`{name}`" for name in FacetName)
        + ".",
        examples=[["source,language,date"]],
    )
    facet_limit: int = Field(
        DEFAULT_VALUES, ge=1, le=MAX_FACET_VALUES, description="Values per facet."
    )
    by: DateStep | None = Field(
        None,
        description="The steps of the facet `date`: `day`, `week`, `month` or `year`; without it "
        "the range decides.",
    )
    zoom: bool = Field(
        False, description="Let the facet `date` cover only the dates from `from` to `to`."
    )
    normalise: bool = Field(
        False, description="Say for each step of `date` how much the archive has there."
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
        )

    def _facets(self) -> FacetRequest | None:
        if not self.facets:
            return None
        return FacetRequest(
            tuple(self.facets), self.facet_limit, self.by, self.zoom, self.normalise
        )


NAMES = tuple(field.alias or name for name, field in SearchParameters.model_fields.items())

QueryParameters = Annotated[SearchParameters, Query()]
