"""Encoders are loaded late, once, and only if they are what the index was built with."""

import threading
import time
from dataclasses import replace

import pytest
from hashing_encoder import HashingEncoder

from api.encoders import Encoders
from index.errors import EncoderMismatch
from index.protocols import Encoder


class Shelf:
    """Counts what is loaded, each load taking a moment."""

    def __init__(self) -> None:
        self.loaded: list[str] = []

    def load(self, name: str) -> Encoder:
        time.sleep(0.01)
        self.loaded.append(name)
        return HashingEncoder()


IDENTITY = HashingEncoder().identity


def test_what_needs_no_model_loads_none() -> None:
    shelf = Shelf()
    encoder = Encoders(shelf.load).identified(IDENTITY)
    assert encoder.identity == IDENTITY
    assert encoder.encode_passages([]).shape == (0, IDENTITY.dimension)
    assert encoder.count_tokens([]) == []
    assert shelf.loaded == []


def test_it_encodes_as_the_model_does() -> None:
    shelf = Shelf()
    encoder, model = Encoders(shelf.load).identified(IDENTITY), HashingEncoder()
    texts = ["night ferry", "new bridge"]
    assert (encoder.encode_passages(texts) == model.encode_passages(texts)).all()
    assert (encoder.encode_query("ferry") == model.encode_query("ferry")).all()
    assert encoder.count_tokens(texts) == model.count_tokens(texts)
    assert encoder.passage_budget == model.passage_budget
    assert shelf.loaded == ["hashing"]


def test_threads_that_ask_at_once_load_once() -> None:
    shelf = Shelf()
    encoders = Encoders(shelf.load)
    threads = [threading.Thread(target=encoders.named, args=["hashing"]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shelf.loaded == ["hashing"]


def test_other_weights_under_the_same_name_are_refused() -> None:
    encoder = Encoders(Shelf().load).identified(replace(IDENTITY, revision="older"))
    with pytest.raises(EncoderMismatch, match="newsearch reindex"):
        encoder.encode_query("ferry")


def test_the_same_weights_under_another_name_will_do() -> None:
    encoder = Encoders(Shelf().load).identified(replace(IDENTITY, name="moved"))
    assert encoder.encode_query("ferry").shape == (IDENTITY.dimension,)
