"""Every kind of page against WCAG 2.2 AA (axe-core), in light and dark, and at three widths."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PAGES = (
    "/",
    "/?q=bridge&why=oster-bridge-collapse&source=Velmar+Standard&from=2025-01&normalise=true",
    "/?q=zeppelin&mode=keyword&lang=de",
    "/?q=tittle:bridge",
    "/?lang=ar",
    "/articles/oster-bridge-collapse?q=bridge+collapse",
    "/articles/arabic",
    "/articles/nothing",
    "/stories",
    "/trends?q=strike&q=bridge",
    "/status",
    "/help",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(new_context: Callable[..., BrowserContext], scheme: str) -> None:
    found = []
    with new_context(color_scheme=scheme) as context:
        page = context.new_page()
        for path in PAGES:
            page.goto(path)
            results = Axe().run(page, options=RULES)
            found += [
                f"{path}: {violation['id']}: {node['html']}: {node['failureSummary']}"
                for violation in results.response["violations"]
                for node in violation["nodes"]
            ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [320, 390, 1024, 1920])
def test_no_page_is_wider_than_the_screen(
    new_context: Callable[..., BrowserContext], width: int
) -> None:
    with new_context(viewport={"width": width, "height": 844}) as context:
        page = context.new_page()
        for path in PAGES:
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
