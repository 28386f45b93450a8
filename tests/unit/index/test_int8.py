"""Networks in 8 bits: near the original, and used only where they rank as well and are faster."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tiny_model import save_tiny_model

from index.encoder import conversion, int8_trial, load_encoder
from index.encoder.converted import ConvertedEncoder
from index.encoder.multilingual import MULTILINGUAL
from index.text.samples import QUESTIONS, SAMPLES


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("model"))


def converted(
    tiny: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, objection: str | None
) -> ConvertedEncoder:
    """The tiny model, converted as one whose form in 8 bits is tried and judged so."""
    monkeypatch.setattr(conversion, "MULTILINGUAL", {str(tiny)})
    monkeypatch.setattr(conversion, "has_int8", lambda: True)
    monkeypatch.setattr(conversion, "objection", lambda _plain, _small: objection)
    encoder = load_encoder(str(tiny), cache_dir=cache)
    assert isinstance(encoder, ConvertedEncoder)
    return encoder


def network_of(cache: Path) -> str:
    (file,) = cache.glob("*/*/*/model.xml")
    return file.read_text(encoding="utf-8")


def test_vectors_in_8_bits_stay_near(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = load_encoder(str(tiny)).encode_passages(SAMPLES)
    small = converted(tiny, tmp_path, monkeypatch, None).encode_passages(SAMPLES)
    cosines = (plain * small).sum(axis=1)
    assert cosines.min() > 0.97
    assert network_of(tmp_path).count('type="FakeQuantize"') == 12, "six layers each in two"


def test_what_is_objected_to_is_not_used(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    converted(tiny, tmp_path, monkeypatch, "it ranks worse")
    assert "FakeQuantize" not in network_of(tmp_path)


class Told(ConvertedEncoder):
    """An encoder whose vectors are told, and the time that it takes."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = vectors

    def encode_passages(self, *_: object) -> NDArray[np.float32]:
        return self._vectors

    def encode_query(self, text: str) -> NDArray[np.float32]:
        place = QUESTIONS.index(text)
        vector: NDArray[np.float32] = np.eye(len(self._vectors[0]), dtype=np.float32)[place]
        return vector


def told(swapped: int) -> Told:
    """Answers every question right but the first few, which it finds in the second place."""
    vectors = np.eye(len(SAMPLES) - 3, dtype=np.float32)
    for place in range(0, 2 * swapped, 2):
        vectors[[place, place + 1]] = vectors[[place + 1, place]]
    return Told(vectors)


@pytest.mark.parametrize(
    ("swapped", "costs", "message"),
    [(0, (2.0, 1.0), None), (1, (2.0, 1.0), "lose "), (0, (1.0, 1.2), "1.20 times as long")],
)
def test_ranking_comes_first_then_speed(
    swapped: int,
    costs: tuple[float, float],
    message: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain, small = told(0), told(swapped)
    monkeypatch.setattr(int8_trial, "_cpu_s", lambda encoder: costs[encoder is small])
    found = int8_trial.objection(plain, small)
    assert found is None if message is None else message in str(found)


def test_only_models_that_were_measured_are_tried(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversion, "has_int8", lambda: True)
    monkeypatch.setattr(conversion, "objection", lambda *_: pytest.fail("tried"))
    assert str(tiny) not in MULTILINGUAL
    load_encoder(str(tiny), cache_dir=tmp_path)
