"""The time zones in which sources write dates that do not state one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

EVERY_SOURCE = "*"


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
        if not self.zones:
            return None
        folded = {name.casefold(): zone for name, zone in self.zones.items()}
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
