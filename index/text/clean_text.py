"""Text as the archive stores it: NFC, one kind of line end, nothing unprintable."""

import functools
import math
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

_MAX_DEPTH = 32
"""The nesting limit for lists and objects in metadata."""

_MAX_MARKS = 30
"""The limit for consecutive combining marks, as in the Stream-Safe Text Format (UAX #15):
normalising is quadratic in them, and no language needs so many.
"""

_LINE_ENDS = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


_PRINTED = {
    "\xad": "", "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi",
    "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st",
}  # fmt: skip
"""What only typesetting needs: soft hyphens and the ligatures of Latin letters."""


_TYPESET = re.compile("[\xad\ufb00-\ufb06]")
_UNUSUAL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u2028\u2029\ud800-\udfff\ufb00-\ufb06\ufeff]"
)
"""What `_replaced` replaces: one search instead of four, since most texts have none of it."""


def clean(text: str) -> str:
    """NFC; line ends are `\\n`; no other control characters but `\\t`.

    Soft hyphens are removed, and ligatures of Latin letters become letters. Lone surrogates become
    U+FFFD; byte order marks are removed wherever they are.
    """
    if _UNUSUAL.search(text):
        text = _replaced(text)
    if text.isascii():
        return text
    suspected, proven = _too_many_marks()
    if suspected.search(text):
        text = proven.sub(r"\1", text)
    return unicodedata.normalize("NFC", text)


def _replaced(text: str) -> str:
    text = _LINE_ENDS.sub("\n", text)
    text = _CONTROLS.sub("", text)
    if _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    # Not `translate`, which looks every character up.
    return _TYPESET.sub(lambda match: _PRINTED[match[0]], text)


def clean_line(text: str) -> str:
    """Like `clean`, on one line: runs of white space become one space, and none at the ends."""
    return " ".join(clean(text).split())


def clean_value(value: Any, depth: int = 0) -> Any:
    """A JSON value with every string in it cleaned; NaN and infinity become None.

    Raises ValueError for values that JSON cannot express.
    """
    if depth > _MAX_DEPTH:
        raise ValueError(f"it is nested more than {_MAX_DEPTH} deep")
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {_key(name): clean_value(item, depth + 1) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean_value(item, depth + 1) for item in value]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    raise ValueError(f"{value!r:.60} is not a JSON value")


def _key(name: Any) -> str:
    if not isinstance(name, str):
        raise ValueError(f"the name {name!r:.60} is not a string")
    return clean(name)


@functools.cache
def _too_many_marks() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A fast pattern that matches too much, and a slow one that keeps the first marks."""
    basic, other = _marks(0x300, 0x10000), _marks(0x10000, 0x20000)
    suspected = re.compile(rf"[{basic}\U00010000-\U0001ffff]{{{_MAX_MARKS + 1}}}")
    proven = re.compile(rf"([{basic}{other}]{{{_MAX_MARKS}}})[{basic}{other}]+")
    return suspected, proven


def _marks(start: int, end: int) -> str:
    return "".join(chr(code) for code in range(start, end) if unicodedata.combining(chr(code)))
