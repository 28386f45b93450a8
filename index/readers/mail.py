"""Newsletters: one message (`.eml`), or many in an mbox, read one at a time."""

import email
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
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
from index.text.decoding import (
    NotDecodable,
    codec_of,
    decode_declared,
    decode_html,
    is_mostly_utf8,
)

MAX_MESSAGE_BYTES = 32 * 1024 * 1024
MAX_HEADER_CHARS = 10_000
_READ_HEADERS = frozenset({"message-id", "subject", "from", "list-id", "date", "archived-at"})

_DAY = rb"(?:[A-Z][a-z]{2} +\d{1,2}|\d{1,2} +[A-Z][a-z]{2} +\d{4}),?"
_SENT = (
    rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +" + _DAY + rb" +\d{1,2}:\d{2}(?::\d{2})?"
    rb"(?: +[A-Za-z0-9+:()-]{1,8}){0,3}|\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*"
)
_FROM_LINE = re.compile(rb"From (?:\S+ +){0,8}?(?:" + _SENT + rb")(?: remote from \S+)?[ \t]*\r?\n")
"""How a message begins in an mbox: sender and time of delivery, and nothing else."""

_HEADER_LINE = re.compile(rb"[!-9;-~]{1,76}:|>From |[ \t]*\r?$")
"""What follows on it: a header, or nothing where there are none."""

_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADERS = re.compile(
    rb"\A(?:[A-Za-z][A-Za-z0-9-]{0,60}:[ \t][^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2,}"
)
_TELLING = re.compile(
    rb"^(?:Received|Return-Path|Message-ID|MIME-Version|Delivered-To):",
    re.MULTILINE | re.IGNORECASE,
)
_ADDRESS_OR_LIST = re.compile(r"\s*<[^>]*>\s*$")
_INVISIBLE = re.compile(r"[\s\xad\u200b-\u200f\u2060\ufeff\u034f]+")
_SEVEN_BITS = ("us-ascii", "ascii", "ansi_x3.4-1968", "iso646-us")
"""What mail programs declare that do not know the encoding."""

_STUB_CHARS = 200
"""A plain text this much shorter than the HTML, thrice, only says that there is HTML."""

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
    following = source.read_line(1 << 16)
    while line := following:
        following = source.read_line(1 << 16)
        if is_behind_blank and _FROM_LINE.match(line) and _HEADER_LINE.match(following):
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
    notes: list[str] = []
    try:
        message = email.message_from_bytes(data, policy=policy)
        fields = _Mail(message, options.fallback_encoding, notes).fields()
    # The standard library's header parser raises these on damaged messages.
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        why = (
            str(error) if isinstance(error, NotDecodable) else f"({type(error).__name__}: {error})"
        )
        return RecordError(place, f"this message is damaged {why}")
    return article_or_error(fields, place, options, notes)


class _Mail:
    """One message; `notes` receives which bytes were lost.

    Headers and texts are decoded here: the standard library takes labels of encodings literally
    and replaces what does not fit without a word.
    """

    def __init__(
        self, message: EmailMessage, fallback_encoding: str | None, notes: list[str]
    ) -> None:
        self._message = message
        self._fallback = fallback_encoding
        self._notes = notes

    def fields(self) -> dict[str, Any]:
        """The fields of the record. Raises ValueError."""
        _check_headers(self._message)
        name, address = parseaddr(self._raw("From"))
        name = self._decoded(name)
        listed = _ADDRESS_OR_LIST.sub("", self._header("List-Id")).strip().strip('"')
        return {
            "id": self._raw("Message-ID").strip("<> ") or None,
            "title": self._header("Subject") or None,
            "text": self._text(self._message),
            "lang": self._raw("Content-Language") or None,
            "date": self._raw("Date") or None,
            "source": listed or name or address or None,
            "authors": [name] if name and listed else [],
            "url": self._raw("Archived-At").strip("<> ") or None,
        }

    def _raw(self, name: str) -> str:
        """A header as written, on one line."""
        found = (value for key, value in self._message.raw_items() if key.lower() == name.lower())
        return " ".join(str(next(found, "")).split())

    def _header(self, name: str) -> str:
        return self._decoded(self._raw(name))

    def _decoded(self, written: str) -> str:
        """A header with its encoded words, and with bytes that should have been encoded."""
        try:
            words = decode_header(written)
        except HeaderParseError:
            self._notes.append("a header with a damaged encoded word is kept as written")
            words = [(written, None)]
        parts = []
        for part, label in words:
            data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
            if label is None and not data.isascii():
                label = None if is_mostly_utf8(data) else self._charset_of_body()
            parts.append(decode_declared(data, label, self._fallback, self._notes))
        return " ".join("".join(parts).split())

    def _charset_of_body(self) -> str | None:
        """What the first text of the message declares, the best guess of its writer's encoding."""
        labels = (part.get_content_charset() for part in self._message.walk())
        return next((label for label in labels if codec_of(label)), None)

    def _text(self, part: EmailMessage) -> str:
        """The text of a part: of alternatives the plain one, unless it is blank or a stub; of
        several parts all, attachments left out.
        """
        if part.is_multipart():
            return self._text_of_parts(part)
        kind = part.get_content_type()
        if part.get_content_disposition() == "attachment" or kind not in (
            "text/plain",
            "text/html",
        ):
            return ""
        payload = part.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
        label = part.get_content_charset()
        if label in _SEVEN_BITS and not data.isascii() and is_mostly_utf8(data):
            label = None
        if kind == "text/html":
            return text_of(decode_html(data, label, self._fallback, self._notes))
        text = decode_declared(data, label, self._fallback, self._notes)
        return _SPACES.sub("\n", text.replace("\r\n", "\n"))

    def _text_of_parts(self, part: EmailMessage) -> str:
        parts = [one for one in part.iter_parts() if isinstance(one, EmailMessage)]
        kind = part.get_content_subtype()
        if kind == "alternative":
            plain, markup = "", ""
            for one in parts:
                text = self._text(one)
                if one.get_content_type() == "text/plain":
                    plain = plain or text
                else:
                    markup = text or markup  # the last alternative is the richest
            plain_chars = len(_INVISIBLE.sub("", plain))
            is_stub = len(markup) > 3 * plain_chars + _STUB_CHARS
            return markup if not plain_chars or is_stub else plain
        if kind == "related":
            parts = parts[:1]
        texts = [self._text(one) for one in parts if one.get_content_type() != "message/rfc822"]
        return "\n\n".join(text.strip("\n") for text in texts if _INVISIBLE.sub("", text))


def _check_headers(message: EmailMessage) -> None:
    """Refuse messages that would keep the standard library busy for hours. Raises ValueError."""
    for part in message.walk():
        for name, value in part.raw_items():
            is_read = name.lower() in _READ_HEADERS or name.lower().startswith("content-")
            if is_read and len(str(value)) > MAX_HEADER_CHARS:
                raise ValueError(f"its header {name} has more than {MAX_HEADER_CHARS:,} characters")


def _is_message(head: bytes) -> bool:
    match = _HEADERS.match(head)
    return match is not None and _TELLING.search(match[0]) is not None


_FIELDS = (
    ("id", "`Message-ID`"),
    ("title", "`Subject`"),
    ("text", "the plain text, else that of the HTML; of several parts all; no attachments"),
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
