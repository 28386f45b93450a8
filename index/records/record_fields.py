"""The fields of one record, read and checked: strings, lines, numbers, dates.

Every method raises RecordError with the record's place and the field. A null or blank field counts
as absent.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import tzinfo
from typing import Any, TypeGuard, TypeVar

from index.dates.dates import in_zone
from index.dates.shapes import NoDate, number_date
from index.dates.written_dates import read_date
from index.dates.zone_names import UncertainZone
from index.domain import DateOrigin, NewsDate, RecordNote
from index.errors import RecordError
from index.records.source_zones import NO_ORDERS, SourceOrders, SourceZones
from index.text.clean_text import clean_line

MAX_NAME_CHARS = 500
"""The limit for a source, a section, an author, a place or an agency."""

_MAX_DIGITS = 18
_NAMES = ("name", "value", "#text", "$t", "_", "rendered", "title", "label", "display_name", "$oid")
"""Under which JSON from XML, from databases and from APIs has the name of an object."""

_LEFT_OUT = "; the field is left out"

_T = TypeVar("_T")


class RecordFields:
    """`place` (`file:line`) is used in errors; `zones` and `orders` are those of sources' dates."""

    def __init__(
        self,
        fields: Mapping[str, Any],
        place: str,
        zones: SourceZones,
        orders: SourceOrders = NO_ORDERS,
    ) -> None:
        # NaN and infinity mean that a table has no value there.
        self.fields = {name: value for name, value in fields.items() if not _is_no_value(value)}
        self.place = place
        self._zones = zones
        self._orders = orders
        self.notes: list[RecordNote] = []
        self.written_in = ""
        """The language of the record as a BCP 47 tag, with its region if given."""

    def error(self, why: str) -> RecordError:
        """Why the record cannot become an article."""
        return RecordError(self.place, why)

    def optional(self, read: Callable[[], _T], missing: _T) -> _T:
        """What `read` returns; `missing` if that raises RecordError, which is noted."""
        try:
            return read()
        except RecordError as error:
            self.note(error.why + _LEFT_OUT)
            return missing

    def optional_line(self, name: str, limit: int = MAX_NAME_CHARS) -> str | None:
        """A clean string on one line; what is not one is left out and noted."""
        if self.fields.get(name) is None:
            return None
        return self.optional(lambda: self.line(name, limit), None)

    def optional_date(self, name: str) -> NewsDate | None:
        """A date; what cannot be read is left out and noted."""
        if self.fields.get(name) is None:
            return None
        return self.optional(lambda: self.date(name), None)

    def note(self, what: str) -> None:
        """Report what was assumed or left out; the record becomes an article all the same."""
        self.notes.append(RecordNote(self.place, what))

    def string(self, name: str, limit: int) -> str | None:
        """A string of at most `limit` characters, unchanged; an id and a title may be a number."""
        value = named(self.fields.get(name))
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
        if value is None:
            return None
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
        """A date: a string, a number as `number_date` reads it, or a `NewsDate`.

        A time without a zone gets the zone of its source, if known; one whose zone has a name that
        is not certain keeps none, which is noted. `name` + "_origin" may say where it was found,
        and if `assumed_zones` lists it, its zone was assumed.
        """
        zone = self._zones.zone_of(self.fields)
        try:
            date = self._given_date(name, zone)
        except NoDate:
            return None
        except UncertainZone as error:
            self.note(f'"{name}": {error}')
            return self._as_it_came(name, error.date)
        except ValueError as error:
            raise self.error(f'"{name}": {error}') from error
        if date is None:
            return None
        return self._as_it_came(name, date if zone is None else in_zone(date, zone))

    def _given_date(self, name: str, zone: tzinfo | None) -> NewsDate | None:
        value = self.fields.get(name)
        if isinstance(value, Mapping) and "$date" in value:  # MongoDB's extended JSON
            value = value["$date"]
            value = value.get("$numberLong") if isinstance(value, Mapping) else value
        if isinstance(value, NewsDate):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return number_date(value)
        line = clean_line(value) if isinstance(value, str) else self.line(name)
        if not line:
            return None
        order = self._orders.order_of(self.fields)
        return read_date(line, self.written_in, zone=zone, order=order)

    def _as_it_came(self, name: str, date: NewsDate) -> NewsDate:
        """Add what the record says about a date: its origin, and whether its zone was assumed."""
        origin = self.fields.get(f"{name}_origin")
        if isinstance(origin, str) and origin in set(DateOrigin):
            date = replace(date, origin=DateOrigin(origin))
        assumed = self.fields.get("assumed_zones")
        if isinstance(assumed, list | tuple) and name in assumed and date.is_zoned:
            date = replace(date, is_zone_assumed=True)
        return date


def named(value: object) -> object:
    """The name of an object (`{"name": "VPA"}`, `[{"name": "VPA"}, …]`); other values unchanged."""
    if value is None or isinstance(value, str):  # most values; the checks below are slow
        return value
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        found = named(value[0])
        return value if isinstance(found, Mapping) else found
    if isinstance(value, Mapping):
        names = (value.get(key) for key in _NAMES)
        return next((name for name in names if isinstance(name, str) and name.strip()), value)
    return value


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
