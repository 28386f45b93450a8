"""The static site of the docs: built with links checked; it asks no other server for anything."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, as `make site` builds it; a link that leads nowhere is an error."""
    if importlib.util.find_spec("material") is None:
        assert "CI" not in os.environ, "CI installs mkdocs-material"
        pytest.skip("mkdocs-material is not installed (pip install 'newsearch[dev]')")
    built = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(built)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return built


def test_every_page_is_there_and_can_be_searched(site: Path) -> None:
    pages = {path.relative_to(ROOT / "docs") for path in (ROOT / "docs").rglob("*.md")}
    for page in pages:
        assert (site / page.with_suffix("") / "index.html").is_file(), page
    assert (site / "project" / "SECURITY" / "index.html").is_file()
    found = (site / "search" / "search_index.json").read_text(encoding="utf-8")
    assert "newsearch keys add" in found
    assert 'data-md-color-scheme="slate"' in (site / "index.html").read_text(encoding="utf-8")


def test_no_page_asks_another_server_for_anything(site: Path) -> None:
    loaded = re.compile(r'<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)="(?:https?:)?//')
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert loaded.findall(text.replace('rel="canonical"', "")) == [], path
    for path in site.rglob("*.css"):
        assert not re.search(r"url\(\s*[\"']?(?:https?:)?//", path.read_text(encoding="utf-8")), (
            path
        )


def test_links_lead_to_pages_and_not_to_files(site: Path) -> None:
    links = re.compile(r'href="([^"#:]+\.md)[#"]')
    for path in site.rglob("*.html"):
        assert links.findall(path.read_text(encoding="utf-8")) == [], path
