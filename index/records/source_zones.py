"""What the settings say about the dates of sources: their time zones, and the order of numbers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

EVERY_SOURCE = "*"

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class SourceZones:
    """Zones by the name of a source or provider, by host (`example.org` covers all its subdomains),
    or for every source (`*`). Names are compared without case.
    """

    zones: Mapping[str, ZoneInfo] = field(default_factory=dict)

    def __str__(self) -> str:
        """As JSON."""
        return json.dumps({name: str(zone) for name, zone in self.zones.items()})

    def zone_of(self, fields: Mapping[str, Any]) -> ZoneInfo | None:
        """The zone for a record with these fields, or None if unknown."""
        return _of(self.zones, fields)


@dataclass(frozen=True, slots=True)
class SourceOrders:
    """The order of day, month and year in numeric dates (`DMY`, `MDY`, `YMD`), by source, like
    `SourceZones`.
    """

    orders: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """As JSON."""
        return json.dumps(dict(self.orders))

    def order_of(self, fields: Mapping[str, Any]) -> str | None:
        """The order for a record with these fields, or None if unknown."""
        return _of(self.orders, fields)


def _of(values: Mapping[str, _T], fields: Mapping[str, Any]) -> _T | None:
    if not values:
        return None
    folded = {name.casefold(): value for name, value in values.items()}
    return next((folded[name] for name in _names(fields) if name in folded), None)


def _names(fields: Mapping[str, Any]) -> list[str]:
    named = [fields.get("source"), fields.get("provider")]
    names = [name.strip().casefold() for name in named if isinstance(name, str)]
    labels = _host(fields.get("url")).split(".")
    names += [".".join(labels[start:]) for start in range(len(labels))]
    return [*names, EVERY_SOURCE]


def _host(url: object) -> str:
    try:
        return (urlsplit(url).hostname or "") if isinstance(url, str) else ""
    except ValueError:
        return ""


NO_ZONES = SourceZones()
NO_ORDERS = SourceOrders()
