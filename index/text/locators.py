"""Where parts of a text are in their source, as JSON values, and the text that they point into.

A record may have `locators`, each with the offset `start` in its `text` and what is known of the
place there. Cleaning changes the length of a text, so text and offsets are cleaned together.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from index.domain import Locator
from index.text.clean_text import clean, clean_line

MAX_LOCATORS = 200_000
_MAX_CHARS = 200
_LARGEST_PIXEL = 10_000_000


def located_text(text: str, given: Any) -> tuple[str, tuple[Locator, ...]]:
    """The clean text without white space around it, and where its parts are.

    `given` are locators as JSON, in any order. Raises ValueError if they are none.
    """
    if given is None or given == []:
        return clean(text).strip(), ()
    if not isinstance(given, list | tuple) or len(given) > MAX_LOCATORS:
        raise ValueError(f"it must be a list of at most {MAX_LOCATORS:,} objects")
    found = sorted((_locator(one, len(text)) for one in given), key=lambda one: one.start)
    cleaned = clean(text[: found[0].start]).lstrip()
    parts, locators, size = [cleaned], [], len(cleaned)
    ends = [one.start for one in found[1:]] + [len(text)]
    for one, end in zip(found, ends, strict=True):
        part = clean(text[one.start : end])
        part = part if size else part.lstrip()
        if part:
            locators.append(replace(one, start=size))
            parts.append(part)
            size += len(part)
    stripped = "".join(parts).rstrip()
    return stripped, tuple(one for one in locators if one.start < len(stripped))


def locator_value(locator: Locator) -> dict[str, Any]:
    """A locator as JSON, without what is not known."""
    value = {
        "start": locator.start,
        "page": locator.page,
        "column": locator.column,
        "box": None if locator.box is None else list(locator.box),
        "time_s": locator.time_s,
        "speaker": locator.speaker,
        "confidence": locator.confidence,
    }
    return {name: one for name, one in value.items() if one is not None}


def locator_of(value: Mapping[str, Any]) -> Locator:
    """The locator of which `locator_value` made a value."""
    box = value.get("box")
    return Locator(**{**value, "box": None if box is None else tuple(box)})


def time_code(time_s: float) -> str:
    """A time in a recording: `00:12:31`."""
    minutes, seconds = divmod(int(time_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}"


def _locator(value: Any, size: int) -> Locator:
    start = _whole(value.get("start") if isinstance(value, Mapping) else None, "start", size)
    if start is None:
        raise ValueError("each must be an object with a start inside the text")
    page = value.get("page")
    is_number = isinstance(page, int) and not isinstance(page, bool)
    return Locator(
        start,
        _line(str(page) if is_number else page, "page"),
        _whole(value.get("column"), "column", 1_000) or None,
        _box(value.get("box")),
        _number(value.get("time_s"), "time_s", math.inf),
        _line(value.get("speaker"), "speaker"),
        _number(value.get("confidence"), "confidence", 1.0),
    )


def _box(value: Any) -> tuple[int, int, int, int] | None:
    if value is None:
        return None
    if not isinstance(value, list | tuple) or len(value) != 4:
        raise ValueError(f"a box must have four whole numbers, not {value!r:.60}")
    left, top, width, height = (_whole(one, "box", _LARGEST_PIXEL) or 0 for one in value)
    return left, top, width, height


def _whole(value: Any, name: str, limit: int) -> int | None:
    if value is None:
        return None
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not is_whole or not 0 <= value <= limit:
        raise ValueError(f"{name} must be a whole number up to {limit:,}, not {value!r:.40}")
    return int(value)


def _number(value: Any, name: str, limit: float) -> float | None:
    if value is None:
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= limit or not math.isfinite(value):
        raise ValueError(f"{name} must be a number from 0, not {value!r:.40}")
    return round(float(value), 3)


def _line(value: Any, name: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a string, not {value!r:.40}")
    return clean_line(value)[:_MAX_CHARS] or None
