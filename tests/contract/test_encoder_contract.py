"""What every encoder promises, run against each of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from embedding_server import embedding_server
from hashing_encoder import HashingEncoder
from tiny_model import save_tiny_model

from index.encoder import load_encoder
from index.protocols import Encoder

KINDS = (
    "hashing",
    "bundled",
    "bundled-converted",
    "tiny",
    "tiny-converted",
    "tiny-cls-converted",
    "remote",
    "fast",
    "fast-converted",
)
TEXTS = (
    "The council approved the new tram line.",
    "Prices rose by 3 percent in March.",
    "",
    "Der Bürgermeister weist die Vorwürfe zurück. " * 12,
    "storm",
    "政府は新しい経済対策を発表した。\U0001f600",
    "word " * 2_000,
)


@pytest.fixture(scope="module", params=KINDS)
def encoder(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Encoder]:
    kind = cast("str", request.param)
    if kind == "remote":
        with embedding_server() as server:
            yield load_encoder(f"{server.url}#intfloat/e5-base")
    else:
        yield local_encoder(kind, tmp_path_factory.mktemp(kind))


def local_encoder(kind: str, folder: Path) -> Encoder:
    if kind == "hashing":
        return HashingEncoder()
    cache_dir: Path | None = folder / "cache" if kind.endswith("converted") else None
    if kind.startswith("fast"):
        return load_encoder("fast", cache_dir=cache_dir)
    if kind.startswith("bundled"):
        return load_encoder("bundled", cache_dir=cache_dir)
    saved = save_tiny_model(folder, pooling="cls" if "cls" in kind else "mean")
    made = load_encoder(str(saved), cache_dir=cache_dir)
    assert ("Converted" in type(made).__name__) == kind.endswith("converted")
    return made


def test_passages_are_float32_unit_rows(encoder: Encoder) -> None:
    vectors = encoder.encode_passages(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), encoder.identity.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_passages_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_passages([]).shape == (0, encoder.identity.dimension)


def test_order_is_kept_and_neighbours_do_not_matter(encoder: Encoder) -> None:
    together = encoder.encode_passages(TEXTS)
    for row, text in enumerate(TEXTS):
        alone = encoder.encode_passages([text])[0]
        assert float(alone @ together[row]) > 0.999
    backwards = encoder.encode_passages(TEXTS[::-1])[::-1]
    assert np.sum(backwards * together, axis=1).min() > 0.999


def test_a_query_is_one_unit_vector(encoder: Encoder) -> None:
    vector = encoder.encode_query("tram line approved")
    assert vector.dtype == np.float32
    assert vector.shape == (encoder.identity.dimension,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    np.testing.assert_array_equal(encoder.encode_query("tram line approved"), vector)


def test_equal_words_lie_near(encoder: Encoder) -> None:
    passages = encoder.encode_passages(["the storm is over", "prices rose 3 percent"])
    near, far = passages @ encoder.encode_query("the storm is over")
    assert near > far


def test_prompts_are_what_tells_queries_from_passages(encoder: Encoder) -> None:
    identity = encoder.identity
    query = encoder.encode_query("storm")
    passage = encoder.encode_passages(["storm"])[0]
    is_same = float(query @ passage) > 0.9995
    assert is_same == (identity.query_prompt == identity.passage_prompt)


def test_tokens_are_counted_without_special_tokens_and_uncut(encoder: Encoder) -> None:
    assert encoder.count_tokens([]) == []
    counts = encoder.count_tokens(["", "the", "the " * 3_000])
    assert counts == [0, 1, 3_000]


def test_the_budget_leaves_room_for_prompt_and_special_tokens(encoder: Encoder) -> None:
    identity = encoder.identity
    prompt = encoder.count_tokens([identity.passage_prompt])[0]
    assert encoder.passage_budget == identity.max_tokens - 2 - prompt


def test_what_stands_within_the_budget_is_not_cut(encoder: Encoder) -> None:
    fits = "the " * (encoder.passage_budget - 1)
    one, other, cut = encoder.encode_passages(
        [fits + "x", fits + "q", "the " * encoder.passage_budget + "q"]
    )
    whole = encoder.encode_passages(["the " * encoder.passage_budget])[0]
    assert not np.allclose(one, other, atol=1e-6)
    np.testing.assert_allclose(cut, whole, atol=1e-3)


def test_progress_ends_with_all_and_never_falls(encoder: Encoder) -> None:
    seen: list[int] = []
    encoder.encode_passages(TEXTS, seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == len(TEXTS)


def test_the_identity_fits_a_manifest(encoder: Encoder) -> None:
    identity = encoder.identity
    assert identity.name
    assert identity.revision
    assert identity.dimension > 0
    assert identity.max_tokens > 2
