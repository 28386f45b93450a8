"""The usual cosines of encoders, and what small archives find by them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hashing_encoder import HashingEncoder
from newsrooms import RECORDS, articles_of, service_in

from api.service.service import Service
from api.settings.resolving import resolve
from index.domain import Calibration, EncoderIdentity, FoundThreshold, LanguageWeight
from index.encoder import load_encoder
from index.encoder.loading import at_hand
from index.text.samples import QUESTIONS
from search.ranking.evidence import (
    LEAST_ARCHIVE,
    SMALL_ARCHIVE,
    WORDS,
    Background,
    Backgrounds,
)
from search.ranking.usual_cosines import KNOWN, UsualCosines, measured, usual_cosines
from search.request import Match, Mode, SearchRequest


@pytest.mark.model
@pytest.mark.parametrize("name", at_hand())
def test_the_known_ones_are_what_is_measured(name: str) -> None:
    encoder = load_encoder(name, cache_dir=resolve({}, environ={}).cache_dir)
    known = usual_cosines(encoder.identity, encoder)
    assert known == KNOWN[encoder.identity.name]
    now = measured(encoder, len(QUESTIONS))
    assert now.mean == pytest.approx(known.mean, abs=0.1 * known.deviation)
    assert now.deviation == pytest.approx(known.deviation, rel=0.1)


def test_another_encoder_is_measured_with_fewer_questions() -> None:
    encoder = HashingEncoder()
    usual = usual_cosines(encoder.identity, encoder)
    assert usual == measured(encoder, 8)
    assert usual.mean == pytest.approx(0, abs=0.1)
    assert usual.deviation == pytest.approx(encoder.identity.dimension**-0.5, rel=0.3)


class Encoders:
    """Counts how often an encoder is asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, identity: EncoderIdentity) -> HashingEncoder:
        self.asked += 1
        return HashingEncoder()


def number_of_articles(count: int) -> list[dict[str, str]]:
    return [
        {"id": f"n{at}", "title": f"Report {at}", "text": f"Item {at} was moved.", "lang": "en"}
        for at in range(count)
    ]


@pytest.mark.parametrize("count", [1, LEAST_ARCHIVE - 1, LEAST_ARCHIVE])
def test_an_encoder_is_measured_once_and_only_for_small_archives(
    tmp_path: Path, count: int
) -> None:
    with service_in(tmp_path) as service:
        service.archive.put(articles_of(service, number_of_articles(count)))
        service.upkeep.sync()
        encoders = Encoders()
        backgrounds = Backgrounds(encoders)
        background = backgrounds.of(service.store.snapshot())
        service.archive.put(articles_of(service, number_of_articles(1)))
        backgrounds.of(service.store.snapshot())
        assert background.is_small == (count < LEAST_ARCHIVE)
        assert encoders.asked == int(background.is_small)


def test_a_small_archive_ignores_thresholds_in_units_of_a_larger_one() -> None:
    default = LanguageWeight(0.3, 0, "default")
    learnt = Calibration({}, default, {"en": FoundThreshold(9.0, 8.0, 40, "learnt")})
    background = Background({}, UsualCosines(0.7, 0.03))
    threshold = background.threshold("en", learnt)
    assert (threshold.answer, threshold.end, threshold.questions) == (SMALL_ARCHIVE,) * 2 + (0,)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service_in(tmp_path_factory.mktemp("few")) as service:
        service.archive.put(articles_of(service))
        service.upkeep.sync()
        yield service


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("the dockers cheered when the night ferry left the harbour", ["ferry-1"]),
        ("die Nachtfähre war ein Jahr lang fort und kehrt zurück", ["faehre-1"]),
        ("xqzvwk plomferty grubsel", []),
        ("Wer gewann die Schlacht bei Issos?", []),
        ("best hiking shoes for wide feet", []),
    ],
)
@pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.SEMANTIC])
def test_four_articles(few: Service, query: str, expected: list[str], mode: Mode) -> None:
    page = few.rooms.indexed().search(SearchRequest(query, mode))
    ids = [hit.stored.article.id for hit in page.hits]
    assert (ids[:1], page.total > 0) == (expected, bool(expected))


def test_an_explanation_measures_meaning_by_the_encoder(few: Service) -> None:
    query = "night ferry in the museum"
    request = SearchRequest(query, match=Match.ALL, explain=True)
    encoder = HashingEncoder()
    usual = usual_cosines(encoder.identity, encoder)
    hits = few.rooms.indexed().search(request).hits
    assert len(hits) == len(RECORDS)
    for hit in hits:
        why = hit.explanation.found_by if hit.explanation else None
        assert why is not None
        cosine = hit.parts.semantic
        assert cosine is not None
        above = max(0.0, (cosine - usual.mean) / usual.deviation)
        assert why.meaning == pytest.approx(above, abs=1e-3)
        assert why.evidence == pytest.approx(why.meaning + WORDS * why.words)
        assert hit.is_found == (why.is_certain or why.evidence >= SMALL_ARCHIVE)
