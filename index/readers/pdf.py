"""The text of a PDF file: one article. Owns the pypdf adapter (an extra)."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from index.errors import RecordError
from index.readers.format import Format, Record, missing_extra
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.source import InputFile

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_PAGES = 2_000


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article. Raises RecordError if the file cannot be read."""
    try:
        import pypdf
        from pypdf.errors import PyPdfError
    except ImportError as error:
        raise missing_extra(source.place, "pdf") from error
    data = source.read_all(MAX_FILE_BYTES)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise RecordError(source.place, "it is protected by a password")
        if len(reader.pages) > MAX_PAGES:
            raise RecordError(source.place, f"it has more than {MAX_PAGES:,} pages; split it")
        fields = _fields(reader)
    # Damage raises any of these, deep inside pypdf.
    except (PyPdfError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError,
            RecursionError, NotImplementedError, OSError, AssertionError) as error:  # fmt: skip
        raise RecordError(
            source.place, f"this PDF is damaged ({error or type(error).__name__})"
        ) from error
    if not fields["text"]:
        raise RecordError(
            source.place,
            "it contains no text, perhaps only scanned pages; run text recognition (OCR) first",
        )
    yield article_or_error({"id": source.id_hint, **fields}, source.place, options)


def _fields(reader: Any) -> dict[str, Any]:
    pages = (page.extract_text() for page in reader.pages)
    about = reader.metadata or {}
    made = about.get("/CreationDate") and reader.metadata.creation_date
    return {
        "title": _string(about.get("/Title")),
        "text": "\n\n".join(text for page in pages if (text := page.strip())),
        "authors": _string(about.get("/Author")),
        "created": made.isoformat(timespec="seconds") if isinstance(made, datetime) else None,
    }


def _string(value: object) -> str | None:
    return str(value) if isinstance(value, str) else None


FORMAT = Format(
    name="pdf",
    about="the text of a PDF",
    suffixes=(".pdf",),
    recognised_by="`%PDF-`",
    read_articles=read_articles,
    recognises=lambda head: head.startswith(b"%PDF-"),
    fields=(
        ("id", "the file's name"),
        ("title", "`/Title`"),
        ("text", "the text of all pages"),
        ("authors", "`/Author`"),
        ("created", "`/CreationDate`"),
    ),
    is_one_article=True,
    extra="pdf",
)
