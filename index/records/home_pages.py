"""Which addresses belong to a site as a whole and therefore identify no article."""

import re
from urllib.parse import urlsplit

_PATHS = re.compile(r"/?(?:(?:index|default|home)(?:\.\w{1,5})?/?)?", re.IGNORECASE)


def is_home_page(url: str) -> bool:
    """Whether an address has the path of a site's home page, and nothing after it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_whole = not (parts.query or parts.fragment)
    return bool(parts.netloc) and is_whole and _PATHS.fullmatch(parts.path) is not None
