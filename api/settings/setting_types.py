"""Readers that turn a string or a TOML value into the value of a setting.

Each function returns the value or raises ValueError saying what is expected.
"""

import codecs
import ipaddress
import json
import re
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from api.logging.logs import LogFormat
from api.settings.nearest import did_you_mean
from api.settings.zone import find_zone
from index.dates.written_dates import ORDERS
from index.domain import InferencePrecision
from index.outbound.addresses import AddressPolicy
from index.records.source_zones import SourceOrders, SourceZones
from index.text.decoding import codec_of

MAX_PORT = 65535
_PASSWORD = re.compile(r"(://[^:/@]*):[^@]*@")


def text(value: object) -> str:
    """Read any text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("expected text that is not empty")
    return value.strip()


def text_or_none(value: object) -> str:
    """Read any text; empty means not set."""
    return "" if value == "" else text(value)


def archive_address(value: object) -> str:
    """Read the address of a PostgreSQL database; empty for none."""
    address = text_or_none(value)
    if address and not address.startswith(("postgresql://", "postgres://")):
        raise ValueError("expected postgresql://USER@HOST/DATABASE, or empty for a SQLite file")
    return address


def without_password(value: object) -> object:
    """Return an address without its password, to be shown."""
    return _PASSWORD.sub(r"\1:…@", value) if isinstance(value, str) else value


def hidden(value: object) -> str:
    """Return whether there is a secret, without showing it."""
    return "…" if value else ""


class Backend(StrEnum):
    """Where the index is stored."""

    LOCAL = "local"
    MILVUS = "milvus"


def backend(value: object) -> Backend:
    """Read the name of a backend."""
    try:
        return Backend(text(value))
    except ValueError as error:
        raise ValueError(f"expected one of {', '.join(Backend)}") from error


class WordEngine(StrEnum):
    """What answers queries by words on a local index."""

    ARRAYS = "arrays"
    WHOOSH = "whoosh"


def word_engine(value: object) -> WordEngine:
    """Read the name of an engine."""
    try:
        return WordEngine(text(value))
    except ValueError as error:
        raise ValueError(f"expected one of {', '.join(WordEngine)}") from error


def inference_precision(value: object) -> InferencePrecision:
    """Read the number format that a model computes in."""
    try:
        return InferencePrecision(text(value))
    except ValueError as error:
        raise ValueError(f"expected one of {', '.join(InferencePrecision)}") from error


def log_format(value: object) -> LogFormat:
    """Read how log records are written."""
    try:
        return LogFormat(text(value))
    except ValueError as error:
        raise ValueError(f"expected one of {', '.join(LogFormat)}") from error


def identifier(value: object) -> str:
    """Read a name of letters, digits and underscores that begins with a letter."""
    name = text(value)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,99}", name):
        raise ValueError("expected letters, digits and underscores, beginning with a letter")
    return name


def folder(value: object) -> Path:
    """Read a path, made absolute so that it stays valid when the working directory changes."""
    path = value if isinstance(value, Path) else Path(text(value))
    return path.expanduser().absolute()


def zone(value: object) -> ZoneInfo:
    """Read a time zone by its IANA name."""
    name = text(value)
    found = find_zone(name)
    if found is None:
        raise ValueError("expected the name of a time zone, such as Europe/Berlin or UTC")
    return found


def source_zones(value: object) -> SourceZones:
    """Read time zones by source: a TOML table or a JSON object."""
    try:
        zones = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        zones = None
    if not isinstance(zones, dict):
        raise ValueError('expected time zones by source, such as {"Courier": "Europe/London"}')
    return SourceZones({str(name): _zone_for(name, named) for name, named in zones.items()})


def date_orders(value: object) -> SourceOrders:
    """Read orders of day, month and year by source: a TOML table or a JSON object."""
    try:
        orders = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        orders = None
    if not isinstance(orders, dict):
        raise ValueError('expected orders of dates by source, such as {"Courier": "MDY"}')
    named = {str(name): str(order).upper() for name, order in orders.items()}
    for name, order in named.items():
        if order not in ORDERS:
            raise ValueError(f"{order!r} for {name!r}: expected {', '.join(ORDERS)}")
    return SourceOrders(named)


def _zone_for(source: object, named: object) -> ZoneInfo:
    try:
        return zone(named)
    except ValueError as error:
        raise ValueError(f"{named!r} for {source!r}: {error}") from error


def field_map(value: object) -> dict[str, str]:
    """Read fields and their names in records: `title=headline,text=body`, or a table."""
    if isinstance(value, str):
        pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
        value = {name.strip(): other.strip() for name, _, other in pairs}
    if not isinstance(value, dict) or not all(
        isinstance(other, str) and name and other for name, other in value.items()
    ):
        raise ValueError(
            "expected fields and their names in records, such as title=headline,text=body"
        )
    return value


def field_map_text(value: object) -> object:
    """Return a field map as it is written on the command line; any other value unchanged."""
    if not isinstance(value, dict):
        return value
    return ",".join(f"{field}={name}" for field, name in value.items())


def text_encoding(value: object) -> str:
    """Read a character encoding that Python knows, by its usual name; empty for none."""
    if value == "":
        return ""
    try:
        # Refuses codecs that do not encode text; `lookup` does not.
        b" ".decode(text(value), "ignore")
        return codecs.lookup(text(value)).name
    except LookupError as error:
        if codec := codec_of(text(value)):
            return codec  # a label that browsers know and Python does not
        known = ("utf-8", "cp1252", "iso-8859-1", "iso-8859-15", "mac-roman", "utf-16")
        raise ValueError(
            f"unknown character encoding; {did_you_mean(str(value), known)}"
        ) from error


def boolean(value: object) -> bool:
    """Read true or false."""
    known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    found = value if isinstance(value, bool) else known.get(str(value).strip().lower())
    if found is None:
        raise ValueError("expected true or false")
    return found


def positive_int(value: object) -> int:
    """Read a whole number of at least 1."""
    number = _whole(value)
    if number < 1:
        raise ValueError("expected a whole number of at least 1")
    return number


def port(value: object) -> int:
    """Read a TCP port; 0 asks the system for a free one."""
    number = _whole(value)
    if not 0 <= number <= MAX_PORT:
        raise ValueError(f"expected a port from 0 to {MAX_PORT}")
    return number


def rate(value: object) -> float:
    """Read a rate per second; 0 means no limit."""
    return _duration(value, "a number", 1_000_000)


def seconds(value: object) -> float:
    """Read a duration of 0 to 3600 seconds."""
    return _duration(value, "seconds", 3600)


def lease(value: object) -> float:
    """Read a duration of 1 to 3600 seconds."""
    number = seconds(value)
    if number < 1:
        raise ValueError("expected a number of seconds from 1 to 3600")
    return number


def hours(value: object) -> float:
    """Read a duration of up to a year, in hours."""
    return _duration(value, "hours", 8760)


def days(value: object) -> float:
    """Read a duration of up to ten years, in days."""
    return _duration(value, "days", 3650)


def _duration(value: object, unit: str, most: int) -> float:
    try:
        number = float(value) if isinstance(value, str | int | float) else float("nan")
    except ValueError:
        number = float("nan")
    if isinstance(value, bool) or not 0 <= number <= most:
        raise ValueError(f"expected {unit} from 0 to {most}")
    return number


def host_names(value: object) -> tuple[str, ...]:
    """Read host names without ports: a list, or one text separated by commas."""
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(one, str) for one in names):
        raise ValueError("expected host names separated by commas")
    stripped = tuple(name.strip() for name in names if name.strip())
    if not all(re.fullmatch(r"[\w-]+(\.[\w-]+)*", name) for name in stripped):
        raise ValueError("expected host names without ports, such as 'news.example'")
    return stripped


def hosts(value: object) -> tuple[str, ...]:
    """Read host names, addresses and networks: a list, or one text separated by commas."""
    entries = value.split(",") if isinstance(value, str) else value
    if not isinstance(entries, list | tuple) or not all(isinstance(one, str) for one in entries):
        raise ValueError("expected host names, addresses or networks separated by commas")
    stripped = tuple(entry.strip() for entry in entries if entry.strip())
    AddressPolicy.parse(stripped)
    return stripped


def origins(value: object) -> tuple[str, ...]:
    """Read origins of web pages: a list, or one text separated by commas."""
    entries = value.split(",") if isinstance(value, str) else value
    if not isinstance(entries, list | tuple) or not all(isinstance(one, str) for one in entries):
        raise ValueError("expected origins separated by commas")
    stripped = tuple(entry.strip().rstrip("/") for entry in entries if entry.strip())
    if not all(
        re.fullmatch(r"https?://[\w.-]+(:\d+)?|https?://\[[\da-f:]+\](:\d+)?", one)
        for one in stripped
    ):
        raise ValueError("expected origins such as 'https://desk.example', without a path")
    return stripped


def networks(value: object) -> tuple[str, ...]:
    """Read addresses and networks: a list, or one text separated by commas."""
    entries = value.split(",") if isinstance(value, str) else value
    if not isinstance(entries, list | tuple) or not all(isinstance(one, str) for one in entries):
        raise ValueError("expected addresses and networks separated by commas")
    stripped = tuple(entry.strip() for entry in entries if entry.strip())
    for entry in stripped:
        try:
            ipaddress.ip_network(entry)
        except ValueError as error:
            raise ValueError(
                f"expected addresses and networks, such as 127.0.0.1 or 10.0.0.0/8: {error}"
            ) from error
    return stripped


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("expected a whole number")
    try:
        return int(value)
    except ValueError as error:
        raise ValueError("expected a whole number") from error
