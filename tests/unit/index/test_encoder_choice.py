"""Where a model runs: a GPU where torch has one, which is pretended here, else the conversion."""

import importlib.metadata
import sys
from pathlib import Path

import pytest
import torch
from tiny_model import save_tiny_model

from index.encoder import load_encoder, loading, sentence_transformer
from index.encoder.converted import ConvertedEncoder
from index.encoder.model_folder import read_model_folder
from index.encoder.sentence_transformer import SentenceTransformerEncoder

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("model"))


def pretend(monkeypatch: pytest.MonkeyPatch, *, cuda: bool, mps: bool) -> None:
    """Torch says that it has these, on a machine where one may be."""
    monkeypatch.setattr(sys, "platform", "darwin" if mps else "win32")
    monkeypatch.setattr(importlib.metadata, "version", lambda _name: "2.13.0")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)


@pytest.mark.parametrize(
    ("cuda", "mps", "device"), [(True, False, "cuda"), (False, True, "mps"), (False, False, "cpu")]
)
def test_the_device_is_the_best_that_torch_has(
    monkeypatch: pytest.MonkeyPatch, cuda: bool, mps: bool, device: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert sentence_transformer._best_device() == device


@pytest.mark.parametrize(("cuda", "mps"), [(True, False), (False, True)])
def test_with_a_gpu_nothing_is_converted(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cuda: bool, mps: bool
) -> None:
    with monkeypatch.context() as patched:
        pretend(patched, cuda=cuda, mps=mps)
        encoder = load_encoder(str(tiny), cache_dir=tmp_path)
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert not list(tmp_path.iterdir())


def test_without_one_the_model_is_converted(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        pretend(patched, cuda=False, mps=False)
        assert not loading._has_gpu()
    assert isinstance(load_encoder(str(tiny), cache_dir=tmp_path), ConvertedEncoder)


def test_off_the_cpu_the_weights_are_halved(tiny: Path) -> None:
    """The "meta" device computes nothing, but shows what the weights would be."""
    model = SentenceTransformerEncoder(read_model_folder("tiny", tiny), "meta").model
    assert {weight.dtype for weight in model.parameters()} == {torch.float16}
