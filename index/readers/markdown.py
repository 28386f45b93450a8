"""Markdown with front matter (YAML between `---`, TOML between `+++`): one article.

The text is what a reader sees, without markup and link targets. YAML aliases are refused, because
they can blow up a small file.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from index.readers.format import Format, Record
from index.readers.options import ReadOptions
from index.readers.records import article_or_error
from index.readers.source import InputFile
from index.readers.unknown_encodings import refused
from index.readers.values import plain_value
from index.records.normalise import MAX_TEXT_CHARS
from index.text.decoding import decode

MAX_FILE_BYTES = 4 * MAX_TEXT_CHARS
MAX_FRONT_MATTER_CHARS = 200_000

_YES = frozenset({"true", "yes", "on", "1"})
_NO = frozenset({"false", "no", "off", "0"})
_UNPUBLISHED = frozenset({"draft", "pending", "private", "future", "trash", "hidden"})

_FRONT_MATTER = re.compile(
    r"\A\ufeff?(?P<mark>---|\+\+\+)[ \t]*\r?\n(?P<fields>.*?\r?\n)?(?P=mark)[ \t]*(?:\r?\n|\Z)",
    re.DOTALL,
)
_HEAD = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:---[ \t]*\r?\n\w[\w -]*:|\+\+\+[ \t]*\r?\n\w[\w-]* *=)")


def read_articles(source: InputFile, options: ReadOptions) -> Iterator[Record]:
    """The article. Raises RecordError if the file cannot be read."""
    data = source.read_all(MAX_FILE_BYTES)
    notes: list[str] = []
    try:
        text = decode(data, options.fallback_encoding, notes)
        fields, body = _split(text)
        title, shown = _shown(body)
        usage = _usage(fields, source.place)
    except (ValueError, RecursionError) as error:
        raise refused(source.place, error) from error
    record = {"id": source.id_hint, "title": title, **fields, **usage, "text": shown}
    yield article_or_error(record, source.place, options, notes)


def _split(text: str) -> tuple[dict[str, Any], str]:
    """The front matter and the rest."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    written = match["fields"] or ""
    if len(written) > MAX_FRONT_MATTER_CHARS:
        raise ValueError(f"its front matter has more than {MAX_FRONT_MATTER_CHARS:,} characters")
    if match["mark"] == "+++":
        fields: Any = tomllib.loads(written.replace("\r\n", "\n"))
    else:
        fields = _yaml(written)
    if not isinstance(fields, dict):
        return {}, text  # a text between two rules
    return {str(name): plain_value(value) for name, value in fields.items()}, text[match.end() :]


def _usage(fields: dict[str, Any], place: str) -> dict[str, str]:
    """`withheld` for what Hugo, Jekyll and WordPress's exporters do not publish.

    That is `draft: true`, `published: false`, a `status` of a draft, and the folder `_drafts`.
    """
    by_name = {name.lower(): str(value).strip().lower() for name, value in fields.items()}
    is_draft = (
        by_name.get("draft") in _YES
        or by_name.get("published") in _NO
        or by_name.get("status") in _UNPUBLISHED
        or "_drafts" in PurePath(place.replace("#", "/")).parts
    )
    return {"usage": "withheld"} if is_draft else {}


def _yaml(written: str) -> Any:
    import yaml

    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(written)):
            raise ValueError("its front matter uses YAML aliases, which are not allowed")
        return yaml.safe_load(written) or {}
    except yaml.YAMLError as error:
        raise ValueError(f"its front matter is not valid YAML: {error}") from error


def _shown(body: str) -> tuple[str | None, str]:
    """The heading at the top, if there is one, and the text after it as a reader sees it."""
    from markdown_it import MarkdownIt

    blocks: list[tuple[str, str]] = []
    tag = ""
    for token in MarkdownIt("commonmark").enable("table").parse(body):
        if token.type.endswith("_open"):
            tag = token.tag
        elif token.type == "inline":
            blocks.append((tag, "".join(_inline(token.children or []))))
        elif token.type in ("fence", "code_block"):
            blocks.append(("", token.content))
    title = blocks.pop(0)[1] if blocks and blocks[0][0] == "h1" else None
    return title, "\n\n".join(text.strip() for _, text in blocks if text.strip())


def _inline(tokens: list[Any]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("text", "code_inline"):
            yield token.content
        elif token.type in ("softbreak", "hardbreak"):
            yield "\n"


FORMAT = Format(
    name="markdown",
    about="Markdown with front matter in YAML or TOML",
    suffixes=(".md", ".markdown"),
    recognised_by="front matter at the beginning",
    read_articles=read_articles,
    recognises=lambda head: _HEAD.match(head) is not None,
    fields=(
        ("id", "`id` of the front matter, else the file name"),
        ("title", "`title` of the front matter, else the heading at the top"),
        ("text", "the visible text of the rest"),
        (
            "usage",
            "`withheld` for drafts: `draft: true`, `published: false`, a `status` such as `draft`, "
            "or the folder `_drafts`",
        ),
        ("all others", "the front matter, under the names below"),
    ),
    is_one_article=True,
)
