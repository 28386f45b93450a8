"""All formats, and which one a file has: by content first, by suffix second."""

from dataclasses import replace
from pathlib import PurePosixPath

from index.errors import RecordError
from index.readers import (
    alto,
    anpa1312,
    arrow,
    csv_file,
    docx,
    elasticsearch,
    feed_file,
    followthemoney,
    hocr,
    html,
    iptc7901,
    json_file,
    jsonl,
    mail,
    markdown,
    mets,
    newsml,
    newsml1,
    nitf,
    odt,
    ole,
    page_xml,
    pdf,
    plain_text,
    rtf,
    sqlite_table,
    transcript,
    warc,
    wordpress_export,
)
from index.readers.containers import without_packing
from index.readers.format import Format
from index.readers.safe_xml import is_declared_xml, root_name
from index.readers.source import InputFile
from index.text.decoding import refuse_binary

FORMATS: tuple[Format, ...] = (
    plain_text.FORMAT,
    markdown.FORMAT,
    hocr.FORMAT,
    html.FORMAT,
    elasticsearch.FORMAT,
    followthemoney.FORMAT,
    jsonl.FORMAT,
    json_file.FORMAT,
    json_file.NINJS,
    csv_file.FORMAT,
    arrow.PARQUET,
    arrow.ARROW,
    wordpress_export.FORMAT,
    feed_file.FEED,
    feed_file.JSON_FEED,
    feed_file.SITEMAP,
    warc.FORMAT,
    newsml.FORMAT,
    newsml1.FORMAT,
    nitf.FORMAT,
    mets.FORMAT,
    replace(page_xml.FORMAT, is_read_with_another=mets.is_page_of_issue),
    replace(alto.FORMAT, is_read_with_another=mets.is_page_of_issue),
    iptc7901.FORMAT,
    anpa1312.FORMAT,
    mail.MBOX,
    mail.EML,
    pdf.FORMAT,
    odt.FORMAT,
    docx.FORMAT,
    rtf.FORMAT,
    ole.FORMAT,
    transcript.WEBVTT,
    transcript.SRT,
    sqlite_table.FORMAT,
)
BY_NAME = {one.name: one for one in FORMATS}
BY_SUFFIX = {suffix: one for one in FORMATS for suffix in one.suffixes}

FOLDER_SUFFIXES = frozenset(
    suffix for suffix, one in BY_SUFFIX.items() if one.is_found_in_folders
) | {".xml"}
"""The suffixes read in folders, compressed or not. XML formats are recognised by their root."""


def suffix_of(name: str) -> str:
    """The suffix that identifies the format: `.jsonl` for `a.jsonl.gz`."""
    return PurePosixPath(without_packing(name)).suffix.lower()


def is_read(name: str) -> bool:
    """Whether a file in a folder or an archive has a format that is read, compressed or not."""
    is_archive = PurePosixPath(name).suffix.lower() == ".zip"
    return is_archive or suffix_of(name) in FOLDER_SUFFIXES


def format_of(source: InputFile, forced: str | None = None) -> Format:
    """The format of a file. Raises RecordError if no format is recognised."""
    if forced is not None:
        return BY_NAME[forced]
    head = source.peek()
    for one in FORMATS:
        if one.recognises(head):
            return one
    by_suffix = BY_SUFFIX.get(suffix_of(source.name))
    if by_suffix is json_file.FORMAT or (by_suffix is None and json_file.is_json(head)):
        # Many .json files really have one object per line.
        return jsonl.FORMAT if json_file.is_json_lines(head) else json_file.FORMAT
    if by_suffix in (None, plain_text.FORMAT):
        _refuse_xml(source, head)
    if by_suffix is not None:
        return by_suffix
    try:
        refuse_binary(head)
    except ValueError as error:
        raise RecordError(
            source.place, "its format is not recognised; name one with --format"
        ) from error
    return plain_text.FORMAT


def _refuse_xml(source: InputFile, head: bytes) -> None:
    """Raise RecordError for XML that no format recognises: its tags are not text."""
    if is_declared_xml(head) or suffix_of(source.name) == ".xml":
        root = root_name(head)
        what = (
            f"XML with the root {root} is not read" if root else "no root element was found in it"
        )
        raise RecordError(
            source.place, f"{what}; convert it, or name the format with --format if it is another"
        )
