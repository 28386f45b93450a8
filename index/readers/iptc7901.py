"""IPTC 7901, the wire format from the days of teleprinters: messages between control characters.

SOH, a header line (source, number, priority, category, words), keyword lines; STX, the text; ETX,
the date; EOT. Lines within a paragraph are joined; a first paragraph that ends with `=` is the
headline. Messages are read one at a time.
"""

import re
from collections.abc import Iterator
from typing import Any

from index.errors import RecordError
from index.readers.decoding import decode_line
from index.readers.format import Format, Record
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.source import InputFile

MAX_MESSAGE_BYTES = 4 * 1024 * 1024

_BEGIN = re.compile(rb"\A[\x00\x16\s]{0,64}\x01[\x16]{0,2}[A-Za-z]{2,4}\d{3,4}[ \t]")
_HEADER = re.compile(
    r"[\x16\s]*(?P<source>[A-Za-z]{2,4})(?P<number>\d{3,4})[ \t]+(?P<priority>[1-9])[ \t]+"
    r"(?P<category>[A-Za-z]{1,3})[ \t]+(?P<words>\d+)[ \t]*+(?P<more>[^\r\n\x02]*+)"
    r"(?P<keywords>[^\x02]*+)\x02(?P<text>[^\x03]*)(?:\x03(?P<end>.*))?",
    re.DOTALL,
)
_TIME = re.compile(
    r"(?P<day>\d{2})(?P<hour>\d{2})(?P<minute>\d{2})\s*(?P<zone>[A-Z]{3,4})?\s+"
    r"(?P<month>[A-Za-zäÄ]{3})\w*\s+(?P<year>\d{4}|\d{2})"
)
_MONTH_NAMES = (
    "jan|feb fev|mar mär mrz|apr avr abr|may mai|jun|jul|aug aou ago|sep|oct okt|nov|dec dez dic"
)
_MONTHS = {
    name: number
    for number, names in enumerate(_MONTH_NAMES.split("|"), start=1)
    for name in names.split()
}
_PARAGRAPH_END = re.compile(r"\r?\n[ \t]*\r?\n|\r?\n {2,}")
_SPACES = re.compile(r"\s+")
_ZULU = ("GMT", "UTC", "Z")


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article of every message; a damaged one is reported as `file#message N`."""
    for number, message in enumerate(_messages(source), start=1):
        place = f"{source.place}#message {number}"
        if len(message) > MAX_MESSAGE_BYTES:
            yield RecordError(place, f"it has more than {MAX_MESSAGE_BYTES:,} bytes")
            continue
        try:
            fields = _fields(decode_line(message, options.fallback_encoding))
        except ValueError as error:
            yield RecordError(place, str(error))
        else:
            yield article_or_error(fields, place, options)


def _messages(source: InputFile) -> Iterator[bytes]:
    """The content after each SOH; of a message that is too long, only enough to show it."""
    message: bytes | None = None
    while block := source.read(1 << 16):
        first, *others = block.split(b"\x01")
        if message is not None and len(message) <= MAX_MESSAGE_BYTES:
            message += first
        for other in others:
            if message is not None:
                yield message
            message = other
    if message is not None:
        yield message


def _fields(text: str) -> dict[str, Any]:
    match = _HEADER.match(text)
    if match is None:
        raise ValueError("its header is damaged; expected source, number, priority and category")
    blocks = [_SPACES.sub(" ", one).strip() for one in _PARAGRAPH_END.split(match["text"])]
    paragraphs = [block for block in blocks if block]
    title = None
    if paragraphs and paragraphs[0].endswith("=") and len(paragraphs) > 1:
        title = paragraphs.pop(0).rstrip("= ")
    date = _date(match["end"] or "")
    return {
        "id": f"{match['source']}{match['number']}" + (f"-{date[:10]}" if date else ""),
        "title": title,
        "text": "\n\n".join(paragraphs),
        "date": date,
        "provider": match["source"],
        "urgency": match["priority"],
        "subjects": [match["category"]],
        "slugline": _SPACES.sub(" ", match["keywords"]).strip() or None,
        "metadata": {"service": more} if (more := match["more"].strip()) else {},
    }  # fmt: skip


def _date(end: str) -> str | None:
    """The date after the text, such as `181210 Jun 24`."""
    match = _TIME.search(end)
    month = _MONTHS.get(match["month"].casefold()) if match else None
    if match is None or month is None:
        return None
    year = match["year"] if len(match["year"]) == 4 else f"20{match['year']}"
    zone = "Z" if match["zone"] in _ZULU else ""
    return f"{year}-{month:02}-{match['day']}T{match['hour']}:{match['minute']}{zone}"


FORMAT = Format(
    name="iptc7901",
    about="IPTC 7901 (similar to ANPA 1312), as agency wires send it",
    suffixes=(".iptc", ".7901"),
    recognised_by="its SOH and header line",
    read_articles=read_articles,
    recognises=lambda head: _BEGIN.match(head) is not None,
    fields=(
        ("id", "source, number and day"),
        ("title", "the first paragraph, if it ends with `=`"),
        ("text", "between STX and ETX"),
        ("date", "after ETX: day, time, month, year"),
        ("provider", "the source of the header"),
        ("urgency", "the priority"),
        ("subjects", "the category"),
        ("slugline", "the keyword lines"),
    ),
)
