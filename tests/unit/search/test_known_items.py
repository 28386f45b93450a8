"""Test questions made of an archive's own articles."""

from dataclasses import replace

from index.domain import Article
from search.evaluation.known_items import known_items

TITLED = Article(
    "ferry",
    "Storm: ferry “Orm” stranded off the harbour",
    "The ferry ran aground on Tuesday. Nobody was hurt. The storm goes on.",
    "en",
)
UNTITLED = replace(TITLED, id="untitled", title="The ferry ran aground", is_title_derived=True)


def test_a_headline_asks_for_its_article_which_is_searched_without_it() -> None:
    found = known_items([TITLED])
    (query,) = found.queries
    assert query.text == "Storm ferry Orm stranded off the harbour"
    assert (query.id, query.language) == ("ferry", "en")
    assert found.qrels == {"ferry": {"ferry": 1}}
    (searched,) = found.articles
    assert searched == replace(TITLED, title="")


def test_without_a_headline_the_first_sentence_is_taken_out() -> None:
    found = known_items([UNTITLED])
    (query,) = found.queries
    assert query.text == "The ferry ran aground on Tuesday"
    (searched,) = found.articles
    assert searched.title == ""
    assert searched.text.strip() == "Nobody was hurt. The storm goes on."


def test_a_dateline_stays_and_is_not_asked_for() -> None:
    text = f"(Orm) {UNTITLED.text}"
    found = known_items([replace(UNTITLED, text=text, body_start=6)])
    assert found.queries[0].text == "The ferry ran aground on Tuesday"
    assert found.articles[0].text.startswith("(Orm) ")


def test_what_gives_no_question_still_competes() -> None:
    short = replace(UNTITLED, id="short", text="Ferry aground. Nobody was hurt.")
    single = replace(UNTITLED, id="single", text="The ferry ran aground on Tuesday.")
    found = known_items([short, single, TITLED])
    assert [query.id for query in found.queries] == ["ferry"]
    assert [article.id for article in found.articles] == ["short", "single", "ferry"]
    assert found.articles[1].text == single.text


def test_a_short_headline_gives_way_to_the_first_sentence() -> None:
    found = known_items([replace(TITLED, title="Ferry news")])
    assert found.queries[0].text == "The ferry ran aground on Tuesday"
