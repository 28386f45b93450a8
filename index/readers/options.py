"""Options for reading, the same for every format."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from index.errors import SettingsError
from index.readers.file_names import DateInName
from index.records.news_fields import NAMES
from index.records.normalise import Detect
from index.records.source_zones import NO_ORDERS, NO_ZONES, SourceOrders, SourceZones
from index.text.language import detect

MAPPED = (
    "id", "title", "text", "lang", "date", "source", "section", "authors", "url", "place", "agency",
    *NAMES,
)  # fmt: skip
"""The fields that a record can have."""


def _none_known(_paths: Sequence[str]) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What reading needs to know.

    `fallback_encoding` is for text that is not UTF-8; without it, such text is an error.

    `zones` are the time zones of sources that do not state theirs, `orders` the orders of day and
    month in their dates. `keeps_markup` leaves
    HTML in the fields of JSON and tables as it is. `mapping` says what fields are
    called in records (field → name), `table` which table of a database to read, `format` the format
    of all files, whatever they look like. `stdin` replaces standard input. `ids_of_files` knows
    the ids of files read before (`Archive.ids_of_files`). `headlines` accepts records that have a
    title and no text. `fixed` are the fields of records that lack them, `date_in_name` finds their
    date in the name of their file. Raises SettingsError for an unknown
    encoding or field.
    """

    detect: Detect = detect
    fallback_encoding: str | None = None
    zones: SourceZones = NO_ZONES
    orders: SourceOrders = NO_ORDERS
    mapping: Mapping[str, str] = field(default_factory=dict)
    keeps_markup: bool = False
    table: str | None = None
    format: str | None = None
    stdin: BinaryIO | None = None
    ids_of_files: Callable[[Sequence[str]], Mapping[str, str]] = _none_known
    headlines: bool = False
    fixed: Mapping[str, str] = field(default_factory=dict)
    date_in_name: DateInName | None = None

    def __post_init__(self) -> None:
        """Check the options at the start of a long run instead of failing in the middle."""
        for name in (*self.mapping, *self.fixed):
            if name not in MAPPED:
                raise SettingsError(f"there is no field called {name!r}; {', '.join(MAPPED)} are")
        if self.fallback_encoding is None:
            return
        try:
            b" ".decode(self.fallback_encoding, "ignore")
        except LookupError as error:
            raise SettingsError(
                f"there is no text encoding called {self.fallback_encoding!r}; "
                "give one that Python knows, such as cp1252 or latin-1"
            ) from error


def completed(fields: dict[str, Any], options: ReadOptions) -> dict[str, Any]:
    """The fields of a record, with those that it lacks and that are the same for all."""
    lacking = {name: value for name, value in options.fixed.items() if _is_blank(fields.get(name))}
    return {**fields, **lacking} if lacking else fields


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str | list) and not value)
