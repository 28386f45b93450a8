"""Deadlines: every loop whose length depends on the question looks at the clock."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import numpy as np
import pytest
from hashing_encoder import HashingEncoder
from newsrooms import RECORDS, articles_of, service_in
from waiting import PATIENCE_S

from api.service.encoders import Encoders
from api.service.service import Service
from index.errors import DeadlineExceeded
from index.protocols import Snapshot
from index.query import Bool, ExactField, Fuzzy, Phrase, Prefix, Wildcard, Word
from index.runtime import deadline
from search.facet_types import FacetName, FacetRequest
from search.request import SearchRequest
from search.stages import Stage, stage, watched

PAST = -1.0


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service_in(tmp_path_factory.mktemp("data")) as service:
        service.archive.put(articles_of(service, RECORDS))
        service.upkeep.sync()
        yield service


FERRY = Word("ferry")
VECTOR = np.eye(64, dtype=np.float32)[0]
KEYS = np.array([1, 2, 3], np.int64)
LOOPS: dict[str, Callable[[Snapshot], object]] = {
    "a word": lambda snapshot: snapshot.match(FERRY, 10),
    "many words": lambda snapshot: snapshot.match(Bool(should=(FERRY, Word("bridge"))), 10),
    "a phrase": lambda snapshot: snapshot.match(Phrase("night ferry"), 10),
    "a prefix": lambda snapshot: snapshot.match(Prefix("f"), 10),
    "a pattern": lambda snapshot: snapshot.match(Wildcard("f*y"), 10),
    "a fuzzy word": lambda snapshot: snapshot.match(Fuzzy("fery", 1), 10),
    "the newest": lambda snapshot: snapshot.newest(FERRY, 10),
    "the nearest": lambda snapshot: snapshot.nearest(VECTOR, 10),
    "words of some": lambda snapshot: snapshot.score_words(FERRY, KEYS),
    "meaning of some": lambda snapshot: snapshot.score_meaning(VECTOR, KEYS),
    "chunks": lambda snapshot: snapshot.best_chunks(VECTOR, KEYS),
    "ids": lambda snapshot: snapshot.article_ids(KEYS),
    "a selection": lambda snapshot: snapshot.select(Wildcard("f*y")),
    "completions": lambda snapshot: snapshot.completions("f", 10),
}


@pytest.mark.parametrize("name", LOOPS)
def test_every_way_to_ask_stops_at_the_deadline(service: Service, name: str) -> None:
    snapshot = service.store.snapshot()
    with deadline.until(time.monotonic() + PAST), pytest.raises(DeadlineExceeded):
        LOOPS[name](snapshot)
    LOOPS[name](snapshot)  # and nothing of it stays


def test_counting_stops_at_the_deadline(service: Service) -> None:
    selection = service.store.snapshot().select(FERRY)
    with deadline.until(time.monotonic() + PAST), pytest.raises(DeadlineExceeded):
        selection.count_values(ExactField.SOURCE, 10)
    assert selection.count_values(ExactField.SOURCE, 10).total == 2


EVERYTHING = SearchRequest(
    "night ferry", facets=FacetRequest(tuple(FacetName)), feedback=True, explain=True
)


LOOPING = (
    Stage.READ, Stage.WORDS, Stage.MEANING, Stage.COMPLETE, Stage.FACETS, Stage.HITS,
)  # fmt: skip
"""Stages that look at the clock themselves; the others are looked after by the next one."""


@pytest.mark.parametrize("name", LOOPING)
def test_a_stage_stops_in_its_middle(service: Service, name: Stage) -> None:
    seen: list[Stage] = []

    def watch(begun: Stage) -> AbstractContextManager[None]:
        seen.append(begun)
        return deadline.until(time.monotonic() + (PAST if begun is name else PATIENCE_S))

    with pytest.raises(DeadlineExceeded), watched(watch):
        service.rooms.indexed().search(EVERYTHING)
    assert seen[-1] is name
    assert service.rooms.indexed().search(EVERYTHING).hits


def test_no_stage_begins_when_the_time_is_over() -> None:
    with (
        deadline.until(time.monotonic() + PAST),
        pytest.raises(DeadlineExceeded),
        stage(Stage.READ),
    ):
        raise AssertionError("it began")


def test_who_waits_for_a_model_waits_no_longer_than_the_deadline() -> None:
    loading, go = threading.Event(), threading.Event()

    def load(_name: str) -> HashingEncoder:
        loading.set()
        assert go.wait(PATIENCE_S)
        return HashingEncoder()

    encoders = Encoders(load)
    loader = threading.Thread(target=encoders.named, args=["slow"])
    loader.start()
    try:
        assert loading.wait(PATIENCE_S)
        with deadline.until(time.monotonic() + 0.05), pytest.raises(DeadlineExceeded):
            encoders.named("slow")
    finally:
        go.set()
        loader.join()
    assert encoders.named("slow").encode_query("ferry").any()


def test_without_a_deadline_there_is_no_end() -> None:
    deadline.check()
    assert deadline.left_s() == float("inf")
    with deadline.until(time.monotonic() + PATIENCE_S):
        deadline.check()
        assert 0 < deadline.left_s() <= PATIENCE_S
        with stage(Stage.READ):
            pass
    with deadline.until(time.monotonic() + PAST):
        assert deadline.left_s() == 0
