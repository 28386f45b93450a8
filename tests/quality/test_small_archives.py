"""Archives of a few articles with the default model: paraphrases are found, nothing else is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from newsrooms import articles_of, settings_in

from api.service.service import Service
from search.request import Mode, Page, SearchRequest

ARTICLES = {
    "mill": {
        "title": "Alte Mühle wird zum Kindergarten",
        "text": "Die seit 1987 leer stehende Wassermühle am Lauterbach wird umgebaut. Ab Herbst "
        "nächsten Jahres sollen dort sechzig Jungen und Mädchen betreut werden. Der Gemeinderat "
        "gab am Montag 2,4 Millionen Euro frei.",
        "lang": "de",
    },
    "bees": {
        "title": "Imker klagen über hohe Verluste",
        "text": "Fast jedes dritte Bienenvolk im Landkreis hat den Winter nicht überlebt. Schuld "
        "sei die Varroamilbe, sagt der Vorsitzende des Vereins. Der Honig dürfte teurer werden.",
        "lang": "de",
    },
    "lift": {
        "title": "Cable car stranded for six hours",
        "text": "Forty skiers spent the afternoon in mid-air after a motor failed on Mount Arran. "
        "Rescuers lowered them on ropes one by one. Nobody was hurt, the operator said.",
        "lang": "en",
    },
}
PARAPHRASES = [
    ("mill", "Wo entstehen neue Betreuungsplätze für kleine Kinder?"),
    ("bees", "Woran sind so viele Insekten der Honigbauern gestorben?"),
    ("lift", "Which technical failure left tourists hanging?"),
]
OFF_TOPIC = [
    "Welche Mannschaft gewann das Endspiel im Handball?",
    "Wie backe ich einen Apfelkuchen mit Streuseln?",
    "How do I install a printer driver?",
    "Which party leads in the latest opinion poll?",
    "xqzvwk plomferty",
    "Zwergpinguin",
]


def archive_of(folder: Path, names: tuple[str, ...]) -> Service:
    service = Service(settings_in(folder), creates=True)
    records = [{"id": name, **ARTICLES[name]} for name in names]
    service.archive.put(articles_of(service, records))
    service.upkeep.sync()
    return service


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with archive_of(tmp_path_factory.mktemp("three"), tuple(ARTICLES)) as service:
        yield service


def searched(service: Service, query: str, mode: Mode = Mode.HYBRID) -> Page:
    return service.rooms.indexed().search(SearchRequest(query, mode))


def found(page: Page) -> list[str]:
    return [hit.stored.article.id for hit in page.hits]


@pytest.mark.model
@pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.SEMANTIC])
@pytest.mark.parametrize(("name", "question"), PARAPHRASES)
def test_a_paraphrase_is_found_among_three(
    three: Service, name: str, question: str, mode: Mode
) -> None:
    assert found(searched(three, question, mode)) == [name]


@pytest.mark.model
@pytest.mark.parametrize("query", OFF_TOPIC)
def test_what_no_article_is_about_finds_nothing(three: Service, query: str) -> None:
    page = searched(three, query)
    assert (page.hits, page.total) == ((), 0)


@pytest.mark.model
@pytest.mark.parametrize(("name", "question"), PARAPHRASES)
def test_a_single_article_is_found_or_not(tmp_path: Path, name: str, question: str) -> None:
    with archive_of(tmp_path, (name,)) as service:
        assert found(searched(service, question)) == [name]
        for query in OFF_TOPIC:
            assert not searched(service, query).hits, query
