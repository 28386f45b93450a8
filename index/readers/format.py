"""What a format is: how it is recognised and read, and what docs/formats.md says about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from index.domain import Article
from index.errors import RecordError
from index.readers.options import ReadOptions
from index.readers.source import InputFile

Record = Article | RecordError


def never(_head: bytes) -> bool:
    """For formats that can be recognised only by suffix."""
    return False


def never_with_another(_source: InputFile) -> bool:
    """For formats whose files stand alone."""
    return False


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    `recognises` decides by the first bytes, with certainty; if no format does, `suffixes` decide.
    `fields` pairs each field of an article with its origin. `is_one_article`: a file is one
    article, and its name is the id if the format provides none. `extra` is the extra to install.
    `is_read_with_another`: whether a file found in a folder is read along with another file there.
    """

    name: str
    about: str
    suffixes: tuple[str, ...]
    recognised_by: str
    read_articles: Callable[[InputFile, ReadOptions], Iterator[Record]]
    recognises: Callable[[bytes], bool] = never
    fields: tuple[tuple[str, str], ...] = ()
    is_one_article: bool = False
    extra: str | None = None
    is_found_in_folders: bool = True
    is_read_with_another: Callable[[InputFile], bool] = never_with_another


def missing_extra(place: str, extra: str) -> RecordError:
    """The message if the library of a format is not installed."""
    return RecordError(place, f"this format needs an extra: pip install 'newsearch[{extra}]'")
