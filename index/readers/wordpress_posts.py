"""Posts of WordPress, as its REST interface gives them out, in any JSON file.

A post that is not public is withheld, and so is one behind a password. Texts of the classic editor
have blank lines for paragraphs, and shortcodes, of which the text inside is kept.
"""

import re
from collections.abc import Mapping
from typing import Any

from index.feeds import wordpress
from index.feeds.markup import text_of

_SHORTCODE = re.compile(
    r"\[/?[a-z][a-z0-9_-]{1,40}(?:\s+[\w:-]+=(?:\"[^\"]*\"|'[^']*'|[^\s\]\"']+)){1,30}\s*/?\]"
    r"|\[/?(?:caption|gallery|embed|audio|video|playlist|wp_caption)\b[^\]]{0,200}\]"
    r"|\[/[a-z][a-z0-9_-]{1,40}\]",
    re.IGNORECASE,
)
_HAS_BLOCKS = re.compile(r"<(?:p|div|ul|ol|h[1-6]|blockquote|table)\b", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_NO_DATE = "0000-00-00"
NO_SECTION = "uncategorized"
"""The category of posts that have none."""


def is_post(record: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a post of the REST interface (`/wp-json/wp/v2/posts`)."""
    parts = (record.get("title"), record.get("content"))
    return all(isinstance(one, Mapping) and "rendered" in one for one in parts)


def fields_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the article of a post. Raises ValueError if it is none, but a file or a menu.

    `categories` are numbers unless the post was fetched with `_embed`.
    """
    status = {
        "wp_status": record.get("status") or "",
        "wp_post_type": record.get("type") or "",
        "wp_post_password": "yes" if record["content"].get("protected") else "",
    }
    if not wordpress.is_article(status, "wp"):
        raise ValueError(f"it is of the type {record.get('type')}, not an article")
    embedded = record.get("_embedded")
    embedded = embedded if isinstance(embedded, Mapping) else {}
    terms = [
        term
        for terms in _list(embedded.get("wp:term"))
        for term in _list(terms)
        if isinstance(term, Mapping) and isinstance(term.get("name"), str)
    ]
    names = [text_of(term["name"]) for term in terms]
    sections = [text_of(one["name"]) for one in terms if one.get("taxonomy") == "category"]
    guid = record.get("guid")
    link = record.get("link")
    return {
        "id": guid.get("rendered") if isinstance(guid, Mapping) else link,
        "title": text_of(_rendered(record["title"])),
        "text": post_text(_rendered(record["content"])),
        "date": utc_date(record.get("date_gmt")) or record.get("date"),
        "updated": utc_date(record.get("modified_gmt")) or record.get("modified"),
        "authors": [
            author["name"]
            for author in _list(embedded.get("author"))
            if isinstance(author, Mapping) and isinstance(author.get("name"), str)
        ],
        "lang": record.get("lang"),
        "url": link,
        "section": next((one for one in sections if one.lower() != NO_SECTION), None),
        "usage": wordpress.usage(status, "wp"),
        "metadata": {"categories": names} if names else {},
    }


def post_text(content: str) -> str:
    """The text of a post's content, with a blank line between its paragraphs."""
    content = _SHORTCODE.sub(" ", content)
    if not _HAS_BLOCKS.search(content):
        content = "".join(f"<p>{one}</p>" for one in _BLANK_LINE.split(content))
    return text_of(content)


def _rendered(value: Mapping[str, Any]) -> str:
    given = value.get("rendered")
    return given if isinstance(given, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def utc_date(value: Any) -> str | None:
    """A date of WordPress in UTC; None for the zeros that it writes for none."""
    date = local_date(value)
    return f"{date}Z" if date else None


def local_date(value: Any) -> str | None:
    """A date of WordPress by the clock of its site; None for the zeros that it writes for none."""
    if not isinstance(value, str) or not value.strip() or value.startswith(_NO_DATE):
        return None
    return value.strip().replace(" ", "T")
