"""IPTC 7901, the wire format from the days of teleprinters.

SOH, a header line (source, number, priority, category, words), keyword lines; STX, the text; ETX,
the date; EOT. Lines within a paragraph are joined; what ends with `=` at the beginning of the text
is the headline, with the byline. If the control characters are lost, the headline and the date are
still found by their shapes.
"""

import re
from typing import Any

from index.readers.format import Format
from index.readers.wire_messages import ETX, STX, WireFormat, one_line, without_controls

_HEADER = re.compile(
    rb"[\x16\s]{0,64}[A-Za-z]{2,4}\d{3,5}[ \t]+[1-9][ \t]+[A-Za-z]{1,3}[ \t]+\d+(?![.,]?\w)"
)
_PARTS = re.compile(
    r"[\x16\s]*(?P<source>[A-Za-z]{2,4})(?P<number>\d{3,5})[ \t]+(?P<priority>[1-9])[ \t]+"
    r"(?P<category>[A-Za-z]{1,3})[ \t]+(?P<words>\d+)[ \t]*+(?P<more>[^\r\n\x02]*+)(?P<rest>.*)",
    re.DOTALL,
)
_TIME = (
    r"(?P<day>\d{2})(?P<hour>\d{2})(?P<minute>\d{2})\s*(?P<zone>[A-Z]{3,4})?\s+"
    r"(?P<month>[A-Za-zäÄéû]{3})\w*\.?\s+(?P<year>\d{4}|\d{2})"
)
_TIME_BEHIND_TEXT = re.compile(_TIME)
_TIME_ON_LAST_LINE = re.compile(rf"\n[ \t]*{_TIME}\s*\Z")
_MONTH_NAMES = (
    "jan|feb fev fév|mar mär mrz|apr avr abr|may mai|jun jui|jul|aug aou aoû ago|sep|oct okt|nov|"
    "dec dez dic déc"
)
_MONTHS = {
    name: number
    for number, names in enumerate(_MONTH_NAMES.split("|"), start=1)
    for name in names.split()
}
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n|\n {2,}")
_HEADLINE_END = re.compile(r"=[ \t]*(?:\n|\Z)")
_MAX_HEAD_CHARS = 1_000
_BYLINE = re.compile(r"(?:By|Von|Par|Por|Di|Av|Door) [A-ZÀ-Þ]")
_KEYWORDS = re.compile(r"/|\A\(.*\)\Z|\A[^a-z]+\Z")
_ZULU = ("GMT", "UTC", "Z")


def _fields(message: str) -> dict[str, Any]:
    match = _PARTS.match(message)
    if match is None:
        raise ValueError("its header is damaged; expected source, number, priority and category")
    before, stx, rest = match["rest"].partition(STX)
    body, etx, end = (rest if stx else before).partition(ETX)
    body = without_controls(body)
    date = _date(_TIME_BEHIND_TEXT.search(end)) if etx else None
    if date is None and (last := _TIME_ON_LAST_LINE.search(body)) and (date := _date(last)):
        body = body[: last.start()]
    keywords, title, byline, text = _parts(body, has_keywords=not stx)
    return {
        # Numbers start again every day; without one, the content identifies the article.
        "id": f"{match['source']}{match['number']}-{date[:10]}" if date else None,
        "title": title,
        "text": text,
        "date": date,
        "byline": byline,
        "provider": match["source"],
        "urgency": match["priority"],
        "subjects": [match["category"]],
        "slugline": (one_line(without_controls(before)) if stx else keywords) or None,
        "metadata": {"service": more} if (more := one_line(match["more"])) else {},
    }


def _parts(body: str, *, has_keywords: bool) -> tuple[str | None, str | None, str | None, str]:
    """Keywords, headline, byline and text; the keywords come first if STX does not end them."""
    end = _HEADLINE_END.search(body, 0, _MAX_HEAD_CHARS)
    head, text = (body[: end.start()], body[end.end() :]) if end else ("", body)
    if not text.strip():
        head, text = "", body
    blocks = [block.strip() for block in _PARAGRAPH_END.split(head.strip()) if block.strip()]
    keywords = " ".join(blocks[:-1]) if has_keywords else ""
    lines = blocks[-1].splitlines() if has_keywords and blocks else head.splitlines()
    if has_keywords and len(blocks) == 1:
        first = next((n for n, line in enumerate(lines) if not _KEYWORDS.search(line.strip())), 0)
        keywords, lines = " ".join(lines[:first]), lines[first:]
    elif has_keywords and not head:
        keywords, _, text = text.strip("\n").partition("\n")
    byline = next((line for line in lines if _BYLINE.match(line.strip())), "")
    title = " ".join(line for line in lines if line != byline)
    paragraphs = [line for one in _PARAGRAPH_END.split(text) if (line := one_line(one))]
    return (
        one_line(keywords) or None,
        one_line(title).rstrip("= ") or None,
        one_line(byline) or None,
        "\n\n".join(paragraphs),
    )


def _date(match: re.Match[str] | None) -> str | None:
    """The date of a line such as `181210 Jun 24`."""
    month = _MONTHS.get(match["month"].casefold()) if match else None
    if match is None or month is None:
        return None
    year = match["year"] if len(match["year"]) == 4 else f"20{match['year']}"
    zone = "Z" if match["zone"] in _ZULU else ""
    return f"{year}-{month:02}-{match['day']}T{match['hour']}:{match['minute']}{zone}"


_WIRE = WireFormat(_HEADER, _fields)
FORMAT = Format(
    name="iptc7901",
    about="IPTC 7901, as agency wires send it, with or without its control characters",
    suffixes=(".iptc", ".7901"),
    recognised_by="its header line, behind SOH or at the beginning",
    read_articles=_WIRE.read_articles,
    recognises=_WIRE.recognises,
    fields=(
        ("id", "source, number and day; without a day derived from the content"),
        ("title", "what ends with `=` at the beginning, without the byline"),
        ("text", "between STX and ETX, else behind the headline"),
        ("date", "after the text: day, time, month, year"),
        ("byline", "the line `By …`, `Von …`, `Par …` of the headline"),
        ("provider", "the source of the header"),
        ("urgency", "the priority"),
        ("subjects", "the category"),
        ("slugline", "the keyword lines"),
        ("metadata.service", "what follows in the header line"),
    ),
)
