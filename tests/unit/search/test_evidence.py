"""Evidence, its thresholds, and where a list ends."""

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from hashing_encoder import HashingEncoder
from newsrooms import articles_of, service_in

from api.service.service import Service
from index.domain import Calibration, FoundThreshold, LanguageWeight
from index.protocols import Snapshot
from search.ranking.calibration import due_languages
from search.ranking.evidence import (
    LEAST_SAMPLED,
    PRIOR_ANSWER,
    WORDS,
    Background,
    shares,
    weigh,
)
from search.ranking.found import asked_words
from search.ranking.thresholds import (
    LEAST_REFUSED,
    Outcome,
    fitted,
    learn_threshold,
    logistic,
    pseudo_questions,
)
from search.ranking.usual_cosines import UsualCosines
from search.request import Duplicates, Match, Mode, SearchRequest

TOPICS = {
    "bridge": "The old bridge over the river was closed after engineers found cracks in it.",
    "ferry": "The night ferry returns to the harbour when the dock strike has ended.",
    "museum": "A stolen painting hung for years behind the kitchen cupboard of a guard.",
    "wolves": "Wolves were seen in the vineyards, and shepherds ask for taller fences.",
    "comet": "The observatory expects the comet to be visible without a telescope in May.",
}


def record(topic: str, number: int) -> dict[str, str]:
    first = TOPICS[topic]
    again = " ".join(first.split()[number % 5 :])
    text = f"{first} Officials gave number {number} of their updates. {again}"
    return {
        "id": f"{topic}-{number}",
        "title": f"{topic.title()} report {number}",
        "text": text,
        "lang": "en",
    }


RECORDS = [record(topic, number) for topic in TOPICS for number in range(6)]
# The encoder only counts words, so left alone the search would do without it.
REQUEST = SearchRequest("", duplicates=Duplicates.SHOW, limit=100, semantic_weight=0.5)
DEFAULT = LanguageWeight(0.3, 0, "default")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    service = service_in(tmp_path_factory.mktemp("data"))
    service.archive.put(articles_of(service, RECORDS))
    service.upkeep.sync()
    return service


def background_of(snapshot: Snapshot) -> Background:
    return Background.of(snapshot, lambda: UsualCosines(0.0, 1.0))


def found(service: Service, query: str, **more: object) -> list[str]:
    page = service.rooms.indexed().search(replace(REQUEST, query=query, **more))  # type: ignore[arg-type]
    return [hit.stored.article.id for hit in page.hits]


def test_a_question_finds_its_matter_and_nothing_else(service: Service) -> None:
    ids = found(service, "cracks in the closed bridge")
    assert ids
    assert {one.partition("-")[0] for one in ids} == {"bridge"}


@pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.SEMANTIC])
@pytest.mark.parametrize("query", ["xqzvwk plomferty", "zwergpinguin"])
def test_nonsense_finds_nothing_and_has_related_articles(
    service: Service, query: str, mode: Mode
) -> None:
    page = service.rooms.indexed().search(replace(REQUEST, query=query, mode=mode, related=3))
    assert (page.hits, page.total, page.total_relation.value) == ((), 0, "exact")
    assert len(page.related) == 3
    assert not any(hit.is_found for hit in page.related)


def test_all_words_are_enough_and_explained(service: Service) -> None:
    page = service.rooms.indexed().search(replace(REQUEST, query="cupboard", explain=True))
    assert {hit.stored.article.id.partition("-")[0] for hit in page.hits} == {"museum"}
    for hit in page.hits:
        why = hit.explanation.found_by if hit.explanation else None
        assert why is not None
        assert why.is_certain
        assert why.words == pytest.approx(1)
        assert why.evidence == pytest.approx(why.meaning + WORDS * why.words)


def test_match_all_marks_what_is_found(service: Service) -> None:
    query = "cracks in the closed bridge"
    page = service.rooms.indexed().search(replace(REQUEST, query=query, match=Match.ALL))
    assert len(page.hits) == len(RECORDS)
    marked = {hit.stored.article.id for hit in page.hits if hit.is_found}
    assert marked == set(found(service, query))


def test_words_alone_decide_in_keyword_mode(service: Service) -> None:
    for match in Match:
        ids = found(service, "wolves comet", mode=Mode.KEYWORD, match=match)
        assert {one.partition("-")[0] for one in ids} == {"wolves", "comet"}


def test_filters_hide_and_never_add(service: Service) -> None:
    whole = found(service, "stolen painting behind a cupboard")
    assert whole
    assert found(service, "stolen painting behind a cupboard", languages=("de",)) == []
    assert found(service, "stolen painting behind a cupboard", languages=("en",)) == whole


def test_a_share_is_weighed_by_how_much_a_word_tells(service: Service) -> None:
    snapshot = service.store.snapshot()
    parsed = service.rooms.unrestricted.engine._reader.parse("the wolves report", 0)
    words = asked_words(parsed, snapshot)
    assert [getattr(word, "text", None) for word in words] == ["wolves", "report"]
    keys = snapshot.sample_keys("en", 100, seed=0)
    ids = dict(zip(snapshot.article_ids(keys), shares(snapshot, words, keys).tolist(), strict=True))
    assert ids["wolves-0"] == pytest.approx(1)
    assert ids["comet-0"] == pytest.approx(ids["bridge-3"])
    # Every article is a report, so the word tells little.
    assert 0 < ids["comet-0"] < 0.1


def test_evidence_does_not_depend_on_the_other_candidates(service: Service) -> None:
    snapshot, encoder = service.store.snapshot(), HashingEncoder()
    vector = encoder.encode_query("comet telescope")
    parsed = service.rooms.unrestricted.engine._reader.parse("comet telescope", 0)
    words = asked_words(parsed, snapshot)
    keys = snapshot.sample_keys("en", 100, seed=0)

    def total(some: np.ndarray) -> list[float]:
        cosines = snapshot.score_meaning(vector, some)
        background = background_of(snapshot)
        evidence = weigh(snapshot, background, words, vector, some, cosines)
        return list(map(float, evidence.total))

    assert total(keys[3:5]) == pytest.approx(total(keys)[3:5], abs=1e-5)


def test_a_language_with_few_articles_is_compared_to_the_whole_archive() -> None:
    rows = np.eye(LEAST_SAMPLED - 1, 16, dtype=np.float32)
    both = Background({"en": rows, "de": rows})
    assert len(both.beside("en")) == 2 * len(rows)
    assert len(both.beside("fr")) == 2 * len(rows)
    enough = np.eye(LEAST_SAMPLED, 16, dtype=np.float32)
    assert len(Background({"en": enough, "de": rows}).beside("en")) == LEAST_SAMPLED


def test_a_language_borrows_and_else_has_a_prior() -> None:
    rows = np.eye(12, 16, dtype=np.float32)
    background = Background({"en": rows})
    learnt = {
        "de": FoundThreshold(4.0, 2.0, 40, "learnt"),
        "fr": FoundThreshold(3.0, 1.0, 40, "learnt"),
        "it": FoundThreshold(9.0, 9.0, 0, "borrowed from de"),
    }
    borrowed = background.threshold("en", Calibration({}, DEFAULT, learnt))
    assert (borrowed.answer, borrowed.end, borrowed.questions) == (3.5, 1.5, 0)
    assert borrowed.origin == "borrowed from de, fr"
    assert background.threshold("it", Calibration({}, DEFAULT, learnt)).answer == 9.0
    prior = background.threshold("en", Calibration({}, DEFAULT))
    assert 0 < prior.end < prior.answer < PRIOR_ANSWER
    many = Background({"en": np.eye(100, dtype=np.float32)})
    assert many.threshold("en", Calibration({}, DEFAULT)).answer == PRIOR_ANSWER


def test_a_foreign_question_needs_no_words() -> None:
    learnt = FoundThreshold(4.0, 2.5, 40, "learnt", foreign=2.0)
    assert learnt.answer_for(is_foreign=True) == 2.0
    assert learnt.answer_for(is_foreign=False) == 4.0
    assert replace(learnt, foreign=None).answer_for(is_foreign=True) == 4.0
    by_meaning = [Outcome(8.0, (3.0,) * 5, best_meaning=at / 10) for at in range(31)]
    assert fitted(by_meaning, 200).foreign == pytest.approx(2.4)
    high = [replace(one, best_meaning=99.0) for one in by_meaning]
    assert fitted(high, 200).foreign == fitted(high, 200).answer
    unknown = [replace(one, best_meaning=None) for one in by_meaning]
    assert fitted(unknown, 200).foreign is None
    background = Background({"en": np.eye(20, dtype=np.float32)})
    lent = background.threshold("en", Calibration({}, DEFAULT, {"de": learnt}))
    assert lent.foreign == 2.0


def test_a_threshold_without_one_for_foreign_questions_is_due(service: Service) -> None:
    snapshot = service.store.snapshot()
    calibration = snapshot.calibration
    assert due_languages(snapshot) == []
    older = {name: replace(one, foreign=None) for name, one in calibration.thresholds.items()}
    earlier = SimpleNamespace(
        calibration=replace(calibration, thresholds=older), stats=snapshot.stats
    )
    assert due_languages(cast(Snapshot, earlier)) == ["en"]


def test_the_curve_lies_between_the_groups() -> None:
    slope, middle = logistic(np.array([5.0, 6, 7, 8]), np.array([1.0, 2, 3, 4, 2, 3]))
    assert slope > 0
    assert 4 < middle < 5
    same = np.array([1.0, 2, 3])
    assert logistic(same, same)[0] > 0


def test_a_threshold_keeps_answers_and_refuses_enough() -> None:
    apart = [Outcome(8.0 + at % 3, (2.0 + at % 2, 2.0, 1.5, 1.2, 1.0)) for at in range(30)]
    clear = fitted(apart, 200)
    assert (clear.kept, clear.refused, clear.questions, clear.articles) == (1.0, 1.0, 30, 200)
    assert clear.end == pytest.approx(1.0)
    blind = [Outcome(2.0, (2.0 + at / 10,) * 5) for at in range(30)]
    assert (fitted(blind, 200).refused or 0) >= LEAST_REFUSED


def test_pseudo_questions_are_the_same_each_time_and_partly_of_other_words(
    service: Service,
) -> None:
    snapshot, encoder = service.store.snapshot(), HashingEncoder()
    keys = snapshot.sample_keys("en", 20, seed=0)
    read = service.archive.revisions(keys.tolist())
    stored = [read[key] for key in keys.tolist()]
    made = list(pseudo_questions(stored, snapshot.analyzer("en")))
    assert made == list(pseudo_questions(stored, snapshot.analyzer("en")))
    text = {one.revision: f"{one.article.title} {one.article.text}" for one in stored}
    assert any(word not in text[one.key] for one in made for word in one.words)
    background = background_of(snapshot)
    threshold = learn_threshold(snapshot, background, stored, encoder, "en", lambda: None)
    assert threshold is not None
    assert threshold == learn_threshold(snapshot, background, stored, encoder, "en", lambda: None)
    assert threshold.end <= threshold.answer


def test_thresholds_are_learnt_with_the_weights_and_stand_in_the_manifest(service: Service) -> None:
    (one,) = service.store.snapshot().calibration.thresholds.values()
    assert (one.origin, one.articles) == ("learnt from the archive", len(RECORDS))
