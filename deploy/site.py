"""A hook of mkdocs: pages beside `docs/` become part of the site, and links lead where it has them.

A link to anything that the site does not have, such as a file of the code, becomes plain text.
"""

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
PROJECT = {
    "README.md": "index.md",
    **{
        name: f"project/{name}"
        for name in ("ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
    },
}
"""Pages beside `docs/`, and where they are on the site."""

_SOURCES = {place: name for name, place in PROJECT.items()}
_LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<path>[^)#\s:]+)(?P<anchor>#[^)\s]*)?\)")
_IMAGE = re.compile(r'(<img src=")([^"]+)(")')


def on_files(files: Files, config: Any) -> Files:
    """Add the pages beside `docs/`."""
    for name, place in PROJECT.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, place, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Make the links of a page those of the site."""
    here = page.file.src_uri
    source = _SOURCES.get(here, f"docs/{here}")

    def linked(match: re.Match[str]) -> str:
        target = _on_site(source, match["path"], files)
        if target is None:
            return match["text"]
        path = posixpath.relpath(target, posixpath.dirname(here) or ".")
        return f"{match['image']}[{match['text']}]({path}{match['anchor'] or ''})"

    def shown(match: re.Match[str]) -> str:
        target = _on_site(source, match[2], files)
        return match[0] if target is None else f"{match[1]}{target}{match[3]}"

    return _IMAGE.sub(shown, _LINK.sub(linked, markdown))


def _on_site(source: str, path: str, files: Files) -> str | None:
    """Return where a file is on the site, given as a link from a page; None if it is not there."""
    wanted = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
    place = PROJECT.get(wanted, wanted.removeprefix("docs/"))
    return place if files.get_file_from_path(place) is not None else None
