"""Which encoder articles are indexed with."""

from dataclasses import replace
from pathlib import Path

import pytest
from hashing_encoder import HashingEncoder
from newsrooms import articles_of

from api.service.encoders import Encoders
from api.service.service import Service
from api.settings.resolving import resolve
from index.errors import EncoderMismatch
from index.protocols import Encoder


def service(data_dir: Path, meaning: str, *, chosen: str | None = None) -> Service:
    """A service of a machine on which "multilingual" stands for `meaning`."""

    def load(name: str) -> Encoder:
        encoder = HashingEncoder()
        own = meaning if name == "multilingual" else name
        encoder.identity = replace(encoder.identity, name=own, revision=own)
        return encoder

    settings = resolve({"data_dir": data_dir, "encoder": chosen}, environ={})
    return Service(settings, encoders=Encoders(load), creates=True)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A folder whose index was made with what "multilingual" then stood for."""
    with service(tmp_path / "data", "multilingual-4bit") as made:
        made.archive.put(articles_of(made))
        made.upkeep.sync()
        assert made.store.snapshot().encoder.name == "multilingual-4bit"
    return tmp_path / "data"


@pytest.mark.parametrize("chosen", [None, "multilingual"])
def test_an_index_keeps_what_multilingual_meant(data_dir: Path, chosen: str | None) -> None:
    with service(data_dir, "multilingual-full", chosen=chosen) as later:
        assert later.upkeep.encoder().identity.name == "multilingual-4bit"


def test_a_rebuild_takes_what_it_means_now(data_dir: Path) -> None:
    with service(data_dir, "multilingual-full", chosen="multilingual") as later:
        later.upkeep.reindex()
        assert later.store.snapshot().encoder.name == "multilingual-full"
    with service(data_dir, "english") as later:
        later.upkeep.reindex()
        assert later.store.snapshot().encoder.name == "multilingual-full", "its own"


def test_another_choice_is_refused_until_a_rebuild(data_dir: Path) -> None:
    with service(data_dir, "multilingual-4bit", chosen="english") as other:
        other.archive.put(articles_of(other))
        with pytest.raises(EncoderMismatch, match="newsearch reindex --encoder english"):
            other.upkeep.sync()
