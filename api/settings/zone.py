"""Find this machine's time zone by its IANA name, so that it can be stored and compared.

Python knows the local offset but not the zone's name; the places searched here are those of POSIX
(`TZ`), systemd and macOS (`/etc/localtime` is a link into the zone database) and Debian.
"""

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UTC_NAME = "UTC"


def find_zone(name: str) -> ZoneInfo | None:
    """Return the zone with this IANA name; None if the zone database lacks it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def machine_zone(environ: Mapping[str, str], root: Path = Path("/")) -> str:
    """Return the name of this machine's zone; `UTC` if it is unknown."""
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
