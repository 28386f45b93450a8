"""The fields of one record, read and checked: strings, lines, numbers, dates.

Every method raises RecordError with the record's place and the field. A null or blank field counts
as absent.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeGuard

from index.dates.dates import epoch_date, in_zone
from index.dates.written_dates import read_date
from index.domain import DateOrigin, NewsDate, RecordNote
from index.errors import RecordError
from index.records.source_zones import SourceZones
from index.text.clean_text import clean_line

MAX_NAME_CHARS = 500
"""The limit for a source, a section, an author, a place or an agency."""

_MAX_DIGITS = 18


class RecordFields:
    """`place` (`file:line`) is used in errors; `zones` are the time zones of sources."""

    def __init__(self, fields: Mapping[str, Any], place: str, zones: SourceZones) -> None:
        # NaN and infinity mean that a table has no value there.
        self.fields = {name: value for name, value in fields.items() if not _is_no_value(value)}
        self._place = place
        self._zones = zones
        self.notes: list[RecordNote] = []
        self.written_in = ""
        """The language of the record as a BCP 47 tag, with its region if given."""

    def error(self, why: str) -> RecordError:
        """Why the record cannot become an article."""
        return RecordError(self._place, why)

    def note(self, what: str) -> None:
        """Report what was assumed or left out; the record becomes an article all the same."""
        self.notes.append(RecordNote(self._place, what))

    def string(self, name: str, limit: int) -> str | None:
        """A string of at most `limit` characters, unchanged; an id and a title may be a number."""
        value = self.fields.get(name)
        if name in ("id", "title") and is_number(value):
            value = _digits(value)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.error(f'"{name}" must be a string, not {type_name(value)}')
        if len(value) > limit:
            raise self.error(f'"{name}" has {len(value):,} characters; at most {limit:,} fit')
        return value

    def line(self, name: str, limit: int = MAX_NAME_CHARS) -> str | None:
        """A clean string on one line."""
        value = self.string(name, limit)
        return clean_line(value) or None if value is not None else None

    def number(self, name: str) -> int | None:
        """A whole number, not negative, or its digits."""
        value = self.fields.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            digits = str(value)
        else:
            digits = self.line(name) or ""
        if not digits:
            return None
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _MAX_DIGITS):
            raise self.error(f'"{name}" must be a whole number, not {digits[:40]!r}')
        return int(digits)

    def date(self, name: str) -> NewsDate | None:
        """A date: a string, seconds or milliseconds since 1970, or a `NewsDate`.

        A time without a zone gets the zone of its source, if known. `name` + "_origin" may say
        where it was found, and if `assumed_zones` lists it, its zone was assumed.
        """
        value = self.fields.get(name)
        try:
            if isinstance(value, NewsDate):
                date = value
            elif isinstance(value, int | float) and not isinstance(value, bool):
                date = epoch_date(value)
            elif (line := self.line(name)) is not None:
                date = read_date(line, self.written_in)
            else:
                return None
        except ValueError as error:
            raise self.error(f'"{name}": {error}') from error
        zone = self._zones.zone_of(self.fields)
        date = date if zone is None else in_zone(date, zone)
        return self._as_it_came(name, date)

    def _as_it_came(self, name: str, date: NewsDate) -> NewsDate:
        """Add what the record says about a date: its origin, and whether its zone was assumed."""
        origin = self.fields.get(f"{name}_origin")
        if isinstance(origin, str) and origin in set(DateOrigin):
            date = replace(date, origin=DateOrigin(origin))
        assumed = self.fields.get("assumed_zones")
        if isinstance(assumed, list | tuple) and name in assumed and date.is_zoned:
            date = replace(date, is_zone_assumed=True)
        return date


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a JSON value is a number of a usual size."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return bool(abs(value) < 10**_MAX_DIGITS)


def _digits(number: float) -> str:
    """A number as text: 7 for 7.0, since a column with gaps has its whole numbers as floats."""
    return str(int(number)) if float(number).is_integer() else str(number)


def _is_no_value(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def type_name(value: object) -> str:
    """A JSON type in words."""
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list"}
    return names.get(type(value), "an object" if isinstance(value, Mapping) else "this")
