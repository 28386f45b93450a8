"""Following a browser from page to page."""

import re

from playwright.sync_api import Page, expect


def arrived(page: Page, address: str) -> None:
    """Wait for a page whose address this pattern fits, until it is there as a whole.

    The address alone changes when the first bytes come in.
    """
    expect(page).to_have_url(re.compile(address))
    page.wait_for_load_state()
