"""Compound files (OLE): binary documents of old, and encrypted new ones. Only named, never read."""

from collections.abc import Iterator

from index.errors import RecordError
from index.readers.format import Format, Record
from index.readers.office_file import PROTECTED
from index.readers.options import ReadOptions
from index.readers.source import SNIFFED_BYTES, InputFile

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (
    ("EncryptedPackage", PROTECTED),
    ("WordDocument", "it is a Word document of the old binary format (.doc)"),
    ("Workbook", "it is a spreadsheet; save its sheets as CSV"),
    ("PowerPoint Document", "it is a presentation; save its text, or export it as PDF"),
    ("__properties_version1.0", "it is a message of Outlook; save it as .eml"),
)
_CONVERT = "save it as .docx, for whole folders with `soffice --headless --convert-to docx *.doc`"


def read_articles(source: InputFile, _options: ReadOptions) -> Iterator[Record]:
    """Yields no article, only a RecordError that says what the file is and what to do."""
    with source.seekable() as stream:
        found = None
        tail = b""
        while found is None and (block := stream.read(SNIFFED_BYTES)):
            window = tail + block
            found = next(
                (what for name, what in _STREAMS if name.encode("utf-16-le") in window), None
            )
            tail = block[-128:]
    what = found or "it is a binary document of a format that is not read"
    advice = f"; {_CONVERT}" if found is None or "Word" in found else ""
    yield RecordError(source.place, f"{what}{advice}")


FORMAT = Format(
    name="doc",
    about="old binary documents and encrypted ones: reported, with what to do",
    suffixes=(".doc", ".dot"),
    recognised_by="the signature of compound files",
    read_articles=read_articles,
    recognises=lambda head: head.startswith(_MAGIC),
)
