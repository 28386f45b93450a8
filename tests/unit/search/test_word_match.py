"""Half a word may raise a score; what counts, lists by date or exports goes by whole words."""

from collections.abc import Iterator

import pytest
from newsrooms import articles_of, service_in

from api.service.service import Service
from index.analysis import analyzer_for
from search.facet_types import DateFacet, DateStep, FacetName, FacetRequest, ValueFacet
from search.request import Mode, Order, SearchRequest

RECORDS = tuple(
    {"id": id, "text": text, "lang": "de", "date": date, "source": source}
    for id, text, date, source in (
        ("election", "Die Wahlleiterin will die Bundestagswahl früher.", "2024-12-01", "A"),
        ("hyphen", "Zur Bundestags-Wahl treten zehn Parteien an.", "2024-12-02", "A"),
        ("day", "Am Tag der offenen Tür kamen viele Familien in das Museum.", "2025-05-20", "B"),
        ("union", "Der Bund der Steuerzahler hat die Wahl.", "2025-05-21", "C"),
    )
)  # fmt: skip


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service_in(tmp_path_factory.mktemp("data")) as service:
        service.archive.put(articles_of(service, RECORDS))
        service.upkeep.sync()
        yield service


@pytest.mark.parametrize("query", ["Bundestagswahl", "+Bundestagswahl", "Bundestagswahl OR Xyz"])
@pytest.mark.parametrize("order", list(Order))
def test_everything_that_counts_agrees(service: Service, query: str, order: Order) -> None:
    facets = FacetRequest(names=(FacetName.SOURCE, FacetName.DATE), step=DateStep.MONTH)
    request = SearchRequest(query, mode=Mode.KEYWORD, order=order, facets=facets)
    page = service.rooms.unrestricted.engine.search(request)
    assert {hit.stored.article.id for hit in page.hits} == {"election", "hyphen"}
    assert page.total == 2
    sources, dates = page.facets
    assert isinstance(sources, ValueFacet)
    assert isinstance(dates, DateFacet)
    assert [value.count for value in sources.values] == [2]
    assert sum(step.count for step in dates.bins) == 2
    exported = {stored.article.id for stored in service.rooms.unrestricted.engine.matching(request)}
    assert exported == {"election", "hyphen"}
    (trend,) = service.rooms.unrestricted.engine.trends([request], DateStep.MONTH).trends
    assert trend.total == 2


def test_a_part_raises_the_score_of_what_is_found(service: Service) -> None:
    page = service.rooms.unrestricted.engine.search(
        SearchRequest("Bundestagswahl früher", mode=Mode.KEYWORD)
    )
    assert page.hits[0].stored.article.id == "election"
    request = SearchRequest("Museum Wahltag", mode=Mode.KEYWORD, explain=True)
    (hit,) = service.rooms.unrestricted.engine.search(request).hits
    assert hit.explanation is not None
    assert {term.label for term in hit.explanation.terms} == {"museum", "tag"}


@pytest.mark.parametrize(
    ("language", "word", "terms"),
    [
        ("de", "Bundestagswahl", ("bund", "tag", "wahl")),
        ("de", "Kindeskind", ("kind", "kind")),
        ("de", "Wahl", ()),
        ("de", "U-Bahn", ("u", "bahn")),
        ("en", "COVID-19", ("covid", "19")),
        ("en", "COVID19", ("covid", "19")),
        ("en", "BlackLivesMatter", ("black", "live", "matter")),
        ("en", "1,000.50", ()),
        ("en", "it's", ()),
        ("zh", "北京", ()),
    ],
)
def test_what_a_joined_word_is_made_of(language: str, word: str, terms: tuple[str, ...]) -> None:
    assert analyzer_for(language).joined_terms(word) == terms
