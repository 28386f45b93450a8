"""METS, ALTO, PAGE XML and hOCR: articles, broken words, and where each line is."""

import zipfile
from pathlib import Path

import pytest
from scans import ALTO, HOCR, METS_LINKED, METS_NESTED, PAGE_XML, issue

from index.domain import Article, Locator
from index.errors import RecordError
from index.readers import ReadOptions, read

SAMPLE = Path(__file__).parents[4] / "shared" / "samples" / "alto-mets"


def run(path: Path) -> tuple[list[Article], list[str]]:
    articles, errors = [], []
    for record in read([path], ReadOptions(detect=lambda _: "xx")).records:
        if isinstance(record, Article):
            articles.append(record)
        else:
            errors.append(record.why)
    return articles, errors


def one(folder: Path, name: str, data: str) -> Article:
    path = folder / name
    path.write_text(data, encoding="utf-8")
    (article,), errors = run(path)
    assert errors == []
    return article


def test_an_alto_page_alone(tmp_path: Path) -> None:
    page = one(tmp_path, "0007.xml", ALTO)
    assert (page.id, page.text) == (
        "0007", "GAZETTE\n\nThe ferry harbour is widened.\n\nBRIDGE closed.",
    )  # fmt: skip
    assert page.metadata == {"ocr_confidence": 0.79}
    assert page.locators[0] == Locator(0, "7", 1, (100, 50, 700, 60), confidence=0.5)
    at = {word: page.locator_at(page.text.index(word)) for word in ("harbour", "widened", "BRIDGE")}
    assert at["harbour"] == Locator(9, "7", 1, (100, 200, 360, 40), confidence=0.8)
    assert at["widened"] is not None
    assert at["widened"].box == (100, 250, 280, 40)
    assert at["BRIDGE"] is not None
    assert at["BRIDGE"].column == 2


def test_a_page_in_page_xml(tmp_path: Path) -> None:
    page = one(tmp_path, "0007.xml", PAGE_XML)
    assert page.text == "The harbour is open.\n\nBridge closed."
    assert [(one.column, one.box) for one in page.locators] == [
        (1, (0, 0, 190, 240)), (1, (100, 250, 800, 40)), (2, (1050, 200, 800, 40)),
    ]  # fmt: skip


def test_a_page_in_hocr(tmp_path: Path) -> None:
    page = one(tmp_path, "0007.html", HOCR)
    assert (page.text, page.language) == ("The harbour & more\n\nBridge closed.", "en")
    assert page.locators[0] == Locator(0, "7", None, (100, 200, 250, 40), confidence=0.9)
    assert page.metadata == {"ocr_confidence": 0.9}


def test_an_issue_whose_articles_point_at_blocks(tmp_path: Path) -> None:
    (ferry, advert), errors = run(issue(tmp_path, METS_NESTED).parent)
    assert errors == []
    assert (ferry.id, ferry.title, ferry.source) == ("1824-mets/A1", "The Ferry", "Port Gazette")
    assert ferry.text == "The ferry harbour is widened."
    assert ferry.date is not None
    assert (ferry.date.value, ferry.language) == ("1824-02-17", "en")
    assert {locator.page for locator in ferry.locators} == {"3"}
    assert (advert.title, advert.section, advert.text) == (
        "To let", "Advertisement", "BRIDGE closed.",
    )  # fmt: skip


def test_an_issue_whose_articles_are_linked_to_runs_of_words(tmp_path: Path) -> None:
    (ferry,), errors = run(issue(tmp_path, METS_LINKED).parent)
    assert (ferry.text, errors) == ("The ferry harbour", [])


def test_what_no_article_claims_is_an_article_of_its_page(tmp_path: Path) -> None:
    path = issue(tmp_path, METS_LINKED)
    page = tmp_path / "alto" / "0001.xml"
    rest = "".join(f'<String ID="R{n}" CONTENT="word{n}"/>' for n in range(10))
    page.write_text(ALTO.replace('<String ID="S9"', f'{rest}<String ID="S9"'), encoding="utf-8")
    (_, left), _ = run(path)
    assert left.id == "1824-mets/page-3"
    assert left.text.startswith("GAZETTE\n\nis widened.")


def test_a_page_named_by_itself_is_read_though_an_issue_has_it(tmp_path: Path) -> None:
    (page,), _ = run(issue(tmp_path).parent / "alto" / "0001.xml")
    assert page.id == "0001"


def test_pages_of_an_issue_are_counted_as_skipped(tmp_path: Path) -> None:
    reading = read([issue(tmp_path).parent], ReadOptions(detect=lambda _: "xx"))
    assert (len(list(reading.records)), reading.ignored) == (2, 1)


def test_an_issue_that_comes_after_its_pages_is_noticed(tmp_path: Path) -> None:
    mets = issue(tmp_path)
    waiting = tmp_path.with_name(f"{tmp_path.name}-mets.xml")
    mets.rename(waiting)
    assert [one.id for one in run(tmp_path)[0]] == ["alto/0001"]
    waiting.rename(mets)
    assert [one.id for one in run(tmp_path)[0]] == ["1824-mets/A1", "1824-mets/A2"]


def test_a_page_of_the_web_is_no_scan(tmp_path: Path) -> None:
    text = "The harbour board met on Tuesday and widened the channel. " * 5
    page = one(tmp_path, "a.html", f"<html><body><p class='lead'>{text}</p></body></html>")
    assert page.locators == ()


@pytest.mark.parametrize(
    ("href", "why"),
    [
        ("alto/0002.xml", "no such file"),
        ("../secret.xml", "not below its folder"),
        ("/etc/secret.xml", "not below its folder"),
        ("https://p.example/0001.xml", "no such file"),
    ],
)
def test_pages_that_are_missing_or_elsewhere(tmp_path: Path, href: str, why: str) -> None:
    (tmp_path / "secret.xml").write_text(ALTO, encoding="utf-8")
    mets = METS_NESTED.replace("file://./alto/0001.xml", href)
    articles, errors = run(issue(tmp_path / "issue", mets))
    assert articles == []
    assert why in errors[0]


def test_a_damaged_page_costs_what_is_on_it(tmp_path: Path) -> None:
    path = issue(tmp_path)
    (tmp_path / "alto" / "0001.xml").write_text(ALTO[:900], encoding="utf-8")
    articles, errors = run(path)
    assert articles == []
    assert all("not valid XML" in error for error in errors)


def test_an_area_that_is_not_there_is_named(tmp_path: Path) -> None:
    articles, errors = run(issue(tmp_path, METS_NESTED.replace('BEGIN="B1"', 'BEGIN="B9"')))
    assert [article.title for article in articles] == ["To let"]
    assert errors == ["its page 3 has no element B9"]


def test_an_issue_in_an_archive_says_what_to_do(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("mets.xml", METS_NESTED)
    _, errors = run(tmp_path / "a.zip")
    assert errors == ["its pages are other files: unpack them into one folder, and index that"]


@pytest.mark.parametrize("data", [ALTO, PAGE_XML, METS_NESTED])
def test_entities_are_refused(tmp_path: Path, data: str) -> None:
    head, _, rest = data.partition("?>")
    hostile = f'{head}?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>{rest}'
    (tmp_path / "a.xml").write_text(hostile, encoding="utf-8")
    articles, (error,) = run(tmp_path / "a.xml")
    assert (articles, "entities" in error) == ([], True)


@pytest.mark.skipif(not SAMPLE.exists(), reason="the samples of libraries are not here")
def test_an_issue_of_1824() -> None:
    articles, errors = run(SAMPLE / "0002647")
    assert errors == ["5 records are no articles and were left out: 5 division without words"]
    assert len(articles) == 23
    coal = next(article for article in articles if article.title == "COAL DUTIES.")
    assert coal.source == "The Statesman"
    assert coal.date is not None
    assert coal.date.value == "1824-02-17"
    assert {(locator.page, locator.column) for locator in coal.locators} == {("1", 2)}
    pages = {locator.page for article in articles for locator in article.locators}
    assert pages == {"1", "2", "3", "4"}


def test_records_are_articles_or_errors(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<PcGts/>", encoding="utf-8")
    (record,) = read([tmp_path / "a.xml"], ReadOptions(detect=lambda _: "xx")).records
    assert isinstance(record, RecordError)
