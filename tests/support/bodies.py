"""Answers as tests compare them: parsed, floats within a tolerance, words without floats.

The last digits of a score follow from the processor (how wide its vectors are, whether it computes
in bfloat16). No test may depend on them, and any digits can stand in them.
"""

import json
import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

RELATIVE, ABSOLUTE = 1e-3, 1e-5
"""Scores are computed in single precision from vectors in half precision."""

_DECIMAL = re.compile(r"(-?\d+)\.(\d+)(?:[eE][-+]?\d+)?")
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True)
class Shown:
    """A decimal number in a text, rounded to `unit`."""

    value: float
    unit: float


def parsed(
    answer: Any, *, omitted_keys: Collection[str] = (), omitted: re.Pattern[str] = _NOTHING
) -> Any:
    """The body of an HTTP answer without what is omitted, by key in JSON and by pattern in texts.

    JSON is read, and so is the JSON in the text of a tool's answer. Of another text, a list: its
    decimal numbers as `Shown`, apart from what stands between them.
    """

    def read(value: Any) -> Any:
        if isinstance(value, dict):
            if value.get("type") == "text" and value["text"].startswith("{"):
                return read(json.loads(value["text"]))
            return {key: read(each) for key, each in value.items() if key not in omitted_keys}
        if isinstance(value, list):
            return [read(each) for each in value]
        return omitted.sub("", value) if isinstance(value, str) else value

    if "json" in answer.headers.get("content-type", ""):
        return read(answer.json())
    return list(_numbers_apart(omitted.sub("", answer.text)))


def _numbers_apart(text: str) -> Iterator[str | Shown]:
    end = 0
    for number in _DECIMAL.finditer(text):
        yield text[end : number.start()]
        yield Shown(float(number[0]), 10.0 ** -len(number[2]))
        end = number.end()
    yield text[end:]


def difference(one: Any, other: Any, place: str = "body") -> str | None:
    """Where two parsed bodies differ, and how; None where they are alike."""
    pairs: list[tuple[str, Any, Any]] = []
    is_alike = one == other
    if isinstance(one, Shown) and isinstance(other, Shown):
        # What is rounded may fall to either side.
        is_alike = abs(one.value - other.value) < 1.5 * max(one.unit, other.unit)
    elif isinstance(one, int | float) and isinstance(other, int | float):
        if float in (type(one), type(other)):
            is_alike = math.isclose(one, other, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    elif isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        pairs = [(f"{place}.{key}", one[key], other[key]) for key in one]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = [(f"{place}[{at}]", *pair) for at, pair in enumerate(zip(one, other, strict=True))]
    if pairs:
        found = (difference(mine, theirs, where) for where, mine, theirs in pairs)
        return next((told for told in found if told), None)
    return None if is_alike else f"{place}: {one!r} and {other!r}"


def words(value: Any) -> str:
    """All that a parsed body says but its floats, one thing a line, in lower case."""
    return "\n".join(_said(value)).casefold()


def _said(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from _said(each)
    elif isinstance(value, list):
        for each in value:
            yield from _said(each)
    elif not isinstance(value, float | Shown):
        yield str(value)
