"""The files that pages link to: read once, named by their content, cached for a year.

A file's URL changes with its content, so nobody ever gets an old file with a new page.
"""

import functools
import hashlib
from dataclasses import dataclass
from importlib import resources, util
from pathlib import Path

MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

SWAGGER_UI = ("swagger-ui.css", "swagger-ui-bundle.js")
"""The files of the package fastapi_offline that are used."""

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
        if Path(file.name).suffix in MEDIA_TYPES:
            found[file.name] = _asset("/static", file.name, file.read_bytes())
    return found


def _asset(folder: str, name: str, content: bytes) -> Asset:
    path = Path(name)
    mark = hashlib.sha256(content).hexdigest()[:10]
    address = f"{folder}/{path.stem}.{mark}{path.suffix}"
    return Asset(address, MEDIA_TYPES[path.suffix], content)


@functools.cache
def reference_files() -> dict[str, Asset]:
    """Return the files of Swagger UI by name; nothing of the package that has them is run."""
    spec = util.find_spec("fastapi_offline")
    assert spec is not None, "a dependency of newsearch"
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "static"
    return {name: _asset("/docs", name, (folder / name).read_bytes()) for name in SWAGGER_UI}


@functools.cache
def by_address() -> dict[str, Asset]:
    """Return all files by URL path."""
    return {asset.address: asset for asset in assets().values()}
