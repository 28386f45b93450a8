"""WordPress exports (WXR): RSS that also holds what is not published, and what is no article."""

from collections.abc import Mapping
from typing import Any

_NAMESPACE = "http://wordpress.org/export/"
_NO_ARTICLES = frozenset(
    {"attachment", "custom_css", "customize_changeset", "nav_menu_item", "oembed_cache",
     "revision", "user_request"}
)  # fmt: skip
_OF_THE_SITE = ("wp_", "acf-", "elementor_")
"""What the kinds begin with that blocks, templates, styles, forms and plugins have."""


def prefix(namespaces: Mapping[str, str]) -> str | None:
    """The prefix of a WordPress export's own elements; None for other feeds."""
    found = (name for name, uri in namespaces.items() if uri.startswith(_NAMESPACE))
    return next(found, None)


def is_article(entry: Mapping[str, Any], prefix: str | None) -> bool:
    """Whether an entry of a feed is an article, not a menu, a revision or a file.

    The kinds of a site's own (`story`, `recipe`) are articles.
    """
    kind = _value(entry, prefix, "post_type")
    return kind not in _NO_ARTICLES and not kind.startswith(_OF_THE_SITE)


def usage(entry: Mapping[str, Any], prefix: str | None) -> str | None:
    """`withheld` for a post that is not public: a draft, pending, planned, private, in the trash,
    of a status that a plugin made, or behind a password. None for all others.
    """
    if prefix is None:
        return None
    is_public = _value(entry, prefix, "status") in ("", "publish")
    is_open = not _value(entry, prefix, "post_password")
    return None if is_public and is_open else "withheld"


def _value(entry: Mapping[str, Any], prefix: str | None, name: str) -> str:
    return "" if prefix is None else str(entry.get(f"{prefix}_{name}") or "").strip().lower()
