"""The messages of a wire file: between control characters, or behind header lines alone.

Wires separate messages by SOH. Files that went through an editor or a mail have lost it, so without
one, a message begins at each header line. Messages are read one at a time. Owns what IPTC 7901 and
ANPA 1312 have in common.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from index.errors import RecordError
from index.readers.format import Record
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.source import InputFile
from index.readers.unknown_encodings import refused
from index.text.decoding import decode_undeclared

MAX_MESSAGE_BYTES = 4 * 1024 * 1024

SOH, STX, ETX = "\x01", "\x02", "\x03"

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class WireFormat:
    """`header` matches the header of a message, from the beginning of a line, without SOH.

    `fields_of` makes the fields of a message; it raises ValueError if the header is damaged.
    """

    header: re.Pattern[bytes]
    fields_of: Callable[[str], dict[str, Any]]

    def recognises(self, head: bytes) -> bool:
        """Whether a file with this beginning has such messages."""
        start = head[:64].lstrip(b"\0\x16\x17\x03\x04\x0c \t\r\n\xef\xbb\xbf")
        skipped = len(head[:64]) - len(start)
        return self.header.match(head, skipped + start.startswith(b"\x01")) is not None

    def read_articles(self, source: InputFile, options: ReadOptions) -> Iterator[Record]:
        """The article of every message; a damaged one is reported as `file#message N`."""
        number = 0
        for number, message in enumerate(self._messages(source), start=1):
            place = f"{source.place}#message {number}"
            if len(message) > MAX_MESSAGE_BYTES:
                yield RecordError(place, f"it has more than {MAX_MESSAGE_BYTES:,} bytes")
                continue
            try:
                fields = self.fields_of(decode_undeclared(message, options.fallback_encoding))
            except ValueError as error:
                yield refused(place, error)
            else:
                yield article_or_error(fields, place, options)
        if not number:
            yield RecordError(source.place, "it contains no message")

    def _messages(self, source: InputFile) -> Iterator[bytes]:
        """Each message without its SOH; of one that is too long, only enough to show it."""
        has_soh = b"\x01" in source.peek()
        message = b""
        before = b""
        while line := source.read_line(MAX_MESSAGE_BYTES):
            if has_soh:
                first, *others = line.split(b"\x01")
                message = _extended(message, first)
                for other in others:
                    if _is_content(message):
                        yield message
                    message = other
                continue
            # A header may take two lines; both are looked at when the second has come.
            if before and self.header.match((before + line).lstrip(b"\0\x16\x17\x04 \t")):
                if _is_content(message):
                    yield message
                message = b""
            message = _extended(message, before)
            before = line
        message = _extended(message, before)
        if _is_content(message):
            yield message


def _extended(message: bytes, more: bytes) -> bytes:
    return message + more if len(message) <= MAX_MESSAGE_BYTES else message


def _is_content(message: bytes) -> bool:
    return bool(message.strip(b"\0\x03\x04\x0c\x16\x17 \t\r\n"))


def without_controls(text: str) -> str:
    """The text with line feeds as the only line ends, and no other control characters but tabs."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """The text with single spaces and no line ends."""
    return _SPACES.sub(" ", text).strip()
