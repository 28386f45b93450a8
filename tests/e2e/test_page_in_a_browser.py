"""What people do with the page, in a real browser, on the sample corpus."""

import re
from collections.abc import Callable

from browsing import arrived
from playwright.sync_api import BrowserContext, Page, expect

QUERY = "Port Ellery dock strike"


def headlines(page: Page) -> list[str]:
    """The headlines of the results, as shown."""
    return page.locator(".hit h2").all_inner_texts()


def test_a_search_from_the_box(page: Page) -> None:
    page.goto("/")
    page.get_by_role("combobox", name="Search the archive").fill(QUERY)
    page.get_by_role("button", name="Search").click()
    arrived(page, r"/\?q=Port\+Ellery\+dock\+strike$")
    assert len(headlines(page)) == 10
    expect(page.locator(".hit mark").first).to_be_visible()
    assert page.title().startswith(QUERY)


def test_back_leads_to_the_search_before(page: Page) -> None:
    page.goto("/?q=bridge")
    before = headlines(page)
    page.get_by_role("combobox").fill("wolves")
    page.keyboard.press("Enter")
    arrived(page, "q=wolves")
    assert headlines(page) != before
    page.go_back()
    expect(page.get_by_role("combobox")).to_have_value("bridge")
    assert headlines(page) == before


def test_suggestions_by_keyboard(page: Page) -> None:
    page.goto("/")
    box = page.get_by_role("combobox")
    box.press_sequentially("dock")
    option = page.get_by_role("option").first
    expect(option).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    chosen = box.input_value()
    assert chosen.startswith("dock")
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert box.input_value() == "dock"
    box.press_sequentially("s")
    expect(option).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=dock"))


def test_keys_alone_are_enough(page: Page) -> None:
    page.goto(f"/?q={QUERY}")
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("ArrowDown")
    links = page.locator(".hit h2 a")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="How to search")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_one_character_keys_can_be_switched_off(page: Page) -> None:
    page.goto("/help")
    page.get_by_role("button", name="Shortcuts are on").click()
    page.goto("/")
    page.keyboard.press("?")
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).not_to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_why_opens_and_stays_in_the_address(page: Page) -> None:
    page.goto(f"/?q={QUERY}")
    page.get_by_text("Why this result").first.click()
    drawer = page.locator(".why .drawer").first
    expect(drawer.get_by_role("img", name=re.compile("Score"))).to_be_visible()
    expect(drawer.get_by_role("row").nth(1)).to_be_visible()
    expect(page).to_have_url(re.compile("why="))
    page.reload()
    expect(drawer).to_be_visible()


def test_dates_are_shown_in_the_readers_zone(page: Page) -> None:
    page.goto("/?q=hostilefrigate&mode=keyword")
    expect(page.locator("time")).to_have_text("5 May 2025, 17:00")
    assert page.locator("time").get_attribute("title") == "5 May 2025, 10:00 UTC+2"


def test_facets_add_up_and_are_taken_away(page: Page) -> None:
    page.goto("/?q=Port+Ellery&mode=keyword")
    facets = page.get_by_role("complementary", name="Narrow down")
    facets.get_by_role("link", name=re.compile("^German")).click()
    arrived(page, "lang=de$")
    assert set(page.locator(".hit h2").evaluate_all("all => all.map(one => one.lang)")) == {"de"}
    facets.get_by_role("link", name=re.compile("^English")).click()
    expect(page).to_have_url(re.compile("lang=de&lang=en"))
    page.get_by_role("list", name="Active filters").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"mode=keyword&lang=en$"))
    page.go_back()
    expect(page.get_by_role("list", name="Active filters").get_by_role("link")).to_have_count(2)


def test_a_click_on_the_timeline_finds_as_many_as_the_bar_counts(page: Page) -> None:
    page.goto("/?q=bridge&mode=keyword&duplicates=show&limit=100")
    bar = page.locator(".timeline a:has(.bar)").first
    counted = re.search(r": (\d+) article", bar.locator("title").text_content() or "")
    assert counted
    bar.locator(".bar").click()
    arrived(page, r"from=\d{4}-\d\d-\d\d&to=")
    expect(page.locator(".hit")).to_have_count(int(counted[1]))
    assert page.locator(".timeline .dim").count(), "the rest is still there, dimmed"


def test_the_timeline_can_be_brushed(page: Page) -> None:
    page.goto("/")
    box = page.locator(".timeline svg").bounding_box()
    assert box
    stretches = page.locator(".timeline a")
    first = stretches.nth(0).get_attribute("data-first")
    page.mouse.move(box["x"] + 2, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 30, steps=4)
    page.mouse.up()
    arrived(page, f"from={first}&to=")
    assert page.locator(".timeline .dim").count()


def test_dates_can_be_chosen_without_a_pointer(page: Page) -> None:
    page.goto("/?q=bridge&mode=keyword")
    page.get_by_text("Choose dates; timeline as a table").click()
    page.get_by_label("From").fill("2025-02-01")
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile("q=bridge&mode=keyword&from=2025-02-01"))
    expect(page.get_by_role("list", name="Active filters")).to_contain_text("2025-02-01")


def test_full_coverage_tells_the_story_in_time_order(page: Page) -> None:
    page.goto("/stories?order=largest")
    page.locator(".hit h2 a").first.click()
    arrived(page, "/stories/")
    times = page.locator(".steps time").evaluate_all("all => all.map(one => one.dateTime)")
    assert len(times) >= 2
    page.get_by_role("link", name="Search within this story").click()
    expect(page).to_have_url(re.compile(r"\?story="))
    expect(page.locator(".coverage").first).to_be_visible()


def test_copies_open_in_place(page: Page) -> None:
    page.goto("/?q=Hafenstreik&mode=keyword&lang=de")
    summary = page.get_by_text("+1 copy").first
    summary.click()
    copies = page.locator(".copies .drawer").first
    expect(copies.get_by_role("link")).to_be_visible()
    expect(page).to_have_url(re.compile("copies="))
    page.reload()
    expect(copies).to_be_visible()
    copies.get_by_role("link").click()
    expect(page.get_by_role("region", name="The same text in one other article")).to_be_visible()


def test_a_script_in_a_title_is_text(page: Page) -> None:
    page.goto("/?q=hostilefrigate&mode=keyword")
    assert headlines(page) == ["<script>document.title = 'taken'</script> sails at dawn"]
    expect(page.locator(".passage img")).to_have_count(0)
    assert page.title().startswith("hostilefrigate")
    page.get_by_role("combobox").fill("")
    page.get_by_role("combobox").press_sequentially("sails")
    expect(page.get_by_role("option").last).to_contain_text("<script>")
    assert page.title().startswith("hostilefrigate")


def test_right_to_left_text_runs_right_to_left(page: Page) -> None:
    page.goto("/?lang=ar")
    title = page.locator(".hit h2")
    assert title.get_attribute("lang") == "ar"
    assert title.evaluate("element => getComputedStyle(element).direction") == "rtl"
    box, link = title.bounding_box(), title.locator("a").bounding_box()
    assert box
    assert link
    assert abs(link["x"] + link["width"] - box["x"] - box["width"]) < 2, "it begins at the right"


def test_from_a_result_to_the_article_and_one_like_it(page: Page) -> None:
    page.goto("/?q=bridge+collapse")
    first = page.locator(".hit h2 a").first
    title = first.inner_text()
    first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator(".text mark").first).to_be_visible()
    similar = page.get_by_role("region", name="Similar articles").get_by_role("link").first
    similar.click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(title)
    page.go_back()
    page.get_by_role("link", name="Results for “bridge collapse”").click()
    expect(page).to_have_url(re.compile(r"/\?q=bridge\+collapse$"))


def test_without_scripts(new_context: Callable[..., BrowserContext]) -> None:
    with new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/")
        page.locator("#q").fill("bridge")
        page.locator("#q").press("Enter")
        arrived(page, r"\?q=bridge")
        found = page.request.get("/v1/search", params={"q": "bridge"}).json()["hits"]
        titles = [hit["title"] for hit in found]
        assert headlines(page)[: len(titles)] == titles != []  # what is only related comes after
        page.get_by_text("Why this result").first.click()
        expect(page.locator(".why .drawer").first).to_be_visible()
        expect(page.locator("time").first).to_contain_text("UTC")
        page.get_by_role("link", name="Words", exact=True).click()
        expect(page).to_have_url(re.compile("mode=keyword"))
        page.get_by_role("link", name="More on the query language").click()
        expect(page.get_by_role("heading", name="How to search")).to_be_visible()


def test_german_by_the_browsers_language(new_context: Callable[..., BrowserContext]) -> None:
    with new_context(locale="de-DE") as context:
        page = context.new_page()
        page.goto("/?q=Hafenstreik")
        expect(page.get_by_role("button", name="Suchen")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", "de")


def test_a_slow_answer_says_so(page: Page) -> None:
    page.goto("/")
    # A submission that nothing follows: a browser that navigates lets no test look at the page.
    page.evaluate("document.querySelector('form').dispatchEvent(new Event('submit'))")
    expect(page.get_by_role("status")).to_have_text("Searching…")
    expect(page.locator("main")).to_have_attribute("aria-busy", "true")
    page.evaluate("dispatchEvent(new Event('pageshow'))")
    expect(page.locator(".waiting")).to_have_count(0)
