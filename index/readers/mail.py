"""Newsletters: one message (`.eml`), or many in an mbox, read one at a time."""

import email
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default as policy
from email.utils import parseaddr
from typing import Any

from index.errors import RecordError
from index.feeds.markup import text_of
from index.readers.format import Format, Record
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.source import InputFile

MAX_MESSAGE_BYTES = 32 * 1024 * 1024
MAX_HEADER_CHARS = 10_000
_READ_HEADERS = frozenset({"message-id", "subject", "from", "list-id", "date", "archived-at"})

_FROM_LINE = re.compile(rb"From \S+.*\d{2}:\d{2}")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADERS = re.compile(
    rb"\A(?:[A-Za-z][A-Za-z0-9-]{0,60}:[ \t][^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2,}"
)
_TELLING = re.compile(
    rb"^(?:Received|Return-Path|Message-ID|MIME-Version|Delivered-To):",
    re.MULTILINE | re.IGNORECASE,
)
_ADDRESS_OR_LIST = re.compile(r"\s*<[^>]*>\s*$")
_SPACES = re.compile(r"(?<![ \t])[ \t]++\n")


def read_mbox(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article of every message; one that cannot be read is reported as `file#message N`."""
    for number, message in enumerate(_messages(source), start=1):
        place = f"{source.place}#message {number}"
        if len(message) > MAX_MESSAGE_BYTES:
            yield RecordError(place, f"the message has more than {MAX_MESSAGE_BYTES:,} bytes")
        else:
            yield _article(_QUOTED_FROM.sub(rb"\1", message), place, options)


def read_message(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article of one message."""
    yield _article(source.read_all(MAX_MESSAGE_BYTES), source.place, options)


def _messages(source: InputFile) -> Iterator[bytes]:
    """The messages; of one that is too long, only enough to show that it is."""
    parts: list[bytes] = []
    size, is_behind_blank = 0, True
    while line := source.read_line(1 << 16):
        if is_behind_blank and _FROM_LINE.match(line):
            if parts:
                yield b"".join(parts)
            parts, size = [], 0
        elif size <= MAX_MESSAGE_BYTES:
            parts.append(line)
            size += len(line)
        is_behind_blank = not line.strip()
    if parts:
        yield b"".join(parts)


def _article(data: bytes, place: str, options: ReadOptions) -> Record:
    try:
        fields = _fields(email.message_from_bytes(data, policy=policy))
    # The standard library's header parser raises these on damaged messages.
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        return RecordError(place, f"this message is damaged ({type(error).__name__}: {error})")
    return article_or_error(fields, place, options)


def _fields(message: EmailMessage) -> dict[str, Any]:
    _check_headers(message)
    name, address = parseaddr(_header(message, "From"))
    listed = _ADDRESS_OR_LIST.sub("", _header(message, "List-Id")).strip().strip('"')
    return {
        "id": _header(message, "Message-ID").strip("<> ") or None,
        "title": _header(message, "Subject") or None,
        "text": _text(message),
        "lang": _header(message, "Content-Language") or None,
        "date": _as_written(message, "Date"),
        "source": listed or name or address or None,
        "authors": [name] if name and listed else [],
        "url": _header(message, "Archived-At").strip("<> ") or None,
    }


def _check_headers(message: EmailMessage) -> None:
    """Refuse messages that would keep the standard library busy for hours. Raises ValueError."""
    for part in message.walk():
        for name, value in part.raw_items():
            is_read = name.lower() in _READ_HEADERS or name.lower().startswith("content-")
            if is_read and len(str(value)) > MAX_HEADER_CHARS:
                raise ValueError(f"its header {name} has more than {MAX_HEADER_CHARS:,} characters")


def _as_written(message: EmailMessage, name: str) -> str | None:
    """A header unread: the standard library takes unknown zones for UTC, and drops errors."""
    found = (value for key, value in message.raw_items() if key.lower() == name.lower())
    return " ".join(str(next(found, "")).split()) or None


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _text(message: EmailMessage) -> str:
    """The plain text, else the text of the HTML. Attachments are left out."""
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    content = body.get_content()
    if not isinstance(content, str):
        return ""
    if body.get_content_subtype() == "html":
        content = text_of(content)
    return _SPACES.sub("\n", content.replace("\r\n", "\n"))


def _is_message(head: bytes) -> bool:
    match = _HEADERS.match(head)
    return match is not None and _TELLING.search(match[0]) is not None


_FIELDS = (
    ("id", "`Message-ID`"),
    ("title", "`Subject`"),
    ("text", "the plain text, else the text of the HTML; attachments are left out"),
    ("lang", "`Content-Language`"),
    ("date", "`Date`"),
    ("source", "the name of the list (`List-Id`), else the sender's name"),
    ("authors", "the sender, if there is a list"),
    ("url", "`Archived-At`"),
)
MBOX = Format(
    name="mbox",
    about="mailboxes (mbox) of newsletters",
    suffixes=(".mbox",),
    recognised_by="its `From ` line",
    read_articles=read_mbox,
    recognises=lambda head: _FROM_LINE.match(head) is not None,
    fields=_FIELDS,
)
EML = Format(
    name="eml",
    about="one e-mail message",
    suffixes=(".eml",),
    recognised_by="mail headers such as `Message-ID`",
    read_articles=read_message,
    recognises=_is_message,
    fields=_FIELDS,
)
