"""From bytes to text.

UTF-8, UTF-16 and UTF-32 by their byte order marks, a declared fallback, or an error. No encoding is
guessed: a wrong guess would silently put garbled words into the index.
"""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_MAX_CONTROL_SHARE = 0.01
_BINARY = "it is binary, not text; leave it out, or convert it to UTF-8"


def decode(data: bytes, fallback_encoding: str | None) -> str:
    """The text of a whole file. Raises ValueError with the position and what to do."""
    encoding = marked_encoding(data)
    if encoding == "utf-8":
        data = data.removeprefix(codecs.BOM_UTF8)
    if encoding in (None, "utf-8"):
        refuse_binary(data)
    try:
        return data.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding is None and fallback_encoding is not None:
            return _decode_fallback(data, fallback_encoding)
        raise ValueError(_not_decodable(error, encoding or "utf-8")) from error


def decode_line(data: bytes, fallback_encoding: str | None) -> str:
    """The text of one line. Raises ValueError with the position in the line and what to do."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        if fallback_encoding is not None:
            return _decode_fallback(data, fallback_encoding)
        raise ValueError(_not_decodable(error, "utf-8")) from error


def marked_encoding(data: bytes) -> str | None:
    """The encoding that a byte order mark announces."""
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)


def refuse_binary(data: bytes) -> None:
    """Raises ValueError if this is not text in any ASCII-compatible encoding."""
    if b"\0" in data or len(_CONTROLS.findall(data)) > _MAX_CONTROL_SHARE * len(data):
        raise ValueError(_BINARY)


def _decode_fallback(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(
            f"it is neither UTF-8 nor {encoding}, from byte {error.start} on; convert it to UTF-8"
        ) from error


def _not_decodable(error: UnicodeDecodeError, encoding: str) -> str:
    byte = error.object[error.start]
    return (
        f"byte {error.start} (0x{byte:02x}) is not {encoding.upper()}; convert it to UTF-8, or "
        "set text_encoding to the encoding of these files, for example cp1252"
    )
