"""From an article to the record it could have come from: the inverse of `index.normalise`."""

from typing import Any

from index.domain import Article, DateOrigin, NewsDate, NewsFields, Usage


def record_of(article: Article) -> dict[str, Any]:
    """The fields of a record, JSON values; those without a value are left out.

    `index.normalise.article_from_fields` makes an equal article of it. What it derives (a title of
    the first sentence, the end of a dateline) is left out and derived again; that the zone of a
    date was assumed from the source's setting is not kept.
    """
    fields = {
        "id": article.id,
        "title": None if article.is_title_derived else article.title,
        "text": article.text,
        "lang": article.language,
        "date": _value(article.date),
        "date_origin": _origin(article.date),
        "source": article.source,
        "section": article.section,
        "authors": list(article.authors),
        "url": article.url,
        "place": article.place,
        "agency": article.agency,
        **_news(article.news),
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
        "created": _value(news.created),
        "updated": _value(news.updated),
        "version": news.version,
        "embargo": _value(news.embargo),
        "usage": None if news.usage is Usage.USABLE else news.usage.value,
    }


def _value(date: NewsDate | None) -> str | None:
    return date.value if date else None


def _origin(date: NewsDate | None) -> str | None:
    return date.origin.value if date and date.origin is not DateOrigin.GIVEN else None
