"""Static encoders: made once by model2vec, then a table that needs no model library."""

import logging
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tiny_model import break_weights, save_tiny_model

from index.encoder import distillation, load_encoder
from index.encoder.static import StaticEncoder
from index.errors import EncoderError

pytestmark = pytest.mark.long

TEXTS = ["the storm and the harbour", "prices rose 3 percent", "", "政府"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def cache(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    assert isinstance(load_encoder(f"static:{tiny}", cache_dir=folder), StaticEncoder)
    return folder


def test_vectors_are_those_of_model2vec(tiny: Path, cache: Path) -> None:
    from model2vec import StaticModel

    (made,) = cache.glob("*/static-*")
    expected = StaticModel.from_pretrained(made).encode(TEXTS[:2]).astype(np.float32)
    vectors = load_encoder(f"static:{tiny}", cache_dir=cache).encode_passages(TEXTS[:2])
    assert np.sum(vectors * expected, axis=1).min() > 0.9999


def test_once_made_no_model_library_is_imported(tiny: Path, cache: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from index.encoder import load_encoder\n"
        f"encoder = load_encoder('static:{tiny}', cache_dir=pathlib.Path({str(cache)!r}))\n"
        "encoder.encode_query('x'); encoder.encode_passages(['x', 'y z'])\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'openvino', 'model2vec'}\n"
        "print(type(encoder).__name__, sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    assert done.stdout.strip() == "StaticEncoder []"


def test_making_prints_nothing(
    tiny: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    load_encoder(f"static:{tiny}", cache_dir=tmp_path)
    assert capfd.readouterr() == ("", "")
    assert "this takes minutes" in caplog.text


def test_one_made_again_is_the_same_encoder(tiny: Path, cache: Path, tmp_path: Path) -> None:
    first = load_encoder(f"static:{tiny}", cache_dir=cache)
    again = load_encoder(f"static:{tiny}", cache_dir=tmp_path)
    assert again.identity == first.identity
    vectors = first.encode_passages(TEXTS) * again.encode_passages(TEXTS)
    assert vectors.sum(axis=1).min() > 0.999


def test_it_is_another_encoder_than_its_model(tiny: Path, cache: Path) -> None:
    model = load_encoder(str(tiny), cache_dir=cache)
    static = load_encoder(f"static:{tiny}", cache_dir=cache)
    assert static.identity.revision != model.identity.revision
    assert static.identity.max_tokens == model.identity.max_tokens


@pytest.mark.parametrize("name", ["model.safetensors", "made.json"])
def test_a_damaged_one_is_made_anew(
    tiny: Path, cache: Path, tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    expected = load_encoder(f"static:{tiny}", cache_dir=cache).encode_passages(TEXTS)
    copied = shutil.copytree(cache, tmp_path / "cache")
    (file,) = copied.glob(f"*/static-*/{name}")
    file.write_bytes(file.read_bytes()[:-9])
    vectors = load_encoder(f"static:{tiny}", cache_dir=copied).encode_passages(TEXTS)
    assert "is damaged" in caplog.text
    np.testing.assert_allclose(vectors, expected, atol=1e-2)


def test_a_cached_one_is_not_made_again(
    tiny: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distillation, "_distill", lambda *_: pytest.fail("distilled again"))
    load_encoder(f"static:{tiny}", cache_dir=cache)


def test_what_the_tokenizer_does_not_know_has_no_say(tiny: Path, cache: Path) -> None:
    encoder = load_encoder(f"static:{tiny}", cache_dir=cache)
    one, other = encoder.encode_passages(["the storm", "the storm 政"])
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_models_that_cannot_be_distilled(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="needs a cache folder"):
        load_encoder("static")
    with pytest.raises(EncoderError, match="no such model folder"):
        load_encoder("static:/nowhere", cache_dir=tmp_path)
    slow = shutil.copytree(tiny, tmp_path / "slow")
    (slow / "tokenizer.json").unlink()
    with pytest.raises(EncoderError, match="no fast tokenizer"):
        load_encoder(f"static:{slow}", cache_dir=tmp_path)
    broken = shutil.copytree(tiny, tmp_path / "broken")
    (broken / "model.safetensors").write_bytes(b"none")
    with pytest.raises(EncoderError, match="to distil it"):
        load_encoder(f"static:{broken}", cache_dir=tmp_path)


def test_a_model_of_nothing_but_nan_is_refused(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path / "model")
    break_weights(folder)
    with pytest.raises(EncoderError, match="weights are damaged"):
        load_encoder(f"static:{folder}", cache_dir=tmp_path)
