"""A server with the sample corpus, and the machine's Chromium in front of it.

In CI a missing browser fails; elsewhere it skips, and says why.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from live_server import live
from newsrooms import articles_of, service_in
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from waiting import PATIENCE_S

from api.service.service import Service

SAMPLE = Path(__file__).parents[2] / "seeds" / "sample" / "articles.jsonl"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

HOSTILE = {
    "id": "hostile",
    "title": "<script>document.title = 'taken'</script> sails at dawn",
    "text": 'A hostilefrigate with <img src=x onerror="document.title=1"> aboard.',
    "lang": "en",
    "date": "2025-05-05T10:00:00+02:00",
    "source": "<b>Bold</b> Gazette",
}
ARABIC = {
    "id": "arabic",
    "title": "العبارة الليلية تعود إلى ميناء Port Ellery",
    "text": "غادرت العبارة الليلية الميناء في العاشرة مساء بعد غياب عام كامل.",
    "lang": "ar",
    "date": "2025-03-04T23:30:00-08:00",
    "source": "Velmar Standard",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The sample corpus and a few articles of our own."""
    with service_in(tmp_path_factory.mktemp("data"), keep_markup=True) as service:
        lines = SAMPLE.read_text(encoding="utf-8").splitlines()
        records = [*map(json.loads, lines), HOSTILE, ARABIC]
        service.archive.put(articles_of(service, records))
        service.upkeep.sync()
        yield service


@pytest.fixture(scope="module")
def address(service: Service) -> Iterator[str]:
    """Where a real server answers over them."""
    with live(service) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's Chromium.

    Not for the whole session: Playwright keeps an event loop running in the main thread, and the
    tests of other modules start their own.
    """
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        why = "no Chromium on this machine (on Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=list(FLAGS)) as browser,
    ):
        expect.set_options(timeout=PATIENCE_S * 1000)
        yield browser


@pytest.fixture
def new_context(browser: Browser, address: str) -> Callable[..., BrowserContext]:
    """Makes a context for readers of the server; options are those of `Browser.new_context`."""

    def made(**options: Any) -> BrowserContext:
        context = browser.new_context(base_url=address, **options)
        context.set_default_timeout(PATIENCE_S * 1000)
        return context

    return made


@pytest.fixture
def context(new_context: Callable[..., BrowserContext]) -> Iterator[BrowserContext]:
    """A reader in Tokyo who reads English."""
    with new_context(locale="en-GB", timezone_id="Asia/Tokyo") as context:
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails the test on any error of a script, or anything that the policy stopped."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda message: errors.append(message.text) if "Content Security" in message.text else None,
    )
    yield page
    assert not errors
