"""The pages over HTTP: they answer, escape everything, and load nothing but their own files.

What needs a browser is in tests/e2e.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from newsrooms import RECORDS, articles_of, service_in

from api.app import create_app
from api.stores.jobs import (
    Job,
    JobKind,
    JobState,
    Wanted,
)
from api.stores.keys import Scope
from api.web.article import web_address
from api.web.interface import interface
from api.web.jobs import jobs_view
from api.web.timeline import whole_day

HOSTILE = {
    "id": "hostile",
    "title": "<script>alert('ferry')</script>",
    "text": "A ferry <img src=x onerror=alert(1)> & more words.",
    "lang": "en",
    "source": '"><b>bold</b>',
}
SCANNED = {
    "id": "scanned",
    "text": "Of the sloop nothing is known. The packet boat sank.",
    "lang": "en",
    "locators": [{"start": 0, "page": "2"}, {"start": 31, "page": "3", "column": 2}],
}
DATED = {
    "id": "dated",
    "title": "The tunnel opens",
    "text": "The tunnel opened at noon.",
    "lang": "en",
    "date": "2025-03-04T12:20:00+01:00",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with service_in(tmp_path_factory.mktemp("data"), keep_markup=True) as service:
        service.archive.put(articles_of(service, [*RECORDS, HOSTILE, DATED, SCANNED]))
        service.upkeep.sync()
        with TestClient(create_app(service), headers={"Accept-Language": "en"}) as client:
            yield client


def test_results_are_escaped_and_marked(client: TestClient) -> None:
    answer = client.get("/", params={"q": 'ferry "more words"'})
    assert answer.status_code == 200
    assert "<mark>ferry</mark>" in answer.text
    assert 'value="ferry &#34;more words&#34;"' in answer.text
    assert "&lt;script&gt;alert(&#39;<mark>ferry</mark>&#39;)&lt;/script&gt;" in answer.text
    for raw in ("<script>", "<img", "<b>bold"):
        assert raw not in answer.text


def test_a_hit_names_its_page_and_column(client: TestClient) -> None:
    answer = client.get("/", params={"q": "packet", "mode": "keyword"})
    assert '<p class="locator">page 3, column 2</p>' in answer.text
    german = {"q": "packet", "mode": "keyword"}
    answer = client.get("/", params=german, headers={"Accept-Language": "de"})
    assert '<p class="locator">Seite 3, Spalte 2</p>' in answer.text


def test_the_policy_allows_own_files_only_and_nothing_is_inline(client: TestClient) -> None:
    answer = client.get("/", params={"q": "bridge", "mode": "keyword"})
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<style|<script(?! src=)|\sstyle=|\son\w+=", answer.text)
    assert all(address.startswith("/") for address in loaded(answer.text))


def loaded(html: str) -> list[str]:
    """What a browser loads beside the page itself."""
    found = re.findall(r'<(?:link[^>]* rel="(?:icon|stylesheet)"|link|script)[^>]*>', html)
    addresses = [re.search(r'(?:href|src)="([^"]+)"', tag) for tag in found]
    return [match[1] for match in addresses if match and not match[1].startswith("/?")]


def test_a_bad_query_is_shown_with_its_caret_and_the_query_that_was_meant(
    client: TestClient,
) -> None:
    answer = client.get("/", params={"q": "tittle:ferry", "lang": "en"})
    assert answer.status_code == 400
    assert "  tittle:ferry\n  ^" in answer.text
    assert 'href="/?lang=en&amp;q=title%3Aferry"' in answer.text
    assert 'value="tittle:ferry"' in answer.text


def test_notes_and_corrections_are_offered(client: TestClient) -> None:
    answer = client.get("/", params={"q": "Night && ferry"})
    assert "&amp;&amp; is not an operator" in answer.text
    corrected = client.get("/", params={"q": "fery", "mode": "keyword"})
    assert 'href="/?mode=keyword&amp;q=ferry"' in corrected.text


def test_nothing_found_offers_ways_on(client: TestClient) -> None:
    answer = client.get("/", params={"q": "zeppelin", "mode": "keyword", "source": "Port Gazette"})
    assert answer.status_code == 200
    assert "Nothing found" in answer.text
    assert 'href="/?q=zeppelin&amp;mode=keyword"' in answer.text, "without the filter"
    assert 'href="/?q=zeppelin&amp;source=Port+Gazette"' in answer.text, "in another mode"


def test_without_a_query_the_newest_come_first(client: TestClient) -> None:
    titles = re.findall(r"<h2[^>]*><a[^>]*>([^<]*)", client.get("/").text)
    assert titles[0] == "Mayor opens the new bridge"
    filtered = client.get("/", params={"source": "hafenbote"}).text
    assert len(re.findall('class="hit"', filtered)) == 1
    assert 'class="chips"' in filtered


def test_the_page_offers_every_order_and_says_what_age_did(client: TestClient) -> None:
    asked = {"q": "tunnel", "recency": "7d"}
    page = client.get("/", params=asked).text
    assert "sort=oldest" in page
    assert 'href="/?q=tunnel&amp;recency=off"' in page
    assert 'href="/?q=tunnel"' in page, "back to what is usual"
    assert re.search(r"<dt>Age</dt><dd>score × 0\.\d+, [\d,.]+ days old</dd>", page)
    oldest = client.get("/", params={**asked, "sort": "oldest"}).text
    assert "recency=off" not in oldest, "age counts for nothing there"


def test_the_page_speaks_the_browsers_language(client: TestClient) -> None:
    for header, word in (
        ("de-AT,de;q=0.9,en;q=0.8", "Suchen"),
        ("fr,de;q=0.3,en;q=0.7", "Search"),
        ("ja", "Search"),
        ("de;q=nonsense", "Search"),
    ):
        answer = client.get("/", headers={"Accept-Language": header})
        assert f"<button>{word}</button>" in answer.text, header
        assert answer.headers["vary"] == "Accept-Language, Accept-Encoding"


def test_dates_are_for_machines_and_name_their_zone(client: TestClient) -> None:
    answer = client.get("/", params={"q": "tunnel"})
    shown = '<time datetime="2025-03-04T12:20:00+01:00" data-local>4 Mar 2025, 12:20 UTC+1</time>'
    assert shown in answer.text
    day_only = client.get("/", params={"q": "mayor"})
    assert '<time datetime="2025-05-01">1 May 2025</time>' in day_only.text


def test_strange_parameters_are_ignored_and_bad_ones_told(client: TestClient) -> None:
    assert client.get("/?q=ferry&utm_source=letter&from=").status_code == 200
    answer = client.get("/?q=ferry&mode=psychic")
    assert answer.status_code == 400
    assert "This address is not valid" in answer.text
    assert client.get("/?q=ferry&cursor=broken").status_code == 400


def test_pages_lead_on_and_back(client: TestClient) -> None:
    first = client.get("/", params={"limit": 2}).text
    onwards = re.search(r'rel="next" href="([^"]+)">Next', first)
    assert onwards
    second = client.get(onwards[1].replace("&amp;", "&")).text
    assert 'start="3"' in second
    back = re.search(r'rel="prev" href="([^"]+)">Previous', second)
    assert back
    assert 'start="1"' in client.get(back[1].replace("&amp;", "&")).text


def test_open_drawers_are_part_of_the_address(client: TestClient) -> None:
    answer = client.get("/", params={"q": "ferry", "why": "ferry-1"})
    assert '<details class="why" data-why="ferry-1" open>' in answer.text
    assert '<details class="why" data-why="ferry-2">' in answer.text


def test_facets_link_to_each_other_and_say_what_they_count(client: TestClient) -> None:
    words = client.get("/", params={"q": "ferry", "mode": "keyword"}).text
    assert "Counted over all matching articles." in words
    chosen = client.get("/", params={"q": "ferry", "mode": "keyword", "source": "Hafenbote"}).text
    assert (
        'href="/?q=ferry&amp;mode=keyword&amp;source=Hafenbote&amp;source=Port+Gazette"' in chosen
    )
    every = client.get("/", params={"q": "when does it sail", "match": "all"}).text
    assert "Counted over the closest" in every


def test_what_is_only_near_stands_under_a_heading_of_its_own(client: TestClient) -> None:
    text = client.get("/", params={"q": "zeppelin"}).text
    assert "Nothing found" in text
    assert "Related in meaning" in text
    assert 'href="/?q=zeppelin&amp;match=all"' in text
    every = client.get("/", params={"q": "zeppelin", "match": "all"}).text
    assert "Related in meaning" not in every
    assert "not a match, only related" in every


def test_stretches_of_the_timeline_are_links_to_their_dates(client: TestClient) -> None:
    answer = client.get("/", params={"q": "ferry", "from": "2025-03", "to": "2025-03"}).text
    assert 'value="2025-03-01"' in answer
    assert 'value="2025-03-31"' in answer
    assert re.search(
        r'href="/\?q=ferry&amp;from=2025-03-\d\d&amp;to=2025-03-\d\d" tabindex', answer
    )
    assert 'class="bar dim"' in answer


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-02-03T10:00:00Z", "2024-02-03", "2024-02-03"),
        ("2024-13", "", ""),
        ("yesterday", "", ""),
        (None, "", ""),
    ],
)
def test_dates_of_any_precision_as_days(value: str | None, first: str, last: str) -> None:
    assert whole_day(value, is_last=False) == first
    assert whole_day(value, is_last=True) == last


def test_files_are_kept_for_a_year_under_names_of_their_content(client: TestClient) -> None:
    addresses = loaded(client.get("/").text)
    assert len(addresses) == 3
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert re.search(r"\.[0-9a-f]{10}\.", address)
    assert client.get("/static/page.css").status_code == 404


def test_a_new_server_says_how_to_begin(tmp_path: Path) -> None:
    with service_in(tmp_path / "empty") as service, TestClient(create_app(service)) as client:
        answer = client.get("/")
        missing = client.get("/", params={"q": "ferry"})
    for page in (answer, missing):
        assert page.status_code == 200
        assert "Nothing has been indexed yet" in page.text
        assert "newsearch index" in page.text
        assert str(tmp_path) not in page.text


def test_the_help_page_has_examples_that_can_be_read(client: TestClient) -> None:
    for language in ("en", "de"):
        answer = client.get("/help", headers={"Accept-Language": language})
        examples = re.findall(r'href="(/\?q=[^"]+)"', answer.text)
        assert len(examples) >= 12
        for example in examples:
            assert client.get(example).status_code == 200, example


def test_an_article_is_shown_with_marks_and_leads_on(client: TestClient) -> None:
    answer = client.get("/articles/ferry-1", params={"q": "horn"})
    assert answer.status_code == 200
    assert "when the <mark>horn</mark> sounded" in answer.text
    assert 'href="/?q=horn"' in answer.text, "back to the results"
    assert 'href="/?source=Port+Gazette"' in answer.text
    assert 'href="/articles/ferry-2"' in answer.text, "a similar article"
    assert 'href="https://news.example/ferry-1"' in answer.text


def test_an_article_whose_id_has_slashes_and_one_that_is_not_there(client: TestClient) -> None:
    assert "Mayor opens the new bridge" in client.get("/articles/world/bridge-1").text
    missing = client.get("/articles/world")
    assert missing.status_code == 404
    assert "There is no such article" in missing.text


def test_only_web_addresses_are_linked() -> None:
    assert web_address("https://news.example/a") == "https://news.example/a"
    for address in ("javascript:alert(1)", "data:text/html,x", "//news.example", "http://[", None):
        assert web_address(address) is None


def test_the_state_of_the_index_is_shown(client: TestClient) -> None:
    answer = client.get("/status")
    assert answer.status_code == 200
    for shown in ("hashing", "German", "recall 1"):
        assert shown in answer.text


def test_long_work_is_shown_with_where_to_follow_it(tmp_path: Path) -> None:
    with service_in(tmp_path / "data") as service:
        client = TestClient(create_app(service))  # not running: nobody takes the job
        service.archive.put(articles_of(service))
        service.upkeep.sync()
        assert ">Jobs<" not in client.get("/status").text
        job = service.jobs.add(JobKind.IMPORT, {"body": "none"})
        service.jobs.pause(job.id)
        shown = client.get("/status").text
        assert f'id="job-{job.id}" data-job="/v1/jobs/{job.id}/events"' in shown
        assert "<td data-state>paused</td>" in shown
        german = client.get("/status", headers={"Accept-Language": "de"}).text
        assert "<td data-state>pausiert</td>" in german
        service.jobs.cancel(job.id)
        assert "data-job=" not in client.get("/status").text, "what has ended is not followed"
        _, token = service.keys.add("reader", [Scope.SEARCH])
        guarded = TestClient(create_app(service))  # keys are read now and then only
        as_reader = guarded.get("/status", headers={"Authorization": f"Bearer {token}"})
        assert as_reader.status_code == 200
        assert ">Jobs<" not in as_reader.text, "as GET /v1/jobs, it needs more"


def test_only_a_few_jobs_are_followed() -> None:
    def job(number: int) -> Job:
        total = 1000 * number or None
        return Job(
            f"j{number}", JobKind.IMPORT, JobState.QUEUED, Wanted.GO_ON, "", number, total, "",
            None, None, {}, None, None,
        )  # fmt: skip

    jobs = [job(number) for number in range(20)]
    view = jobs_view(jobs, interface("de"))
    assert [job.id for job in view.jobs if job.events] == ["j17", "j18", "j19"], "the oldest"
    assert len(view.jobs) == 13
    assert [job.progress for job in view.jobs][:3] == ["0", "1 / 1.000", "2 / 2.000"]


def test_similar_articles_over_the_api(client: TestClient) -> None:
    answer = client.get("/v1/similar/ferry-1", params={"limit": 2}).json()
    assert answer["id"] == "ferry-1"
    assert len(answer["similar"]) == 2
    assert answer["similar"][0]["score"] >= answer["similar"][1]["score"] > 0
    assert client.get("/v1/similar/nothing").status_code == 404
    assert client.get("/v1/similar/ferry-1?limit=0").status_code == 400


def test_trends_are_drawn_and_listed(client: TestClient) -> None:
    assert client.get("/trends").status_code == 200
    drawn = client.get("/trends", params={"q": ["ferry", "bridge", ""], "by": "month"}).text
    assert drawn.count("<polyline") == 2
    assert '<th scope="row">Mar 2025</th>' in drawn
    shares = client.get("/trends", params={"q": "ferry", "normalise": "true"}).text
    assert " %" in shares
    assert "No article matches" in client.get("/trends", params={"q": "zeppelin"}).text
    assert client.get("/trends", params={"q": '"ferry'}).status_code == 400


def test_stories_are_listed_and_told(client: TestClient) -> None:
    assert client.get("/stories", params={"order": "largest"}).status_code == 200
    missing = client.get("/stories/nothing")
    assert missing.status_code == 404
    assert "There is no such story" in missing.text


def test_what_was_misread_is_said_in_the_language_of_the_reader(client: TestClient) -> None:
    german = {"Accept-Language": "de"}
    refused = client.get("/", params={"q": '"offen'}, headers=german)
    assert refused.status_code == 400
    assert "dieses Anführungszeichen wird nicht geschlossen" in refused.text
    assert "this quote" not in refused.text
    noted = client.get("/", params={"q": "ferry && harbour"}, headers=german)
    assert "der Operator heißt AND" in noted.text


def test_synonyms_on_the_status_page(tmp_path: Path) -> None:
    with service_in(tmp_path / "data") as service:
        service.ingest.put_and_publish(articles_of(service))
        (tmp_path / "data" / "synonyms.en.txt").write_text("ferry, <b>\nalone\n", encoding="utf-8")
        with TestClient(create_app(service), headers={"Accept-Language": "en"}) as client:
            text = client.get("/status").text
            assert "<summary>1</summary>" in text
            assert "ferry, &lt;b&gt;" in text
            assert "2: expected at least two entries" in text
            assert "also searched for" in client.get("/", params={"q": "b"}).text
