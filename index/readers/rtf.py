"""Rich Text Format: one article. Owns the striprtf adapter.

striprtf leaves out footnotes and the document's properties, so both are cut out and converted by
themselves.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from index.errors import RecordError
from index.readers.format import Format, Record
from index.readers.office_file import Blocks
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.source import InputFile

MAX_FILE_BYTES = 32 * 1024 * 1024

_BRACE = re.compile(r"\\[{}\\]|[{}]")
_FOOTNOTE = re.compile(r"\{\\(?:\*\\)?footnote\b")
_INFO = re.compile(r"\{\\info\b")
_PROPERTY = re.compile(r"\{\\(title|author|keywords|doccomm) ?((?:\\[{}\\]|[^{}])*)\}")
_TIME = re.compile(r"\{\\(creatim|revtim)((?:\\(?:yr|mo|dy|hr|min|sec)\d{1,4}\s?)+)\}")
_TIME_PART = re.compile(r"\\(yr|mo|dy|hr|min)(\d{1,4})")
_CODE_PAGE = re.compile(r"\\ansicpg\d{1,5}")
_FIELD = re.compile(r"(?=\{\\field)")


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article. Raises RecordError if the file cannot be read."""
    data = source.read_all(MAX_FILE_BYTES)
    # RTF is ASCII with escapes; some programs write bytes of the document's code page.
    rtf = data.decode("latin-1")
    try:
        fields = _fields(rtf)
    except (ValueError, IndexError, OverflowError, LookupError, TypeError) as error:
        raise RecordError(source.place, f"this RTF is damaged ({error})") from error
    if not fields["text"]:
        raise RecordError(source.place, "it contains no text, perhaps only pictures")
    yield article_or_error({"id": source.id_hint, **fields}, source.place, options)


def _fields(rtf: str) -> dict[str, Any]:
    page = _CODE_PAGE.search(rtf)
    prefix = rf"{{\rtf1\ansi{page[0] if page else ''} "
    rtf, footnotes = _without(rtf, _FOOTNOTE)
    _, infos = _without(rtf, _INFO)
    info = infos[0] if infos else ""
    about = {one[1]: _converted(f"{prefix}{one[2]}}}").strip() for one in _PROPERTY.finditer(info)}
    times = {one[1]: _time(one[2]) for one in _TIME.finditer(info)}
    blocks = Blocks()
    _add_lines(_converted(rtf), blocks)
    for number, note in enumerate(footnotes, start=1):
        inside = _FOOTNOTE.sub("", note, count=1).removesuffix("}")
        blocks.notes.append(f"[{number}] {' '.join(_converted(f'{prefix}{inside}}}').split())}")
    return {
        "title": about.get("title"),
        "text": blocks.text,
        "authors": [name.strip() for name in about.get("author", "").split(";")],
        "date": times.get("creatim"),
        "date_origin": "meta",
        "created": times.get("creatim"),
        "updated": times.get("revtim"),
        "metadata": {"keywords": about["keywords"]} if about.get("keywords") else {},
    }


def _without(rtf: str, begins: re.Pattern[str]) -> tuple[str, list[str]]:
    """The document without the groups that begin so, and these groups."""
    kept, groups, at = [], [], 0
    for found in begins.finditer(rtf):
        if found.start() < at:
            continue
        kept.append(rtf[at : found.start()])
        at = _group_end(rtf, found.start())
        groups.append(rtf[found.start() : at])
    kept.append(rtf[at:])
    return "".join(kept), groups


def _group_end(rtf: str, start: int) -> int:
    depth = 0
    for brace in _BRACE.finditer(rtf, start):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return brace.end()
    return len(rtf)


def _converted(rtf: str) -> str:
    from striprtf import striprtf

    convert: Callable[..., str] = striprtf.rtf_to_text
    # Its pattern of links searches the rest of the line from each link on; lines keep that short.
    return convert(_FIELD.sub("\n", rtf), errors="replace")


def _add_lines(text: str, blocks: Blocks) -> None:
    """Each line is a paragraph; striprtf ends the cells of tables with `|`."""
    rows: list[list[str]] = []
    for line in text.split("\n"):
        if line.rstrip().endswith("|"):
            rows.append(line.rstrip().removesuffix("|").split("|"))
            continue
        blocks.add_table(rows)
        rows = []
        blocks.add_paragraph(line)
    blocks.add_table(rows)


def _time(parts: str) -> str | None:
    numbers = {name: int(digits) for name, digits in _TIME_PART.findall(parts)}
    if not all(numbers.get(name) for name in ("yr", "mo", "dy")):
        return None
    day = f"{numbers['yr']:04}-{numbers['mo']:02}-{numbers['dy']:02}"
    return f"{day}T{numbers['hr']:02}:{numbers.get('min', 0):02}" if "hr" in numbers else day


FORMAT = Format(
    name="rtf",
    about="Rich Text Format",
    suffixes=(".rtf",),
    recognised_by=r"`{\rtf` at the beginning",
    read_articles=read_articles,
    recognises=lambda head: head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{\\rtf"),
    fields=(
        ("id", "the file's name"),
        ("title", "the property `title`"),
        ("text", "paragraphs, a row of a table per line, footnotes"),
        ("authors", "the property `author`"),
        ("date, created", "the property `creatim`"),
        ("updated", "the property `revtim`"),
        ("metadata.keywords", "the property `keywords`"),
    ),
    is_one_article=True,
)
