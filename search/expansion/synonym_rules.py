"""One file of synonyms in the format of Solr and Lucene, read into rules.

    # a comment
    Handy, Mobiltelefon, Smartphone          any of them also finds the others
    USA, Vereinigte Staaten von Amerika      several words are one name
    BRD => Bundesrepublik Deutschland        the left is searched for as the right only
    Twitter, X => X, Twitter                 several on either side

A backslash takes a comma, `=>` or `#` literally. A line that says nothing is a fault; the others
are used.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_ENTRIES = 64
"""The most entries of a line: each word of it would search for all of them."""

MOST_WORDS = 8
"""The most words of an entry."""

MOST_CHARACTERS = 4_000_000
"""The largest file, in characters."""

_ARROW = re.compile(r"(?<!\\)=>")
_COMMA = re.compile(r"(?<!\\),")
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class SynonymRule:
    """Each of `left` also finds each of `right`, or only that if it `replaces`."""

    line: int
    left: tuple[str, ...]
    right: tuple[str, ...]
    replaces: bool

    @property
    def text(self) -> str:
        """The rule as in the file."""
        left = ", ".join(self.left)
        return f"{left} => {', '.join(self.right)}" if self.replaces else left


@dataclass(frozen=True, slots=True)
class SynonymFault:
    """A line that cannot be used, and why."""

    line: int
    why: str


def read_rules(text: str) -> Iterator[SynonymRule | SynonymFault]:
    """The rules and faults of a file, line by line."""
    if len(text) > MOST_CHARACTERS:
        yield SynonymFault(1, f"the file has more than {MOST_CHARACTERS:,} characters")
        return
    for number, line in enumerate(text.splitlines(), start=1):
        content = line.strip().removeprefix("\ufeff")
        if content and not content.startswith("#"):
            yield _read(number, content)


def _read(number: int, line: str) -> SynonymRule | SynonymFault:
    sides = [_entries(side) for side in _ARROW.split(line)]
    if len(sides) > 2:
        return SynonymFault(number, "there is more than one =>")
    if why := next((why for side in sides if (why := _fault(side))), ""):
        return SynonymFault(number, why)
    if len(sides) == 2:
        return SynonymRule(number, sides[0], sides[1], replaces=True)
    if len(sides[0]) < 2:
        return SynonymFault(number, "expected at least two entries separated by commas, or a => b")
    return SynonymRule(number, sides[0], sides[0], replaces=False)


def _entries(side: str) -> tuple[str, ...]:
    return tuple(" ".join(_ESCAPED.sub(r"\1", part).split()) for part in _COMMA.split(side))


def _fault(entries: tuple[str, ...]) -> str:
    if len(entries) > MOST_ENTRIES:
        return f"there are more than {MOST_ENTRIES} entries"
    for entry in entries:
        if not any(map(str.isalnum, entry)):
            return f"there is no word in {entry!r}" if entry else "an entry is empty"
        if len(entry.split()) > MOST_WORDS:
            return f"{entry!r} has more than {MOST_WORDS} words"
    return ""
