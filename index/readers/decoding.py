"""Lines of text from files, whatever their encoding; `index.text.decoding` does the decoding."""

import codecs
import io
import re
from collections.abc import Iterator

from index.errors import RecordError
from index.readers.source import SNIFFED_BYTES, InputFile
from index.text.decoding import decode_undeclared, is_mostly_utf8, marked_encoding, refuse_binary

_DIGITS = re.compile(r"[\d,]+ bytes?|[\d,]+ NUL bytes?")
_CHUNK_BYTES = 1 << 16


class TextLines:
    """The lines of a file that declares no encoding, with their numbers, as UTF-8 in bytes.

    UTF-16 and UTF-32 are known by their byte order marks. Raises RecordError for binary files.
    """

    def __init__(self, source: InputFile, fallback_encoding: str | None) -> None:
        self._fallback = fallback_encoding
        self._noted: set[str] = set()
        head = source.peek()
        encoding = marked_encoding(head)
        if encoding not in (None, "utf-8"):
            stream = io.BufferedReader(_Transcoded(source, encoding or ""), SNIFFED_BYTES)
            source = InputFile(stream, source.place, source.id_hint, name=source.name)
            head = source.peek()
        self.source = source
        self.head = head.removeprefix(codecs.BOM_UTF8)
        """The beginning of the file."""
        try:
            refuse_binary(head)
        except ValueError as error:
            raise RecordError(source.place, str(error)) from error
        whole = head if len(head) < SNIFFED_BYTES else head[: head.rfind(b"\n") + 1]
        # Without other evidence, a line that is not UTF-8 may be in another encoding.
        self._is_utf8 = not whole.isascii() and is_mostly_utf8(
            whole, is_short_enough=fallback_encoding is None
        )

    def decode(self, line: bytes) -> tuple[str, list[str]]:
        """The text of a line, and what is to be noted: each kind once in a file. Raises ValueError.

        The byte order mark of the first line is left out.
        """
        notes: list[str] = []
        text = decode_undeclared(
            line.removeprefix(codecs.BOM_UTF8), self._fallback, notes, is_utf8=self._is_utf8
        )
        return text, [note for note in notes if self._is_new(note)]

    def _is_new(self, note: str) -> bool:
        kind = _DIGITS.sub("", note)
        if kind in self._noted:
            return False
        self._noted.add(kind)
        return True


class _Transcoded(io.RawIOBase):
    """A file in UTF-16 or UTF-32, read as UTF-8."""

    def __init__(self, source: InputFile, encoding: str) -> None:
        self._pieces = _utf8_pieces(source, encoding)
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        if not self._left:
            self._left = next(self._pieces, b"")
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size


def _utf8_pieces(source: InputFile, encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while data := source.read(_CHUNK_BYTES):
        if text := decoder.decode(data):
            yield text.encode()
    if rest := decoder.decode(b"", final=True):
        yield rest.encode()
