"""An article as a row of the table `revisions`, and back. Knows the columns; no SQL."""

import hashlib
import json
from typing import Any

from index.archive.news import news_json, read_news
from index.domain import Article, DatePrecision, Headline, NewsDate, StoredArticle, Usage
from index.errors import ArchiveDamaged, ArchiveError
from index.text.locators import locator_of, locator_value

Row = tuple[Any, ...]

KEYS = ("revision", "article_id", "ingested_at")
CONTENT = (
    "content_hash", "title", "text", "language", "date_value", "date_precision", "date_is_zoned",
    "date_start_s", "source", "section", "authors", "url", "place", "agency", "body_start",
    "is_title_derived", "metadata", "usage", "version", "updated_s", "news", "locators",
)  # fmt: skip
"""The columns that a deletion erases."""

COLUMNS = KEYS + CONTENT

HEADLINE = (
    "revision", "article_id", "title", "language", "date_value", "date_precision", "date_is_zoned",
    "date_start_s", "source", "news",
)  # fmt: skip
"""The columns of a headline."""


def content_of(article: Article) -> Row:
    """The columns `CONTENT` of an article. Raises ArchiveError if it cannot be stored."""
    date = article.date
    try:
        authors = _json(list(article.authors))
        metadata = _json(dict(article.metadata))
        news = news_json(article)
        located = [locator_value(one) for one in article.locators]
        locators = _json(located) if located else None
        content_hash = _content_hash(article, authors, metadata, news, locators)
    except (TypeError, ValueError, RecursionError) as error:
        raise ArchiveError(
            f"article {article.id!r} cannot be stored: {error}; its strings must be valid Unicode "
            "and its metadata JSON"
        ) from error
    return (
        content_hash, article.title, article.text, article.language,
        date and date.value, date and date.precision.value, date and int(date.is_zoned),
        date and date.start_s, article.source, article.section, authors, article.url,
        article.place, article.agency, article.body_start, int(article.is_title_derived), metadata,
        _unusable(article.news.usage), article.news.version,
        article.news.updated and article.news.updated.start_s, news, locators,
    )  # fmt: skip


def _unusable(usage: Usage) -> str | None:
    return None if usage is Usage.USABLE else usage.value


def _content_hash(
    article: Article, authors: str, metadata: str, news: str | None, locators: str | None
) -> str:
    """Hex SHA-256 over the canonical JSON of everything except what the archive adds."""
    date = article.date
    content: list[Any] = [
        article.id, article.title, article.text, article.language, date and date.value,
        article.source, article.section, authors, article.url, article.place, article.agency,
        article.body_start, article.is_title_derived, metadata,
    ]  # fmt: skip
    if news is not None:
        content.append(news)
    if locators is not None:
        content.append({"locators": locators})
    return hashlib.sha256(_json(content).encode()).hexdigest()


def stored_from(row: Row) -> StoredArticle | None:
    """The article of a row of `COLUMNS`; None if it was erased. Raises ArchiveDamaged."""
    revision, article_id, ingested_at, content_hash, *content = row
    if content_hash is None:
        return None
    try:
        return StoredArticle(revision, content_hash, ingested_at, _article(article_id, content))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(revision, article_id, error) from error


def headline_from(row: Row) -> Headline:
    """The headline of a row of `HEADLINE`. Raises ArchiveDamaged."""
    revision, article_id, title, language, *when, source, news = row
    try:
        date, fields = read_news(news, _date(*when))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(revision, article_id, error) from error
    return Headline(revision, article_id, title, language, date, source, fields)


def _damaged(revision: int, article_id: str, error: Exception) -> ArchiveDamaged:
    return ArchiveDamaged(
        f"revision {revision} of the article {article_id!r} is damaged in the archive "
        f"({error}): delete the article and add it again, or restore a backup"
    )


def _date(
    value: str | None, precision: str | None, is_zoned: int | None, start_s: int | None
) -> NewsDate | None:
    if value is None or precision is None or start_s is None:
        return None
    return NewsDate(value, DatePrecision(precision), bool(is_zoned), start_s)


def _article(article_id: str, content: list[Any]) -> Article:
    title, text, language, date_value, precision, is_zoned, start_s, *rest = content
    (
        source,
        section,
        authors,
        url,
        place,
        agency,
        body_start,
        is_title_derived,
        metadata,
        *_,
        news,
        locators,
    ) = rest
    date, fields = read_news(news, _date(date_value, precision, is_zoned, start_s))
    return Article(
        id=article_id,
        title=title,
        text=text,
        language=language,
        date=date,
        source=source,
        section=section,
        authors=() if authors == "[]" else tuple(json.loads(authors)),
        url=url,
        place=place,
        agency=agency,
        body_start=body_start,
        is_title_derived=bool(is_title_derived),
        news=fields,
        locators=tuple(map(locator_of, json.loads(locators))) if locators else (),
        metadata={} if metadata == "{}" else json.loads(metadata),
    )


def _json(value: Any) -> str:
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
