"""Quotes and `=` mean words as written; `~"…"` means any form; marks show the phrase alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from newsrooms import articles_of, service_in

from api.service.service import Service
from index.analysis import analyzer_for
from index.segment.postings import Postings, invert
from search.request import Hit, Mode, Page, SearchRequest

RECORDS: tuple[dict[str, Any], ...] = (
    {"id": "ist", "text": "Das ist nicht wahr, sagte der Minister.", "lang": "de"},
    {"id": "waren", "text": "Sie waren nicht dort und sind niemals gefragt worden.", "lang": "de"},
    {"id": "party", "text": "Die Grünen berieten in Lindenau.", "lang": "de"},
    {"id": "park", "text": "Der grüne Park und das Grün der Wiese.", "lang": "de"},
    {"id": "burger", "text": "Ein Burger kostet jetzt zwölf Kronen.", "lang": "de"},
    {"id": "citizen", "text": "Ein Bürger zahlt. Bürgern fehlt Geld.", "lang": "de"},
    {"id": "health", "text": "Die WHO warnt vor Masern.", "lang": "de"},
    {"id": "band", "text": "The Who played for those who know that WHO listens.", "lang": "en"},
    {"id": "street", "text": "Die Strasse am O’Connell-Platz.", "lang": "de"},
    {"id": "tea", "text": "他们在北京喝茶。", "lang": "zh"},
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service_in(tmp_path_factory.mktemp("data")) as service:
        service.archive.put(articles_of(service, RECORDS))
        service.upkeep.sync()
        yield service


def answer(service: Service, query: str) -> Page:
    return service.rooms.indexed().search(SearchRequest(query, mode=Mode.KEYWORD))


def ids(page: Page) -> set[str]:
    return {hit.stored.article.id for hit in page.hits}


def marked(hit: Hit) -> list[str]:
    text = hit.stored.article.text
    return [text[start:end] for one in hit.passages for start, end in one.highlights]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"ist nicht"', {"ist"}),
        ('"waren nicht"', {"waren"}),
        ('~"ist nicht"', {"ist", "waren"}),
        ('"Grünen"', {"party"}),
        ('"grünen"', {"party"}),
        ('~"Grünen"', {"party", "park"}),
        ('"Burger"', {"burger"}),
        ("=Burger", {"burger"}),
        ("=bürger", {"citizen"}),
        ("+=Bürger", {"citizen"}),
        ("=Bürgern", {"citizen"}),
        ("=WHO", {"health", "band"}),
        ("=WHO lang:de", {"health"}),
        ('="The Who"', {"band"}),
        ('"Straße"', {"street"}),
        ('"O\'Connell"', {"street"}),
        ('-"ist nicht" nicht', {"waren"}),
        ('title:"ist nicht"', set()),
        ('"喝茶"', {"tea"}),
        ('"茶"', {"tea"}),
    ],
)
def test_words_as_written(service: Service, query: str, found: set[str]) -> None:
    assert ids(answer(service, query)) == found


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('"The Who"', ["The", "Who"]),
        ("=WHO", ["WHO"]),
        ('~"who knows"', ["who", "know"]),
        ('"The Who" listens', ["The", "Who", "listens"]),
    ],
)
def test_marks_are_the_phrase_alone(service: Service, query: str, words: list[str]) -> None:
    (hit,) = [hit for hit in answer(service, query).hits if hit.stored.article.id == "band"]
    assert marked(hit) == words


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ('"ist gefragt"', "nor other forms"),
        ('"war nicht"', '~"war nicht" also finds other forms'),
        ("=Forderung", "nor other forms"),
        ("=Bürgers", '~"Bürgers" also finds other forms'),
    ],
)
def test_a_missing_wording_is_said(service: Service, query: str, note: str) -> None:
    page = answer(service, query)
    assert not page.hits
    assert [one for one in page.warnings if note in one.text]


def test_the_wording_that_is_there_needs_no_note(service: Service) -> None:
    assert not answer(service, '"ist nicht"').warnings


def test_postings_made_before_spellings_were_kept_can_be_read() -> None:
    made = invert([(0, "", "Wahl und Wahlen")], analyzer_for("de")).postings
    assert made.has_spellings
    names = ("de/forms", "de/spelling")
    flat = {k: v for k, v in made.to_arrays("de").items() if not k.startswith(names)}
    old = Postings.from_arrays(flat, "de")
    assert not old.has_spellings
    number = old.terms.find("wahl")
    assert number is not None
    assert old.forms_of(number).tolist() == [0, 0]
    assert old.spellings_of(number) == []
