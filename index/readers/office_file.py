"""What office documents have in common: a zip of XML parts, and a text of blocks.

A part is read with a limit, so that a compressed bomb ends as an error. Owns the shape of the text:
paragraphs with a blank line between them, a row of a table per line, footnotes at the end.
"""

import contextlib
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from index.errors import RecordError
from index.readers.safe_xml import MAX_FILE_BYTES, Element, line_of, parse_xml
from index.readers.source import InputFile

CELLS = " | "
"""Between the cells of a row."""

PROTECTED = "it is protected by a password; save a copy without one"
_ENCRYPTED = 0x1
_READ_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True)
class Package:
    """An open office document. `place` is used in errors; every method raises RecordError."""

    archive: zipfile.ZipFile
    place: str

    def names(self) -> list[str]:
        """The names of its parts."""
        return self.archive.namelist()

    def part(self, name: str) -> Element | None:
        """The root element of a part; None if there is no such part."""
        try:
            entry = self.archive.getinfo(name)
        except KeyError:
            return None
        if entry.flag_bits & _ENCRYPTED:
            raise RecordError(self.place, PROTECTED)
        return parse_xml(self._content(entry), f"{self.place}#{name}")

    def _content(self, entry: zipfile.ZipInfo) -> bytes:
        blocks, size_bytes = [], 0
        try:
            with self.archive.open(entry) as stream:
                while block := stream.read(_READ_AT_ONCE):
                    size_bytes += len(block)
                    if size_bytes > MAX_FILE_BYTES:
                        raise RecordError(
                            self.place, f"its text unpacks to more than {MAX_FILE_BYTES:,} bytes"
                        )
                    blocks.append(block)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise RecordError(self.place, f"this document is damaged ({error})") from error
        return b"".join(blocks)


@contextlib.contextmanager
def opened_package(source: InputFile) -> Iterator[Package]:
    """The parts of a document. Raises RecordError if it is no zip."""
    with source.seekable() as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise RecordError(source.place, f"this document is damaged ({error})") from error
        with archive:
            yield Package(archive, source.place)


@dataclass(slots=True)
class Blocks:
    """The blocks of a document as they are read; `title` is its first paragraph styled as one."""

    title: str | None = None
    blocks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add_paragraph(self, text: str, *, is_title: bool = False) -> None:
        """Add a paragraph, unless it is blank; `is_title` says that it has the style of a title."""
        text = trimmed(text)
        if is_title and text and self.title is None and not self.blocks:
            self.title = " ".join(text.split())
        elif text:
            self.blocks.append(text)

    def add_table(self, rows: Sequence[Sequence[str]]) -> None:
        """Add the rows of a table, one on each line; blank cells at the end are left out."""
        lines = (CELLS.join(" ".join(cell.split()) for cell in row).rstrip(" |") for row in rows)
        if text := "\n".join(line for line in lines if line):
            self.blocks.append(text)

    @property
    def text(self) -> str:
        """All blocks, and the footnotes behind them."""
        return "\n\n".join([*self.blocks, *self.notes])


def own(parent: Element, name: str) -> Iterator[Element]:
    """The elements of a name in `parent` that do not belong to a table or row nested in it."""
    return (one for one in parent.iter(name) if next(one.iterancestors(parent.tag)) is parent)


def trimmed(text: str) -> str:
    """The text with single spaces within its lines, and no blank lines."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def document_fields(blocks: Blocks, properties: Element | None, place: str) -> dict[str, Any]:
    """The fields of the article; `properties` are those of the document, in Dublin Core.

    The date it was made is its date, for want of a better one. Raises RecordError if it has no
    text.
    """
    if not blocks.blocks:
        raise RecordError(place, "it contains no text, perhaps only pictures")

    def line(*names: str) -> str | None:
        if properties is None:
            return None
        found = (line_of(properties.find(f".//{name}")) for name in names)
        return next((one for one in found if one), None)

    created = line("created", "creation-date")
    keywords = line("keywords", "keyword")
    return {
        "title": blocks.title or line("title"),
        "text": blocks.text,
        "authors": [name.strip() for name in (line("initial-creator", "creator") or "").split(";")],
        "date": created,
        "date_origin": "meta",
        "created": created,
        "updated": line("modified", "date"),
        "lang": line("language"),
        "section": line("category"),
        "metadata": {"keywords": keywords} if keywords else {},
    }
