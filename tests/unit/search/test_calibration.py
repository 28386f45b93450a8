"""Calibration: the choice on the grid, and when a language is learnt."""

from contextlib import ExitStack
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from corpora import article, indexed, store_of
from hashing_encoder import HashingEncoder
from newsrooms import settings_in

from api.service.service import Service
from index.domain import Article, Calibration, LanguageWeight
from index.text.chunking import chunk_many, embedded_text
from search.ranking import calibration
from search.ranking.calibration import GRID, best_weight, prose_weight
from search.ranking.query_shape import is_prose


def gains_peaking_at(
    place: float, sentences: int = 40
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The same clear peak for every sentence and both kinds of question."""
    curve = 1.0 - (GRID - place) ** 2
    return np.broadcast_to(curve, (sentences, 2, len(GRID)))


@pytest.mark.parametrize("place", [0.0, 0.3, 0.7, 1.0])
def test_a_clear_peak_is_taken(place: float) -> None:
    weight, quality = best_weight(gains_peaking_at(place))
    assert weight == pytest.approx(place)
    assert quality == pytest.approx(1.0)


def test_in_doubt_words_lead() -> None:
    chance = np.random.default_rng(0)
    noisy = gains_peaking_at(0.8) + chance.normal(scale=2.0, size=(40, 2, len(GRID)))
    assert best_weight(noisy)[0] < 0.8


@pytest.mark.parametrize("place", [0.3, 0.7])
def test_for_prose_the_doubt_speaks_for_meaning_where_that_is_better(place: float) -> None:
    chance = np.random.default_rng(0)
    noise = chance.normal(scale=0.3, size=(40, 2, len(GRID)))
    noise[:, :, [0, -1]] = 0  # the one leg alone is surely better than the other
    gains = gains_peaking_at(place) + noise
    peak = GRID[int(gains.mean(axis=(0, 1)).argmax())]
    keywords, prose = best_weight(gains)[0], prose_weight(gains)
    assert keywords < peak
    assert prose > peak if place > 0.5 else prose == keywords
    assert prose_weight(gains, is_proven=True) > peak


def test_a_leg_that_never_helps_gets_weight_0() -> None:
    assert best_weight(gains_peaking_at(-0.2))[0] == 0.0


def newsroom(folder: Path, articles: list[Article]) -> Service:
    service = Service(settings_in(folder), encoder=HashingEncoder(), creates=True)
    service.archive.put(articles)
    service.upkeep.sync()
    return service


def test_a_language_that_cannot_be_learnt_is_not_tried_at_every_run(tmp_path: Path) -> None:
    with newsroom(tmp_path, [article(f"a{n}", "Too short.") for n in range(20)]) as service:
        snapshot = service.store.snapshot()
        assert snapshot.calibration.weights["en"].sampled == 0
        assert calibration.due_languages(snapshot) == []


def test_what_the_index_has_is_not_encoded_again(tmp_path: Path) -> None:
    encoder = HashingEncoder(max_tokens=40)
    sentences = [f"The {a} of the {b} met the {c} by the river on day {n} again. "
                 for n, (a, b, c) in enumerate(permutations(WORDS, 3))]  # fmt: skip
    articles = [article(f"a{n}", "".join(sentences[n * 6 : n * 6 + 6])) for n in range(20)]
    service = Service(settings_in(tmp_path), encoder=encoder, creates=True)
    with service:
        service.archive.put(articles)
        service.upkeep.sync()
        snapshot = service.store.snapshot()
        before = encoder.texts_encoded
        calibration.calibrate(snapshot, service.archive, encoder, ["en"])
        keys = snapshot.sample_keys("en", calibration.SAMPLES, seed=0)
        found = service.archive.revisions(keys.tolist())
        stored = [found[key] for key in keys.tolist()]
        taken = calibration.take_sentences(stored, snapshot, calibration.SAMPLES)
        answers = texts_of([sentence.answer for sentence in taken], encoder)
    missing = set(answers) - set(texts_of([item.article for item in stored], encoder))
    assert encoder.texts_encoded - before == len(missing) < len(answers) / 2


def texts_of(articles: list[Article], encoder: HashingEncoder) -> list[str]:
    """What is embedded of some articles."""
    chunked = chunk_many(articles, encoder)
    return [
        embedded_text(one, chunk, encoder)
        for one, chunks in zip(articles, chunked, strict=True)
        for chunk in chunks
    ]


def test_overlong_articles_are_not_asked_about(tmp_path: Path) -> None:
    sentence = "The mayor of the town opened the long new bridge over the river today. "
    items = indexed([article("long", sentence * 2000), article("short", sentence * 3)])
    snapshot = store_of(tmp_path / "index", items).snapshot()
    taken = calibration.take_sentences([item.stored for item in items], snapshot, 10)
    assert {sentence.key for sentence in taken} == {2}


WORDS = [
    "harbour",
    "bridge",
    "ferry",
    "council",
    "budget",
    "tunnel",
    "school",
    "library",
    "orchestra",
    "glacier",
]


def telling(count: int) -> list[Article]:
    """Articles with two sentences each, long enough to be asked about."""
    texts = (
        f"The {WORDS[n % 10]} of district{n} will see the {WORDS[(n + 3) % 10]} at noon today. "
        f"Nobody in place{n} had asked for a {WORDS[(n + 7) % 10]} before that long wet summer."
        for n in range(count)
    )
    return [article(f"a{n}", text) for n, text in enumerate(texts)]


def never(seconds: float) -> None:
    raise AssertionError(f"nothing to wait for, for {seconds} s")


def test_keeping_up_leaves_learning_to_a_time_of_its_own(tmp_path: Path) -> None:
    with Service(settings_in(tmp_path), encoder=HashingEncoder(), creates=True) as service:
        service.archive.put(telling(30))
        service.upkeep.keep_up()
        assert calibration.due_languages(service.store.snapshot()) == ["en"]
        assert service.upkeep.recalibrate(never)
        weight = service.store.snapshot().calibration.weights["en"]
        assert weight.sampled
        assert not service.upkeep.recalibrate(never), "nothing is due any more"
    with Service(settings_in(tmp_path / "other"), encoder=HashingEncoder(), creates=True) as other:
        other.archive.put(telling(30))
        other.upkeep.sync()
        assert other.store.snapshot().calibration.weights["en"] == weight


def test_learning_holds_no_lock_and_waits_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    with Service(settings_in(tmp_path), encoder=HashingEncoder(), creates=True) as service:
        service.archive.put(telling(30))
        service.upkeep.keep_up()
        with ExitStack() as writing:
            writing.enter_context(service.upkeep.writing())

            def let_go(seconds: float) -> None:
                waits.append(seconds)
                writing.close()

            assert service.upkeep.recalibrate(let_go), "it was learnt while another wrote"
        assert len(waits) == 1


def test_a_weight_tuned_meanwhile_stands() -> None:
    tuned = LanguageWeight(0.9, 3, "tuned", is_tuned=True)
    learnt = LanguageWeight(0.4, 30, "learnt from the archive")
    noted = Calibration({"en": tuned, "fr": learnt}, learnt)
    found = calibration.merged(
        noted, Calibration({"en": learnt, "de": learnt}, learnt), ["en", "de"]
    )
    assert found.weights == {"en": tuned, "fr": learnt, "de": learnt}


def test_prose_is_told_from_keywords(tmp_path: Path) -> None:
    items = indexed([article("a", "The mayor."), article("b", "市長は橋を開いた。", language="ja")])
    snapshot = store_of(tmp_path / "index", items).snapshot()
    german, english = "Wann war der Präsident in Nordkorea?", "why did the bridge fall"
    for text in (german, english, "新しい橋はいつ開通しましたか"):
        assert is_prose(text, snapshot), text
    for text in ("bridge collapse inquiry", "Putin Nordkorea", "administrative court ruling", "橋"):
        assert not is_prose(text, snapshot), text


def test_articles_of_one_sentence_are_asked_for_by_their_headlines(tmp_path: Path) -> None:
    made = [
        article(
            f"a{n}", f"District{n} council closed it.", title=f"Bridge in district{n} is closed"
        )
        for n in range(20)
    ]
    items = indexed(made)
    snapshot = store_of(tmp_path / "index", items).snapshot()
    taken = calibration.take_sentences([item.stored for item in items], snapshot, 64)
    assert len(taken) == 20
    assert all(one.answer.is_title_derived and not one.answer.title for one in taken)
