"""Conversions: what they need, when they are refused, and what they do to their cache."""

import json
import logging
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tiny_model import save_tiny_model

from index.domain import InferencePrecision
from index.encoder import compiled_networks, conversion, load_encoder
from index.encoder.converted import ConvertedEncoder
from index.encoder.openvino_runtime import Network
from index.encoder.sentence_transformer import SentenceTransformerEncoder
from index.encoder.tokens import TokenIds

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def cache(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    assert isinstance(load_encoder(str(tiny), cache_dir=folder), ConvertedEncoder)
    return folder


def test_a_warm_cache_needs_neither_torch_nor_transformers(
    tiny: Path, cache: Path, precision: InferencePrecision
) -> None:
    code = (
        "import sys, pathlib\n"
        "from index.domain import InferencePrecision\n"
        "from index.encoder import load_encoder\n"
        f"cache = pathlib.Path({str(cache)!r})\n"
        f"precision = InferencePrecision({precision.value!r})\n"
        f"encoder = load_encoder({str(tiny)!r}, cache_dir=cache, precision=precision)\n"
        "encoder.encode_query('x'); encoder.encode_passages(['x', 'y z'])\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'huggingface_hub'}\n"
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
    assert done.stdout.strip() == "ConvertedEncoder []"


def test_importing_the_package_imports_no_runtime() -> None:
    code = "import sys, index.encoder\nprint(sorted({'torch', 'openvino'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    assert done.stdout.strip() == "[]"


def test_conversion_opens_no_connection(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert isinstance(load_encoder(str(tiny), cache_dir=tmp_path), ConvertedEncoder)


def test_a_cached_conversion_is_not_made_again(
    tiny: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversion, "convert", lambda *_: pytest.fail("converted again"))
    assert isinstance(load_encoder(str(tiny), cache_dir=cache), ConvertedEncoder)


def test_a_conversion_that_differs_is_refused_once(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    right = Network.embed_batches

    def wrong(self: Network, batches: object, vectors: object, on_done: object) -> None:
        right(self, batches, vectors, on_done)  # type: ignore[arg-type]
        vectors[:, 0] += 0.1  # type: ignore[index]

    with monkeypatch.context() as patched:
        patched.setattr(Network, "embed_batches", wrong)
        encoder = load_encoder(str(tiny), cache_dir=tmp_path)
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert "has a cosine of" in caplog.text
    caplog.clear()
    monkeypatch.setattr(conversion, "convert", lambda *_: pytest.fail("tried again"))
    assert isinstance(load_encoder(str(tiny), cache_dir=tmp_path), SentenceTransformerEncoder)
    assert "has a cosine of" in caplog.text


@pytest.mark.parametrize("name", ["model.bin", "verdict.json", "words.npy"])
def test_a_damaged_conversion_is_made_anew(
    tiny: Path, cache: Path, tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    expected = load_encoder(str(tiny), cache_dir=cache).encode_query("the storm")
    copied = shutil.copytree(cache, tmp_path / "cache")
    (file,) = copied.glob(f"*/**/{name}")
    file.write_bytes(file.read_bytes()[:-9])
    again = load_encoder(str(tiny), cache_dir=copied)
    assert isinstance(again, ConvertedEncoder)
    assert "is damaged" in caplog.text
    np.testing.assert_allclose(again.encode_query("the storm"), expected, atol=1e-3)


def test_a_query_network_is_compiled_once(
    tiny: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = shutil.copytree(cache, tmp_path / "cache")
    expected = load_encoder(str(tiny), cache_dir=copied).encode_query("the storm")
    monkeypatch.setattr(Network, "_compile", lambda *_: pytest.fail("compiled again"))
    again = load_encoder(str(tiny), cache_dir=copied).encode_query("the storm")
    np.testing.assert_array_equal(again, expected)


def test_a_damaged_compiled_network_is_made_anew(
    tiny: Path, cache: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    copied = shutil.copytree(cache, tmp_path / "cache")
    expected = load_encoder(str(tiny), cache_dir=copied).encode_query("the storm")
    (blob,) = copied.glob("*/*/plain/compiled-*/network.blob")
    whole = blob.read_bytes()
    blob.write_bytes(whole[:-9])
    again = load_encoder(str(tiny), cache_dir=copied).encode_query("the storm")
    np.testing.assert_array_equal(again, expected)
    assert "is damaged" in caplog.text
    assert blob.read_bytes() != whole[:-9]


def test_without_room_for_a_compiled_network_queries_are_answered(
    tiny: Path,
    cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(_: Path) -> None:
        raise OSError("no space left on device")

    copied = shutil.copytree(cache, tmp_path / "cache")
    expected = load_encoder(str(tiny), cache_dir=cache).encode_query("the storm")
    for kept in copied.glob("*/*/plain/compiled-*"):
        shutil.rmtree(kept)
    monkeypatch.setattr(compiled_networks, "atomic_folder", refuse)
    found = load_encoder(str(tiny), cache_dir=copied).encode_query("the storm")
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert "no space left" in caplog.text


def test_a_conversion_that_cannot_be_written_falls_back(
    tiny: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    encoder = load_encoder(str(tiny), cache_dir=blocked)
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert caplog.records[-1].levelno == logging.WARNING


def test_an_explicit_device_is_left_to_torch(tiny: Path, cache: Path) -> None:
    encoder = load_encoder(str(tiny), cache_dir=cache, device="cpu")
    assert isinstance(encoder, SentenceTransformerEncoder)


def test_repeated_queries_are_answered_from_memory(
    tiny: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    right = Network.embed_one

    def counted(self: Network, tokens: TokenIds) -> np.typing.NDArray[np.float32]:
        seen.append(len(tokens))
        return right(self, tokens)

    monkeypatch.setattr(Network, "embed_one", counted)
    encoder = load_encoder(str(tiny), cache_dir=cache)
    first = encoder.encode_query("storm")
    assert encoder.encode_query("storm") is first
    assert len(seen) == 1
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 0


@pytest.mark.parametrize("chosen", [InferencePrecision.F32, InferencePrecision.BF16])
def test_the_precision_can_be_chosen(
    tiny: Path, tmp_path: Path, chosen: InferencePrecision
) -> None:
    """The weights are halves in both, so that even f32 rounds a little."""
    encoder = load_encoder(str(tiny), cache_dir=tmp_path, precision=chosen)
    assert isinstance(encoder, ConvertedEncoder)
    (made,) = tmp_path.glob("*/*")
    assert made.name.endswith(f"-{chosen}")
    original = load_encoder(str(tiny)).encode_passages(["the storm"])
    vectors = encoder.encode_passages(["the storm"])
    tolerance = {InferencePrecision.F32: 1e-3, InferencePrecision.BF16: 3e-2}[chosen]
    np.testing.assert_allclose(vectors, original, atol=tolerance)


def test_nothing_is_left_of_the_making(cache: Path) -> None:
    (made,) = cache.glob("*/*")
    names = {file.name for file in made.iterdir()}
    assert names == {"plain", "verdict.json", "words.npy"}
    assert {"model.bin", "model.xml"} <= {file.name for file in (made / "plain").iterdir()}
    assert json.loads((made / "verdict.json").read_text(encoding="utf-8"))["network"] == "plain"
