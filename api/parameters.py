"""What a search may ask: one set of names for `GET`, `POST` and the documentation.

Values are checked here for their shape only; what they mean (dates, the query) is read by `search`.
"""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from search.request import MAX_LIMIT, Duplicates, FusionMethod, Mode, SearchRequest

MAX_QUERY_CHARS = 10_000
MAX_VALUES = 100

Values = Annotated[list[str], Field(max_length=MAX_VALUES)]
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

    def to_request(self) -> SearchRequest:
        """The request that `search` understands."""
        return SearchRequest(
            query=self.q,
            mode=self.mode,
            languages=tuple(self.lang),
            sources=tuple(self.source),
            sections=tuple(self.section),
            date_from=self.date_from,
            date_to=self.date_to,
            limit=self.limit,
            cursor=self.cursor,
            explain=self.explain,
            fusion=self.fusion,
            feedback=self.feedback,
            duplicates=self.duplicates,
        )


NAMES = tuple(field.alias or name for name, field in SearchParameters.model_fields.items())

QueryParameters = Annotated[SearchParameters, Query()]
