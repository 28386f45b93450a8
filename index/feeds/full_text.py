"""The text of an article from its page. Owns the trafilatura adapter."""

import re

from index.errors import OutboundError
from index.feeds.crawler import Crawler
from index.text.decoding import decode_html

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_HTML = ("text/html", "application/xhtml+xml")


def full_text(crawler: Crawler, url: str) -> str | None:
    """The text of an article's page without menus and adverts, or None if there is none.

    Raises what `Crawler.fetch` raises, and OutboundError for an answer that is not a page.
    """
    answer = crawler.fetch(url)
    if not answer.is_success:
        raise OutboundError(f"{url}: the server answered with status {answer.status}")
    media_type = answer.headers.get("content-type", "text/html").partition(";")[0].strip().lower()
    if media_type not in _HTML:
        raise OutboundError(f"{url}: the page is {media_type}, not HTML")
    import trafilatura

    charset = _CHARSET.search(answer.headers.get("content-type", ""))
    try:
        page = decode_html(answer.body, charset[1] if charset else None)
    except ValueError as error:
        raise OutboundError(f"{url}: {error}") from error
    text = trafilatura.extract(page, url=answer.url, include_comments=False, include_tables=True)
    return text or None
