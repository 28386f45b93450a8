"""Which of several trials is the best, and what is compared at all."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from newsrooms import service_in

from api.service.encoder_comparison import (
    EncoderComparison,
    compare_encoders,
    judged_test_set,
    own_test_set,
)
from api.service.encoder_trial import Trial
from api.settings.resolving import resolve
from api.settings.settings import Settings
from index.domain import Article, EncoderIdentity
from index.errors import EncoderError, EvaluationError
from search.evaluation.known_items import TestSet, known_items
from search.evaluation.queries import Query
from search.request import Mode

ARTICLES = [
    Article(
        f"a{number}",
        f"Council of district {number} votes on harbour",
        f"The vote of district {number} took place on Monday. The mayor was not there.",
        "en" if number % 3 else "de",
    )
    for number in range(30)
]


def trial(revision: str, hybrid: float, semantic: float, test_set: TestSet) -> Trial:
    """The same value for every question."""
    means: Mapping[Mode, float] = {Mode.HYBRID: hybrid, Mode.SEMANTIC: semantic, Mode.KEYWORD: 0.5}
    values = {mode: {query.id: mean for query in test_set.queries} for mode, mean in means.items()}
    identity = EncoderIdentity(revision, revision, 384, 128)
    return Trial(identity, values, {"en": 0.5}, 2.0, 100.0, 1.5, None)


def compare_of(
    test_set: TestSet, values: Mapping[str, tuple[str, float, float]], tmp_path: Path
) -> EncoderComparison:
    def trying(name: str, found: TestSet, settings: Settings) -> Trial:
        if name not in values:
            raise EncoderError(f"{name}: no such model")
        return trial(*values[name], found)

    settings = resolve({"data_dir": tmp_path}, environ={})
    return compare_encoders([*values, "missing"], test_set, settings, 3_000, trying=trying)


def test_headlines_are_decided_by_meaning_and_judgments_by_hybrid_search(tmp_path: Path) -> None:
    own = known_items(ARTICLES)
    judged = TestSet(own.articles, own.queries, own.qrels, Mode.HYBRID)
    values = {"one": ("r1", 0.9, 0.6), "other": ("r2", 0.8, 0.7)}
    assert compare_of(own, values, tmp_path).best == "other"
    assert compare_of(judged, values, tmp_path).best == "one"


def test_a_difference_that_may_be_chance_is_told(tmp_path: Path) -> None:
    own = known_items(ARTICLES)
    values = {"one": ("r1", 0.9, 0.7), "same": ("r2", 0.9, 0.7), "worse": ("r3", 0.9, 0.5)}
    found = compare_of(own, values, tmp_path)
    assert found.as_good == ["same"]
    assert found.p_of_best["worse"] < 0.01


def test_one_encoder_of_two_names_is_tried_once_and_refusals_are_kept(tmp_path: Path) -> None:
    own = known_items(ARTICLES)
    found = compare_of(own, {"one": ("r1", 0.9, 0.7), "alias": ("r1", 0.9, 0.7)}, tmp_path)
    assert list(found.trials) == ["one"]
    assert found.refused == {"missing": "missing: no such model"}
    with pytest.raises(EncoderError, match="missing: no such model"):
        compare_of(own, {}, tmp_path)


def test_costs_are_scaled_to_the_whole_archive(tmp_path: Path) -> None:
    found = compare_of(known_items(ARTICLES), {"one": ("r1", 0.9, 0.7)}, tmp_path)
    assert found.whole_archive_s("one") == 3_000 * 2.0 / 100.0
    assert found.whole_archive_bytes("one") == 3_000 * 2.0 * 384 * 2


def test_a_sample_has_each_language_in_its_share(tmp_path: Path) -> None:
    with service_in(tmp_path / "data") as service:
        service.archive.put(ARTICLES)
        service.upkeep.sync()
        snapshot, archive = service.store.snapshot(), service.archive
        found = own_test_set(snapshot, archive, 24)
        languages = [query.language for query in found.queries]
        assert (languages.count("en"), languages.count("de")) == (16, 8)
        with pytest.raises(EvaluationError, match="yields 6 queries"):
            own_test_set(snapshot, archive, 6)

        queries = [Query("q1", "district 7", "en")]
        judged = judged_test_set(snapshot, archive, queries, {"q1": {"a7": 2, "gone": 1}}, 10)
        assert judged.articles[0].id == "a7"
        assert len({article.id for article in judged.articles}) == 10
        assert judged.qrels == {"q1": {"a7": 2, "gone": 1}}
        with pytest.raises(EvaluationError, match="none of the judged articles"):
            judged_test_set(snapshot, archive, queries, {"q1": {"gone": 1}}, 10)
