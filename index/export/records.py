"""From an article to a record it could have come from, as `index.records.normalise` reads it."""

from typing import Any

from index.domain import Article, DateOrigin, NewsDate, NewsFields, Usage
from index.text.locators import locator_value

_NEWS_DATES = ("created", "updated", "embargo")


def record_of(article: Article) -> dict[str, Any]:
    """The fields of a record, JSON values; those without a value are left out.

    `article_from_fields` turns it back into an equal article. Derived values (a title from the
    first sentence, the end of a dateline) are omitted, because they are derived again.
    """
    dates = {"date": article.date, **{name: getattr(article.news, name) for name in _NEWS_DATES}}
    fields = {
        "id": article.id,
        "title": None if article.is_title_derived else article.title,
        "text": article.text,
        "is_headline": True if not article.text and not article.is_title_derived else None,
        "lang": article.language,
        **{name: _value(date) for name, date in dates.items()},
        **{f"{name}_origin": _origin(date) for name, date in dates.items()},
        "assumed_zones": [name for name, date in dates.items() if date and date.is_zone_assumed],
        "source": article.source,
        "section": article.section,
        "authors": list(article.authors),
        "url": article.url,
        "place": article.place,
        "agency": article.agency,
        **_news(article.news),
        "locators": [locator_value(one) for one in article.locators],
        "metadata": dict(article.metadata),
    }
    return {name: value for name, value in fields.items() if value not in (None, [], {}, "")}


def _news(news: NewsFields) -> dict[str, Any]:
    return {
        "slugline": news.slugline,
        "byline": news.byline,
        "dateline": news.dateline,
        "provider": news.provider,
        "urgency": news.urgency,
        "subjects": [{"code": one.code, "name": one.name} for one in news.subjects],
        "version": news.version,
        "usage": None if news.usage is Usage.USABLE else news.usage.value,
    }


def _value(date: NewsDate | None) -> str | None:
    return date.value if date else None


def _origin(date: NewsDate | None) -> str | None:
    return date.origin.value if date and date.origin is not DateOrigin.GIVEN else None
