"""`/docs` in a browser: every call is shown and can be tried, under the page's policy."""

from playwright.sync_api import Page, expect


def test_every_call_is_shown_and_one_is_tried(page: Page) -> None:
    elsewhere: list[str] = []
    own = ("http://127.0.0.1", "data:")
    page.on("request", lambda one: None if one.url.startswith(own) else elsewhere.append(one.url))
    page.goto("/docs")
    expect(page.locator("#operations-search-get_search")).to_be_visible()
    assert page.locator(".opblock").count() > 20
    page.locator("#operations-status-get_live").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute", exact=True).click()
    expect(page.locator("#operations-status-get_live .live-responses-table")).to_contain_text(
        "live"
    )
    assert elsewhere == []
