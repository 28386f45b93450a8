"""FollowTheMoney entities, as Aleph exports them: one JSON object per line.

Documents are articles. The pages of a PDF are entities of their own; they are articles unless their
document came with its text before. Persons, companies and other entities are left out and counted.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from index.errors import RecordError
from index.readers import json_file, jsonl
from index.readers.format import Format, Record
from index.readers.left_out import LeftOut
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.source import InputFile
from index.text.language_names import tag_of_name

_BEGINS = re.compile(rb"\A(?:\xef\xbb\xbf)?[\s\[]*\{")
_ENTITY = re.compile(rb'"schema"\s*:\s*"[A-Z][A-Za-z]+"')
_PROPERTIES = re.compile(rb'"properties"\s*:\s*\{')
_WITHIN_BYTES = 65_536
_ARTICLES = frozenset(
    {"Article", "Audio", "Document", "Email", "HyperText", "Image", "Message", "Pages",
     "PlainText", "Video", "Page"}
)  # fmt: skip


def recognises(head: bytes) -> bool:
    """Whether a file begins with an entity."""
    head = head[:_WITHIN_BYTES]
    is_entity = _ENTITY.search(head) is not None and _PROPERTIES.search(head) is not None
    return is_entity and _BEGINS.match(head) is not None


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article of every document with a text. Raises RecordError if the file cannot be read."""
    left_out = LeftOut(source.place)
    with_text: set[int] = set()
    for place, value in _entities(source, options):
        if isinstance(value, RecordError):
            yield value
            continue
        properties = value.get("properties") if isinstance(value, dict) else None
        if not isinstance(properties, dict) or not isinstance(value.get("schema"), str):
            yield RecordError(place, "expected an entity with a schema and properties")
            continue
        entity = _Entity(value, properties)
        if entity.schema not in _ARTICLES:
            left_out.count(entity.schema)
        elif not entity.text:
            left_out.count(f"{entity.schema} without text")
        elif entity.schema == "Page" and hash(entity.first("document")) in with_text:
            left_out.count("Page of a document that was read whole")
        else:
            # Hashes, because there may be millions of documents.
            with_text.add(hash(entity.id))
            yield article_or_error(entity.fields(), f"{place}#{entity.id}", options)
    yield from left_out.report()


def _entities(source: InputFile, options: ReadOptions) -> Iterator[tuple[str, Any]]:
    if json_file.is_json_lines(source.peek()):
        yield from jsonl.json_lines(source, options)
        return
    value = json_file.json_value(source, options)
    results = value.get("results") if isinstance(value, dict) else value
    for one in results if isinstance(results, list) else [value]:
        yield source.place, one


class _Entity:
    def __init__(self, entity: Mapping[str, Any], properties: Mapping[str, Any]) -> None:
        self.id = str(entity.get("id") or "")
        self.schema = str(entity["schema"])
        self._properties = properties
        self._caption = entity.get("caption")

    @property
    def text(self) -> str:
        """Its text; that of an HTML page if there is no plain one."""
        return "\n\n".join(self.all("bodyText") or self.all("translatedText"))

    def all(self, name: str) -> list[str]:
        """The values of a property, each of which has a list."""
        values = self._properties.get(name)
        values = values if isinstance(values, list) else [values]
        # References are ids, or whole entities if the export is nested.
        values = [one.get("id") if isinstance(one, dict) else one for one in values]
        return [one for one in values if isinstance(one, str) and one.strip()]

    def first(self, *names: str) -> str | None:
        """The first value of the first property that has one."""
        return next((value for name in names for value in self.all(name)), None)

    def fields(self) -> dict[str, Any]:
        """The fields of the article."""
        file_name = self.first("fileName")
        page = self.first("index") if self.schema == "Page" else None
        languages = (
            tag_of_name(one) for one in (*self.all("language"), *self.all("detectedLanguage"))
        )
        found = {
            "schema": self.schema,
            "file": file_name,
            "document": self.first("document"),
            "page": page,
            "keywords": self.all("keywords"),
        }
        caption = self._caption if isinstance(self._caption, str) else None
        return {
            "id": self.id,
            "title": self.first("title", "subject") or caption or file_name,
            "text": self.text,
            "lang": next((one for one in languages if one), None),
            "date": self.first("publishedAt", "date", "authoredAt"),
            "updated": self.first("modifiedAt"),
            "authors": self.all("author") or self.all("from"),
            "source": self.first("publisher"),
            "url": self.first("sourceUrl"),
            "metadata": {name: value for name, value in found.items() if value},
        }


FORMAT = Format(
    name="followthemoney",
    about="documents among FollowTheMoney entities, as Aleph exports them",
    suffixes=(".ftm",),
    recognised_by="objects with a `schema` and `properties`",
    read_articles=read_articles,
    recognises=recognises,
    fields=(
        ("id", "`id`"),
        ("title", "`title`, `subject`, else the caption, else `fileName`"),
        ("text", "`bodyText`"),
        ("lang", "`language`, `detectedLanguage`"),
        ("date", "`publishedAt`, else `date`, else `authoredAt`"),
        ("updated", "`modifiedAt`"),
        ("authors", "`author`, else `from`"),
        ("source", "`publisher`"),
        ("url", "`sourceUrl`"),
        ("metadata", "`schema`, `file`, `keywords`; of a page its document and number"),
    ),
)
