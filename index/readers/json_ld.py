"""JSON-LD of a page: reading it, also where it is slightly broken, and the node of the article.

A page describes more than its article: the site, breadcrumbs, lists of other articles, cited works.
Only nodes at the top, in `@graph`, or that are a page's main entity can be the article.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

MAX_JSON_CHARS = 500_000
_MAX_NODES = 2_000

_ARTICLES = re.compile(
    r"(?:\w*Article|BlogPosting|LiveBlogPosting|Report|\w*NewsArticle|SocialMediaPosting|Review"
    r"|DiscussionForumPosting|CreativeWork|VideoObject|PodcastEpisode|NewsMediaItem)"
)
_PAGES = re.compile(r"(?:\w*WebPage|ItemPage|AboutPage)")
_DOWN = ("@graph", "mainEntity", "mainEntityOfPage")
_WRAPPED = re.compile(
    r"\A\s*(?://|/\*)?\s*(?:<!\[CDATA\[|<!--)?\s*(?:\*/)?|\s*(?://|/\*)?\s*(?:\]\]>|-->)\s*(?:\*/)?\s*\Z"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_GAP = re.compile(r"[\s;,]*")
_LONE_BACKSLASH = re.compile(r'\\(?!["\\/bfnrtu])')


def linked_nodes(tree: Any) -> list[Mapping[str, Any]]:
    """The nodes that can be the article of a page, in the order of the page."""
    nodes: list[Mapping[str, Any]] = []
    for script in tree.iter("script"):
        kind = (script.get("type") or "").partition(";")[0].strip().lower()
        if kind == "application/ld+json" and script.text:
            for value in _values(script.text[:MAX_JSON_CHARS]):
                nodes += _nodes(value)
    return nodes[:_MAX_NODES]


def articles(nodes: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The nodes of articles; if there are none, those of pages."""
    found = [node for node in nodes if _is_a(node, _ARTICLES)]
    return found or [node for node in nodes if _is_a(node, _PAGES)]


def own(
    found: list[Mapping[str, Any]], *, address: str, titles: set[str]
) -> list[Mapping[str, Any]]:
    """Of several articles, those with the page's address or one of its titles; else all."""
    by_address = [node for node in found if address and address in _addresses(node)]
    by_title = [
        node for node in found if titles & {folded(node.get("headline") or node.get("name"))}
    ]
    return by_address or by_title or found


def folded(title: object) -> str:
    """A title to compare; empty if it is none."""
    return " ".join(html.unescape(title).casefold().split()) if isinstance(title, str) else ""


def _addresses(node: Mapping[str, Any]) -> set[object]:
    page = node.get("mainEntityOfPage")
    page = page.get("@id") or page.get("url") if isinstance(page, Mapping) else page
    return {one for one in (node.get("url"), node.get("@id"), page) if isinstance(one, str)}


def _is_a(node: Mapping[str, Any], kinds: re.Pattern[str]) -> bool:
    kind = node.get("@type")
    names = kind if isinstance(kind, list) else [kind]
    # `https://schema.org/NewsArticle`, `schema:NewsArticle`
    return any(
        isinstance(name, str) and kinds.fullmatch(re.split(r"[/:#]", name)[-1]) for name in names
    )


def _nodes(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for one in value:
            yield from _nodes(one, depth)
    elif isinstance(value, Mapping) and depth < 4:
        yield value
        for name in _DOWN:
            yield from _nodes(value.get(name), depth + 1)


def _values(text: str) -> Iterator[Any]:
    """The JSON values of a script: one, or several in a row; none if it cannot be mended."""
    text = _WRAPPED.sub("", text).strip().rstrip(";").strip()
    decoder = json.JSONDecoder(strict=False)  # line breaks and other control characters in strings
    for mended in _mended(text):
        found = []
        at = 0
        try:
            while at < len(mended):
                value, at = decoder.raw_decode(mended, at)
                found.append(value)
                at = _GAP.match(mended, at).end()  # type: ignore[union-attr]
        except (ValueError, RecursionError):
            continue
        yield from found
        return


def _mended(text: str) -> Iterator[str]:
    yield text
    text = _LONE_BACKSLASH.sub(r"\\\\", _TRAILING_COMMA.sub(r"\1", text))
    yield text
    if "&quot;" in text:
        yield html.unescape(text)
