"""The time zone of this machine by its IANA name, so that it can be stored, shown and compared.

Python knows the local offset but not the zone's name; the places asked here are those of POSIX
(`TZ`), systemd and macOS (`/etc/localtime` is a link into the zone database) and Debian.
"""

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UTC_NAME = "UTC"


def find_zone(name: str) -> ZoneInfo | None:
    """The zone of that IANA name; None where the zone database has none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def machine_zone(environ: Mapping[str, str], root: Path = Path("/")) -> str:
    """This machine's zone by name; `UTC` where it does not tell."""
    candidates = (
        environ.get("TZ", "").removeprefix(":"),
        _linked_zone(root / "etc/localtime"),
        _written_zone(root / "etc/timezone"),
    )
    return next((name for name in candidates if name and find_zone(name)), UTC_NAME)


def _linked_zone(path: Path) -> str:
    try:
        parts = path.readlink().parts
    except OSError:
        return ""
    return "/".join(parts[parts.index("zoneinfo") + 1 :]) if "zoneinfo" in parts else ""


def _written_zone(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
