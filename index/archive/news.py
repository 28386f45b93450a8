"""`NewsFields` as the JSON of the column `news`, and back.

Empty fields are left out, and an article without any has no JSON at all. A date is stored as its
value, from which the rest follows, and its origin if that is not "given".
"""

import json
from dataclasses import replace
from typing import Any

from index.dates.dates import parse_date
from index.domain import Article, DateOrigin, NewsDate, NewsFields, Subject, Usage

_PLAIN = ("slugline", "byline", "dateline", "provider", "urgency", "version")
_DATES = ("created", "updated", "embargo")


def news_json(article: Article) -> str | None:
    """Canonical JSON of an article's news fields and of the origin of its date."""
    news = article.news
    body: dict[str, Any] = {name: getattr(news, name) for name in _PLAIN}
    body |= {name: _date_body(getattr(news, name)) for name in _DATES}
    body["date"] = _origin_body(article.date)
    body["subjects"] = [[subject.code, subject.name] for subject in news.subjects]
    body["usage"] = None if news.usage is Usage.USABLE else news.usage.value
    said = {name: value for name, value in body.items() if value not in (None, [], {})}
    if not said:
        return None
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_news(text: str | None, date: NewsDate | None) -> tuple[NewsDate | None, NewsFields]:
    """An article's date with its origin, and its news fields."""
    if text is None:
        return date, NewsFields()
    body = json.loads(text)
    fields: dict[str, Any] = {name: body[name] for name in _PLAIN if name in body}
    for name in _DATES:
        if name in body:
            fields[name] = _from(parse_date(body[name]["value"]), body[name])
    if "subjects" in body:
        fields["subjects"] = tuple(Subject(code, name) for code, name in body["subjects"])
    if "usage" in body:
        fields["usage"] = Usage(body["usage"])
    if date is not None and "date" in body:
        date = _from(date, body["date"])
    return date, NewsFields(**fields)


def _date_body(date: NewsDate | None) -> dict[str, Any] | None:
    return None if date is None else {"value": date.value, **_origin_body(date)}


def _origin_body(date: NewsDate | None) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if date is not None and date.origin is not DateOrigin.GIVEN:
        body["origin"] = date.origin.value
    if date is not None and date.is_zone_assumed:
        body["is_zone_assumed"] = True
    return body


def _from(date: NewsDate, body: dict[str, Any]) -> NewsDate:
    origin = DateOrigin(body.get("origin", DateOrigin.GIVEN))
    return replace(date, origin=origin, is_zone_assumed=body.get("is_zone_assumed", False))
