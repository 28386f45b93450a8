"""The picture of an article, kept as `metadata.image`: its address, its caption, its credit."""

from typing import Any
from urllib.parse import urljoin

_MEDIA = {"picture": "picture", "photo": "picture", "image": "picture", "video": "video"}
MAX_CHARS = 2_000


def image(
    url: object, caption: object = None, credit: object = None, *, base: str | None = None
) -> dict[str, str] | None:
    """A picture by its address, resolved against `base`; None without an http(s) address."""
    if not isinstance(url, str) or not url.strip():
        return None
    try:
        address = urljoin(base or "", url.strip())
    except ValueError:
        return None
    if not address.startswith(("http://", "https://")) or len(address) > MAX_CHARS:
        return None
    parts = {"url": address, "caption": _line(caption), "credit": _line(credit)}
    return {name: value for name, value in parts.items() if value}


def media_kind(term: object) -> str | None:
    """`picture` or `video`, from a standard's term (`picture`, `ninat:picture`); None for text."""
    if not isinstance(term, str):
        return None
    return _MEDIA.get(term.rstrip("/").replace("/", ":").rpartition(":")[2].lower())


def given(**fields: Any) -> dict[str, Any]:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value}


def _line(text: object) -> str:
    return " ".join(text.split())[:MAX_CHARS] if isinstance(text, str) else ""
