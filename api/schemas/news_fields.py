"""The fields of the news trade as JSON: those of an article beside its words."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from index.domain import Article, DateOrigin, DatePrecision, NewsDate, Usage


class SubjectBody(BaseModel):
    """What an article is about, in a provider's scheme."""

    model_config = ConfigDict(frozen=True)

    code: str
    name: str | None


class NewsFieldsBody(BaseModel):
    """Dates are ISO 8601, no more exact than they were given; `date` is when it was published."""

    model_config = ConfigDict(frozen=True)

    date: str | None
    date_precision: DatePrecision | None
    date_origin: DateOrigin | None = Field(description="Where the date was found.")
    is_date_zone_assumed: bool = Field(description="Whether the zone is that of the source.")
    created: str | None = Field(description="When its first version was made.")
    updated: str | None = Field(description="When this version was made.")
    version: int | None
    slugline: str | None
    byline: str | None
    dateline: str | None
    provider: str | None
    urgency: int | None = Field(description="From 1, the most urgent, to 9.")
    subjects: list[SubjectBody]
    embargo: str | None = Field(description="Nothing shows the article before.")
    usage: Usage = Field(description="Only what is usable is shown in results.")


def news_members(article: Article) -> dict[str, Any]:
    """The members of `NewsFieldsBody` for an article."""
    date, news = article.date, article.news
    return {
        "date": _value(date),
        "date_precision": date.precision if date else None,
        "date_origin": date.origin if date else None,
        "is_date_zone_assumed": date.is_zone_assumed if date else False,
        "created": _value(news.created),
        "updated": _value(news.updated),
        "version": news.version,
        "slugline": news.slugline,
        "byline": news.byline,
        "dateline": news.dateline,
        "provider": news.provider,
        "urgency": news.urgency,
        "subjects": [SubjectBody(code=one.code, name=one.name) for one in news.subjects],
        "embargo": _value(news.embargo),
        "usage": news.usage,
    }


def _value(date: NewsDate | None) -> str | None:
    return date.value if date else None
