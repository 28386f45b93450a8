"""Other ways to write what a query asks for: closed or apart, grouped digits, days of the year.

Pure functions of a text; which of them occur in an index is for the planner to find out.
"""

import re
from collections.abc import Callable

from index.dates import months

_HYPHENS = r"\-‐‑"
_JOINT = re.compile(rf"(?<=\w)[{_HYPHENS}](?=\w)")
_DIGIT_JOINT = re.compile(rf"(?<=\d)[{_HYPHENS}/ \u00a0\u202f](?=\d)")
_DIGITS = re.compile(rf"\d+(?:[{_HYPHENS}/ \u00a0\u202f]\d+)+")
_LETTERS = re.compile(r"[^\W\d_]{1,4}")
_NUMBER = re.compile(r"\d{1,4}")
LEAST_GROUPED = 8
"""Digits from which a number may be written in groups without being an amount: ISBN, telephone."""

MOST_GROUPS = 6
MOST_READINGS = 32
_SHORTEST_NOUN = 3

_DAY = re.compile(r"(\d{1,2})\.\s*(?:(\d{1,2})\.|([^\W\d_]{3,9})\b\.?)\s*(\d{4})?")


def closed(text: str) -> str | None:
    """A joined word without its hyphens, or a long number without its groups; None for others."""
    if _DIGITS.fullmatch(text):
        together = _DIGIT_JOINT.sub("", text)
        return together if len(together) >= LEAST_GROUPED else None
    together = _JOINT.sub("", text)
    return None if together == text else together


def is_code(letters: str, number: str) -> bool:
    """Whether two words may be one: "MH 17", "A 8"."""
    return bool(_LETTERS.fullmatch(letters) and _NUMBER.fullmatch(number))


def are_nouns(first: str, second: str) -> bool:
    """Whether two words may be a compound that is written apart: "Ukraine Krieg"."""
    return all(
        word[:1].isupper() and word.isalpha() and len(word) >= _SHORTEST_NOUN
        for word in (first, second)
    )


def days(text: str) -> tuple[str, ...]:
    """The other ways to write a day of the year: "30. Juni", "30.06.", "30.6."; empty for others.

    "30 06" stands for two words, as of a date with a year.
    """
    found = _DAY.fullmatch(text)
    if found is None:
        return ()
    name = found[3]
    day, month = int(found[1]), int(found[2]) if found[2] else months.number_of(name) or 0
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return ()
    if year := found[4]:
        ends = (f"{months.NAMES[month - 1]} {year}", f"{month} {year}", f"{month:02} {year}")
        return tuple(
            dict.fromkeys(f"{first} {end}" for first in (day, f"{day:02}") for end in ends)
        )
    numbers = [f"{a}{b}" for a in (day, f"{day:02}") for b in (f".{month}", f".{month:02}")]
    apart = [number.replace(".", " ") for number in numbers]
    return tuple(dict.fromkeys([f"{day} {months.NAMES[month - 1]}", *numbers, *apart]))


def groups(number: str, is_known: Callable[[str], bool]) -> list[tuple[str, ...]]:
    """The ways to write a long number as several that are known, in up to `MOST_GROUPS` groups."""
    if not number.isdecimal() or len(number) < LEAST_GROUPED:
        return []
    known: dict[str, bool] = {}
    found: list[tuple[str, ...]] = []

    def follow(start: int, before: tuple[str, ...]) -> None:
        for end in range(start + 1, len(number) + 1):
            part = number[start:end]
            if len(part) == len(number) or not _cached(known, part, is_known):
                continue
            if end == len(number):
                found.append((*before, part))
            elif len(before) + 1 < MOST_GROUPS:
                follow(end, (*before, part))

    follow(0, ())
    return found[:MOST_READINGS]


def _cached(known: dict[str, bool], part: str, is_known: Callable[[str], bool]) -> bool:
    if part not in known:
        known[part] = is_known(part)
    return known[part]
