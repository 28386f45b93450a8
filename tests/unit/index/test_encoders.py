"""Encoders are loaded late, once, and only if they are what the index was built with."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from corpora import RANDOM_ENCODER, article, indexed, store_of
from hashing_encoder import HashingEncoder

from api.service.encoders import Encoders, encoding_ahead
from api.settings.resolving import resolve
from index.analysis import analyzer_for
from index.errors import EncoderMismatch
from index.local import LocalStore
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


def ahead(folder: Path, monkeypatch: pytest.MonkeyPatch, shelf: Shelf) -> Encoders:
    """What a search of a data folder has loaded once its thread is done."""
    monkeypatch.setattr("index.encoder.load_encoder", lambda name, **_: shelf.load(name))
    encoders = encoding_ahead(resolve({"data_dir": folder}, environ={}), "night ferry")
    for thread in threading.enumerate():
        if thread.name == "encoding ahead":
            thread.join()
    return encoders


def test_the_encoder_of_the_index_is_loaded_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_of(tmp_path / "index", indexed([article("1", "A ferry at night.")]))
    shelf = Shelf()
    encoders = ahead(tmp_path, monkeypatch, shelf)
    assert shelf.loaded == [RANDOM_ENCODER.name]
    encoders.named(RANDOM_ENCODER.name)
    assert shelf.loaded == [RANDOM_ENCODER.name]


def test_what_cannot_be_loaded_ahead_is_left_for_the_search_to_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf()
    ahead(tmp_path, monkeypatch, shelf)
    remote = replace(RANDOM_ENCODER, name="https://models.example/v1/embeddings#m")
    with LocalStore(tmp_path / "index", analyzer_for).writer(remote) as writer:
        writer.commit(indexed([article("1", "A ferry at night.")]), [], 1)
    ahead(tmp_path, monkeypatch, shelf)
    assert shelf.loaded == []
