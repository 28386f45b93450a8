"""A question in another language than the archive's is searched without its function words."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from newsrooms import articles_of, service_in

from api.service.service import Service
from index.analysis import analyzer_for
from index.domain import Calibration, Candidates, LanguageWeight
from index.protocols import Snapshot
from index.query import ParsedQuery, Word
from search.parse import parse, render
from search.ranking.ranking import FOREIGN_WEIGHT, query_weight
from search.request import Mode, SearchRequest
from search.retrieval.query_language import language_of, without_function_words

ANALYZERS = cast(Snapshot, SimpleNamespace(analyzer=analyzer_for))

RECORDS = (
    {"id": "hafen", "text": "Der Hafen von Sarelle wird ausgebaut.", "lang": "de"},
    {"id": "band", "text": "Die Band The Who spielt in Hullhaven.", "lang": "de"},
    {"id": "rat", "text": "Der Rat von Lindenau tagt.", "lang": "de"},
)


def read(text: str) -> ParsedQuery:
    return parse(text, now=datetime(2025, 1, 1, tzinfo=UTC), zone=ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Where will the harbour of Sarelle be extended?", "en"),
        ("Wann wird der Hafen in Sarelle ausgebaut?", "de"),
        ("Dans quelle ville est-ce que le port sera agrandi, et pour qui ?", "fr"),
        ("¿Cuándo se ampliará el puerto de la ciudad?", "es"),
        ("когда будет расширен порт и что об этом говорят", "ru"),
        ("harbour Sarelle extension", None),
        ("The Who", None),
        ("die Wahl", None),
        ("北京 奥运会", None),
    ],
)
def test_function_words_tell_the_language(text: str, language: str | None) -> None:
    assert language_of(read(text), ANALYZERS) == language


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Where is the harbour of Sarelle", "harbour Sarelle"),
        ("where is the", "where is the"),
        ('where is the +harbour and "the who"', '+harbour "the who"'),
        ("lang:de where is the harbour", "lang:de +harbour"),
        ("the^2 harbour of Sarelle -the", "harbour Sarelle NOT the"),
    ],
)
def test_bare_function_words_go_unless_nothing_else_is_left(text: str, left: str) -> None:
    kept = without_function_words(read(text), "en", ANALYZERS)
    assert render(kept.node) == left


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service_in(tmp_path_factory.mktemp("data")) as service:
        service.archive.put(articles_of(service, RECORDS))
        service.upkeep.sync()
        yield service


def test_a_foreign_the_finds_nothing_and_is_still_shown_as_read(service: Service) -> None:
    query = "when will the harbour of the town of Sarelle grow"
    page = service.rooms.indexed().search(SearchRequest(query, mode=Mode.KEYWORD))
    assert [hit.stored.article.id for hit in page.hits] == ["hafen"]
    assert page.query_read_as == query
    name = service.rooms.indexed().search(SearchRequest('"The Who"', mode=Mode.KEYWORD))
    assert [hit.stored.article.id for hit in name.hits] == ["band"]


def weighed(
    foreign: str | None,
    weights: dict[str, float],
    encoder: str = "unknown",
    articles: dict[str, int] | None = None,
    reachable: tuple[str, ...] | None = None,
) -> LanguageWeight:
    learnt = {one: LanguageWeight(weight, 100, "learnt") for one, weight in weights.items()}
    (language, *_) = weights
    snapshot = SimpleNamespace(
        calibration=Calibration(learnt, LanguageWeight(0.2, 0, "default")),
        languages=lambda keys: [language] * len(keys),
        encoder=SimpleNamespace(name=encoder),
        stats=lambda: SimpleNamespace(languages=articles or {language: 100}),
    )
    found = Candidates(np.arange(3), np.ones(3, np.float32), 3)
    return query_weight(cast(Snapshot, snapshot), found, foreign, reachable=reachable)


@pytest.mark.parametrize(
    ("foreign", "weights", "semantic"),
    [
        ("en", {"de": 0.6}, 0.8),
        ("fr", {"en": 0.6, "de": 0.4}, 0.8),
        (None, {"de": 0.6}, 0.6),
        ("de", {"en": 0.6}, 0.6),  # nothing says that the encoder knows German
        ("en", {"de": 0.1}, 0.1),  # nor here
    ],
)
def test_words_of_another_language_count_half(
    foreign: str | None, weights: dict[str, float], semantic: float
) -> None:
    weight = weighed(foreign, weights)
    assert weight.semantic == pytest.approx(semantic)
    assert ("another language" in weight.origin) == (semantic == 0.8)


@pytest.mark.parametrize(
    ("foreign", "language", "encoder", "semantic"),
    [
        ("de", "en", "multilingual-4bit", FOREIGN_WEIGHT),
        ("de", "en", "fast", FOREIGN_WEIGHT),
        ("hi", "en", "fast", 0.4),
        ("de", "fi", "fast", 0.4),
        ("de", "en", "english", 0.4),
        (None, "en", "multilingual-4bit", 0.4),
    ],
)
def test_meaning_leads_if_the_encoder_is_known_to_cross(
    foreign: str | None, language: str, encoder: str, semantic: float
) -> None:
    weight = weighed(foreign, {language: 0.4}, encoder)
    assert weight.semantic == pytest.approx(semantic)
    assert ("another language" in weight.origin) == (semantic == FOREIGN_WEIGHT)
    assert weighed(foreign, {language: 0.95}, encoder).semantic == pytest.approx(0.95)


@pytest.mark.parametrize(
    ("articles", "encoder", "reachable", "semantic"),
    [
        ({"de": 25, "en": 75}, "multilingual-4bit", None, 0.4 + 0.75 * 0.5 / 2),
        ({"de": 25, "en": 50, "hi": 25}, "fast", None, 0.4 + 2 / 3 * 0.5 / 2),
        ({"de": 25, "en": 75}, "multilingual-4bit", ("de",), 0.4),
        ({"de": 100}, "multilingual-4bit", None, 0.4),
        ({"de": 25, "en": 75}, "english", None, 0.4),
        ({"de": 25, "en": 75}, "unknown", None, 0.4),
    ],
)
def test_meaning_counts_more_where_words_do_not_reach(
    articles: dict[str, int], encoder: str, reachable: tuple[str, ...] | None, semantic: float
) -> None:
    weight = weighed(None, {"de": 0.4}, encoder, articles, reachable)
    assert weight.semantic == pytest.approx(semantic)
    assert ("in other languages" in weight.origin) == (semantic > 0.4)
    assert weighed(None, {"de": 0.95}, encoder, articles).semantic == pytest.approx(0.95)


def test_an_empty_bag_is_no_bag() -> None:
    kept = without_function_words(read("the harbour"), "en", ANALYZERS)
    assert kept.node == Word("harbour")
