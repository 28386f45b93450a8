"""The files that pages link to: read once, named by their content, cached for a year.

A file's URL changes with its content, so nobody ever gets an old file with a new page.
"""

import functools
import hashlib
from dataclasses import dataclass
from importlib import resources

MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file; `address` is its URL path."""

    address: str
    media_type: str
    content: bytes


@functools.cache
def assets() -> dict[str, Asset]:
    """Return all files by their name in the source."""
    found = {}
    for file in resources.files("api.web").joinpath("static").iterdir():
        stem, dot, ending = file.name.rpartition(".")
        if (media_type := MEDIA_TYPES.get(dot + ending)) is None:
            continue
        content = file.read_bytes()
        mark = hashlib.sha256(content).hexdigest()[:10]
        found[file.name] = Asset(f"/static/{stem}.{mark}.{ending}", media_type, content)
    return found


@functools.cache
def by_address() -> dict[str, Asset]:
    """Return all files by URL path."""
    return {asset.address: asset for asset in assets().values()}
