"""Articles as JSON, complete or by their news fields, and the outcome of posts and deletions."""

from typing import Any

from pydantic import Field

from api.schemas.body import Body
from api.schemas.locators import LocatorBody, locator_body
from index.domain import Article, DateOrigin, DatePrecision, NewsDate, StoredArticle, Usage


class SubjectBody(Body):
    """What an article is about, in a provider's scheme."""

    code: str
    name: str | None


class NewsFieldsBody(Body):
    """Dates are ISO 8601, as precise as given; `date` is when the article was published."""

    date: str | None
    date_precision: DatePrecision | None
    date_origin: DateOrigin | None = Field(description="Where the date was found.")
    is_date_zone_assumed: bool = Field(description="Whether the time zone is the source's.")
    created: str | None = Field(description="When its first version was created.")
    updated: str | None = Field(description="When this version was created.")
    version: int | None
    slugline: str | None
    byline: str | None
    dateline: str | None
    provider: str | None
    urgency: int | None = Field(description="From 1, the most urgent, to 9.")
    subjects: list[SubjectBody]
    embargo: str | None = Field(description="The article is not shown before this time.")
    usage: Usage = Field(description="Results show only usable articles.")


class ArticleBody(NewsFieldsBody):
    """An article as archived."""

    id: str
    title: str
    text: str
    language: str
    source: str | None
    section: str | None
    authors: list[str]
    url: str | None
    place: str | None
    agency: str | None
    is_title_derived: bool
    locators: list[LocatorBody] = Field(
        [], description="Where its parts are on scanned pages or in a recording, in order."
    )
    metadata: dict[str, Any]
    revision: int
    content_hash: str
    ingested_at: str


class FailureBody(Body):
    """A record that could not become an article."""

    place: str
    why: str


class NoteBody(Body):
    """What was assumed or left out in reading a record that became an article."""

    place: str
    what: str


class OutcomeBody(Body):
    """The outcome for one article: `added`, `updated`, `unchanged` or `outdated`.

    An outdated article is an older version than the archived one and was not stored.
    """

    id: str
    status: str


class ImportBody(Body):
    """The outcome of an import. `searchable`: whether all of it can already be found."""

    added: int
    updated: int
    unchanged: int
    outdated: int
    failed: int
    articles: list[OutcomeBody]
    failures: list[FailureBody]
    notes: list[NoteBody]
    searchable: bool


class DeletionBody(Body):
    """The articles that were deleted."""

    deleted: list[str]
    searchable: bool = Field(description="Whether searches already leave them out.")


def article_body(stored: StoredArticle) -> ArticleBody:
    """Return a complete article as JSON."""
    article = stored.article
    return ArticleBody(
        id=article.id,
        title=article.title,
        text=article.text,
        language=article.language,
        source=article.source,
        section=article.section,
        authors=list(article.authors),
        url=article.url,
        place=article.place,
        agency=article.agency,
        is_title_derived=article.is_title_derived,
        locators=[locator_body(one) for one in article.locators],
        metadata=dict(article.metadata),
        revision=stored.revision,
        content_hash=stored.content_hash,
        ingested_at=stored.ingested_at,
        **news_members(article),
    )


def news_members(article: Article) -> dict[str, Any]:
    """Return the members of `NewsFieldsBody` for an article."""
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
        "subjects": [SubjectBody.model_validate(one) for one in news.subjects],
        "embargo": _value(news.embargo),
        "usage": news.usage,
    }


def _value(date: NewsDate | None) -> str | None:
    return date.value if date else None
