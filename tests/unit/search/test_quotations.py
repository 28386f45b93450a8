"""A quotation that no article holds leaves the sentence around it with an answer."""

from collections.abc import Iterator

import pytest
from newsrooms import articles_of, service_in

from api.service.service import Service
from search.request import Mode, SearchRequest

RECORDS = (
    {"id": "night", "text": "The night ferry left the harbour at ten.", "lang": "en"},
    {"id": "mayor", "text": "The mayor called the fares too high.", "lang": "en"},
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service_in(tmp_path_factory.mktemp("data")) as service:
        service.archive.put(articles_of(service, RECORDS))
        service.upkeep.sync()
        yield service


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(
    ("query", "found", "is_noted"),
    [
        ('mayor called fares "too expensive"', True, True),
        ('mayor called fares "too high"', True, False),
        ('mayor fares "too expensive"', False, False),
        ('mayor called fares +"too expensive"', False, False),
        ('mayor called fares "too expensive" -ferry', False, False),
        ('mayor called fares "too high" "night ferries"', True, True),
    ],
)
def test_a_quotation_that_no_article_holds(
    service: Service, mode: Mode, query: str, found: bool, is_noted: bool
) -> None:
    page = service.rooms.indexed().search(SearchRequest(query, mode=mode))
    assert (page.hits[:1] and page.hits[0].stored.article.id == "mayor") == (found or ())
    notes = [note.text for note in page.warnings if "no article contains exactly" in note.text]
    assert bool(notes) == is_noted
    assert all("put + before the quotes" in note for note in notes)
