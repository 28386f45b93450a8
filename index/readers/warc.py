"""WARC files as crawlers write them (CC-NEWS): the article of every page. Owns warcio.

FastWARC is faster, but damaged records end the process; and most of the time goes into finding the
text of a page anyway.
"""

import email.message
import re
from collections.abc import Iterator
from typing import Any

from index.errors import RecordError
from index.readers.format import Format, Record
from index.readers.html import MAX_FILE_BYTES, page_fields
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.source import InputFile
from index.readers.unknown_encodings import refused

MAX_LINE_BYTES = 8 * 1024 * 1024
_PAGES = ("text/html", "application/xhtml+xml")


class _ShortLines:
    """A stream for warcio, which would take hours to find the end of a line of 100 MB."""

    def __init__(self, source: InputFile) -> None:
        self._source = source
        self._line_bytes = 0

    def read(self, size: int) -> bytes:
        """The next bytes. Raises ValueError in the middle of a line that is too long."""
        data = self._source.read(size)
        line_end = data.rfind(b"\n")
        self._line_bytes = self._line_bytes + len(data) if line_end < 0 else len(data) - line_end
        if self._line_bytes > MAX_LINE_BYTES:
            raise ValueError(f"a line has more than {MAX_LINE_BYTES:,} bytes")
        return data


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article of every page with status 200; other responses are skipped.

    A page without an article is reported as `file#address`.
    """
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        for record in ArchiveIterator(_ShortLines(source)):
            if record.rec_type == "response" and (article := _article(record, source, options)):
                yield article
    # Damage raises these in warcio's parsers of headers and chunks.
    except (ArchiveLoadFailed, ValueError, LookupError, AttributeError, TypeError,
            EOFError, OSError) as error:  # fmt: skip
        why = str(error).strip().partition("\n")[0] or type(error).__name__
        raise RecordError(source.place, f"this WARC is damaged here: {why}") from error


def _article(record: Any, source: InputFile, options: ReadOptions) -> Record | None:
    http = record.http_headers
    if http is None or http.get_statuscode() != "200":
        return None
    kind = email.message.Message()
    kind["Content-Type"] = http.get_header("Content-Type") or "text/html"
    if kind.get_content_type() not in _PAGES:
        return None
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    place = f"{source.place}#{url}"
    data = record.content_stream().read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        return RecordError(place, f"the page has more than {MAX_FILE_BYTES:,} bytes")
    try:
        fields = page_fields(
            data,
            url=url or None,
            charset=kind.get_content_charset(),
            fallback_encoding=options.fallback_encoding,
        )
    except ValueError as error:
        return refused(place, error)
    crawled = record.rec_headers.get_header("WARC-Date") or ""
    fields["metadata"] = {**fields["metadata"], "crawled": crawled or None}
    return article_or_error({**fields, "version": _version(crawled)}, place, options)


def _version(crawled: str) -> str | None:
    """The moment of a capture as 14 digits, so that an older capture never replaces a newer one."""
    digits = re.sub(r"\D", "", crawled)[:14]
    return digits if len(digits) == len("YYYYMMDDhhmmss") else None


FORMAT = Format(
    name="warc",
    about="WARC, as in CC-NEWS: every page with status 200",
    suffixes=(".warc",),
    recognised_by="`WARC/1.`",
    read_articles=read_articles,
    recognises=lambda head: head.startswith(b"WARC/1."),
    fields=(
        ("url", "`WARC-Target-URI`, else the canonical address"),
        ("metadata.crawled", "`WARC-Date`"),
        ("version", "`WARC-Date`, as 14 digits"),
        ("all others", "as of HTML"),
    ),
)
