"""`.txt`: one file, one article.

Its name is the id, and its first lines may contain a dateline. The modification time of the file is
that of a copy, so it is not used.
"""

from collections.abc import Iterator

from index.domain import Article
from index.errors import RecordError
from index.readers.format import Format
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.source import InputFile
from index.readers.unknown_encodings import refused
from index.records.normalise import MAX_TEXT_CHARS
from index.text.decoding import decode

MAX_FILE_BYTES = 4 * MAX_TEXT_CHARS
"""No character takes more than four bytes in UTF-8."""


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Article | RecordError]:
    """The article of a text file."""
    data = source.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        yield RecordError(
            source.place, f"it has more than {MAX_FILE_BYTES:,} bytes; split it into articles"
        )
        return
    notes: list[str] = []
    try:
        text = decode(data, options.fallback_encoding, notes)
    except ValueError as error:
        yield refused(source.place, error)
        return
    if not text.strip("\ufeff \t\r\n\f\v"):
        yield RecordError(source.place, "it is empty")
        return
    yield article_or_error({"id": source.id_hint, "text": text}, source.place, options, notes)


FORMAT = Format(
    name="text",
    about="plain text",
    suffixes=(".txt",),
    recognised_by="any other text",
    read_articles=read_articles,
    fields=(
        ("id", "the file's name"),
        ("title", "the first sentence, for display only"),
        ("text", "the whole"),
        ("place, agency", "a dateline at the beginning"),
    ),
    is_one_article=True,
)
