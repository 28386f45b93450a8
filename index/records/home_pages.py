"""Which addresses are of a site as a whole, so that they identify no article."""

import re
from urllib.parse import urlsplit

_PATHS = re.compile(r"/?(?:(?:index|default|home)(?:\.\w{1,5})?/?)?", re.IGNORECASE)


def is_home_page(url: str) -> bool:
    """Whether an address has a path that only a site's first page has, and nothing behind it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_whole = not (parts.query or parts.fragment)
    return bool(parts.netloc) and is_whole and _PATHS.fullmatch(parts.path) is not None
