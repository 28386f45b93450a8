"""ANPA 1312, the wire format of American agencies, and what Kyodo and others made of it.

A line with service letter and number; a line with priority, category, keyword, date and words;
STX; lines that begin with `^`: keyword, headline, notes, byline; the paragraphs, each behind a tab;
a line with the agency and the date. Control characters are often lost on the way. The priority is
mapped as the AP documents its letters: flash, bulletin, urgent, regular, deferred.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from index.readers.format import Format
from index.readers.wire_messages import WireFormat, one_line, without_controls

_KEYWORD_BEGINS = r"(?:am|pm|bc|ap)-"
_HEADER = re.compile(
    rb"[\x16\s]{0,64}[A-Za-z]\d{4}[^\r\n]{0,40}\r?\n[A-Za-z] [A-Za-z][\x11-\x14]{0,4} ?"
    rb"(?:am|pm|bc|ap)-[^\r\n]{0,120}?\d{1,2}-\d{1,2}\b",
    re.IGNORECASE,
)
_FIRST_LINES = re.compile(
    r"[\x16\s]*(?P<letter>[A-Za-z])(?P<number>\d{4})[^\n]*\n"
    r"(?P<priority>[A-Za-z]) (?P<category>[A-Za-z])[\x13\x14]?(?P<kind>[\x11\x12]?) ?"
    r"(?P<keyword>\S[^\n]*?)\s+\d{1,2}-\d{1,2}(?:\s+\d{3,4})?[^\n]*\n(?P<rest>.*)",
    re.DOTALL,
)
_TABULAR = "\x12"
_DATED = re.compile(
    r"(?P<agency>[A-Z]{2,8})-[A-Z]{2,4}-(?P<month>\d{2})-(?P<day>\d{2})-(?P<year>\d{2}) "
    r"(?P<hour>\d{2})(?P<minute>\d{2})(?P<zone>GMT|UTC)?<?"
)
_DATED_BY_KYODO = re.compile(
    r"[A-Z]{3}-(?P<hour>\d{2}):(?P<minute>\d{2})-(?P<day>\d{2})-(?P<month>\d{2})-(?P<year>\d{2})"
)
_SIGNED = re.compile(r"==(?P<agency>\w[\w ]*)")
_KEYWORD_LINE = re.compile(rf"(?:\*\d+<\s*\^?)?{_KEYWORD_BEGINS}.*", re.IGNORECASE)
_WORDS = re.compile(r",\s*\d+$")
_NOTE = re.compile(r"(?:Eds?|Editors?)\s*:|[A-Z]{2,4} (?:Photo|Video|Graphic)\b", re.IGNORECASE)
_BYLINE = re.compile(r"By (?P<names>.+)")
_INDENTS = ("\t", "   ")
_LINE_MARKS = "<=+! \t"
_BETWEEN_NAMES = re.compile(r",? and |, ")
_URGENCIES = {"f": 1, "b": 2, "u": 3, "r": 4, "d": 5}
_CATEGORIES = {
    "a": "domestic", "d": "food", "e": "entertainment", "f": "business", "i": "international",
    "l": "lifestyle", "o": "weather", "p": "politics", "s": "sports", "t": "travel",
    "w": "Washington",
}  # fmt: skip


def _fields(message: str) -> dict[str, Any]:
    match = _FIRST_LINES.match(message.replace("\r\n", "\n").replace("\r", "\n"))
    if match is None:
        raise ValueError("its header is damaged; expected a number, a priority and a category")
    story = _Story(is_tabular=match["kind"] == _TABULAR)
    for line in without_controls(match["rest"]).split("\n"):
        story.add(line)
    priority, category = match["priority"].lower(), match["category"].lower()
    return {
        # Numbers start again every day; without one, the content identifies the article.
        "id": f"{match['letter']}{match['number']}-{story.date[:10]}" if story.date else None,
        "title": story.title,
        "text": _with_quotes("\n\n".join(story.paragraphs)),
        "date": story.date,
        "provider": story.agency,
        "byline": " ".join(story.byline) or None,
        "authors": story.authors,
        "urgency": _URGENCIES.get(priority),
        "subjects": [{"code": category, "name": _CATEGORIES.get(category)}],
        "slugline": story.slugline or one_line(without_controls(match["keyword"])),
        "metadata": {name: "\n".join(lines) for name, lines in story.notes.items()},
    }


@dataclass(slots=True)
class _Story:
    """The lines after the header, one by one; `is_tabular` keeps them apart."""

    is_tabular: bool
    title: str | None = None
    slugline: str | None = None
    date: str | None = None
    agency: str | None = None
    byline: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=dict)
    _is_in_text: bool = False
    _is_joined: bool = False
    _is_after_byline: bool = False

    def add(self, line: str) -> None:
        """Process the next line, and distribute it."""
        marked = line.strip().lstrip("^")
        shown = one_line(marked.strip(_LINE_MARKS))
        if not shown or set(shown) == {"_"}:
            self._is_joined = False
        elif not self._is_end(marked) and not self._is_of_the_head(line, marked, shown):
            self._add_text(line, shown)

    def _is_end(self, line: str) -> bool:
        """Whether this is the line with the agency's name or the date."""
        if dated := _DATED.fullmatch(line) or _DATED_BY_KYODO.fullmatch(line):
            parts = dated.groupdict()
            zone = "Z" if parts.get("zone") else ""
            self.date = "20{year}-{month}-{day}T{hour}:{minute}".format(**parts) + zone
            self.agency = parts.get("agency") or self.agency
        elif signed := _SIGNED.fullmatch(line):
            self.agency = signed["agency"]
        else:
            return False
        return True

    def _is_of_the_head(self, line: str, marked: str, shown: str) -> bool:
        """Whether this line precedes the text: keyword, headline, note, byline or summary."""
        is_marked = line.lstrip().startswith("^")
        self._is_in_text |= line.startswith(_INDENTS) or (not is_marked and bool(self.paragraphs))
        if self._is_in_text:
            return False
        was_after_byline, self._is_after_byline = self._is_after_byline, False
        if self.slugline is None and _KEYWORD_LINE.match(marked):
            self.slugline = _WORDS.sub("", shown.rpartition("^")[2])
        elif byline := _BYLINE.match(shown):
            self._add_byline(shown, byline["names"])
        elif _NOTE.match(shown):
            self.notes.setdefault("ednote", []).append(shown)
        elif was_after_byline and marked.rstrip().endswith("="):
            self.byline.append(shown)
        elif self.title is None:
            self.title = _with_quotes(shown)
        elif marked.rstrip().endswith("<"):
            self.notes.setdefault("summary", []).append(shown)
        else:
            return False
        return True

    def _add_byline(self, line: str, names: str) -> None:
        self.byline.append(line)
        if not names.lower().startswith("the "):
            self.authors += _BETWEEN_NAMES.split(names)
            self._is_after_byline = True

    def _add_text(self, line: str, shown: str) -> None:
        is_begun = line.startswith((*_INDENTS, "^"))
        if not is_begun and self.paragraphs:
            self.paragraphs[-1] += (" " if self._is_joined else "\n") + shown
            return
        self.paragraphs.append(shown)
        self._is_joined = line.startswith(_INDENTS) and not self.is_tabular


def _with_quotes(text: str) -> str:
    """The text with the quotation marks and dashes that the code of teleprinters lacks."""
    return text.replace("``", "“").replace("''", "”").replace(" _ ", " — ")


_WIRE = WireFormat(_HEADER, _fields)
FORMAT = Format(
    name="anpa1312",
    about="ANPA 1312, as American agencies and Kyodo send it, with or without control characters",
    suffixes=(".anpa",),
    recognised_by="its two header lines, behind SOH or at the beginning",
    read_articles=_WIRE.read_articles,
    recognises=_WIRE.recognises,
    fields=(
        ("id", "letter, number and day; without a day derived from the content"),
        ("title", "the first line after the keyword that is no note and no byline"),
        ("text", "the paragraphs; the lines of tables stay lines"),
        ("date", "the last line: `AP-WF-06-18-24 0510GMT`, `KWS-05:10-18-06-24`"),
        ("provider", "the agency of the last line"),
        ("byline", "`By …` and the line that follows"),
        ("authors", "the names after `By`, unless it is `By The …`"),
        ("urgency", "the priority: f 1, b 2, u 3, r 4, d 5"),
        ("subjects", "the category letter"),
        ("slugline", "the keyword line"),
        ("metadata.ednote", "notes to editors, and photo numbers"),
        ("metadata.summary", "further lines before the text"),
    ),
)
