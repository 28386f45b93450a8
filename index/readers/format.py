"""What a format is: how it is told from others, how it is read, and what docs/formats.md says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from index.domain import Article
from index.errors import RecordError
from index.readers.options import ReadOptions
from index.readers.source import InputFile

Record = Article | RecordError


def never(_head: bytes) -> bool:
    """For formats that only their suffix tells."""
    return False


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    `recognises` looks at the first bytes and is sure; `suffixes` decide where no format is.
    `fields` pairs an article's field with where it comes from. `is_one_article`: a file is one
    article, and has its name for an id where the format gives none. `extra` is what to install.
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


def missing_extra(place: str, extra: str) -> RecordError:
    """What to say where the library of a format is not installed."""
    return RecordError(place, f"this format needs more: pip install 'newsearch[{extra}]'")
