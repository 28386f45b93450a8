"""Reranking: all or nothing, within a budget, the same on every page."""

import string
import threading
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from engines import engine_over
from hashing_encoder import HashingEncoder
from newsrooms import articles_of, service_in, settings_in
from waiting import PATIENCE_S

from api.service.service import Service
from index.domain import Scores
from index.encoder import load_reranker
from index.errors import EncoderError
from index.protocols import Reranker
from search.engine import Engine
from search.ranking.rerank import Reranked, Reranking
from search.request import Mode, Page, SearchRequest

REQUEST = SearchRequest("ferry harbour mayor", mode=Mode.KEYWORD, limit=10)


class ByLength:
    """Prefers short passages; counts what it read."""

    def __init__(self) -> None:
        self.read = 0

    def score(self, query: str, passages: Sequence[str]) -> Scores:
        self.read += len(passages)
        return np.array([-len(passage) for passage in passages], np.float32)


class Failing:
    def score(self, query: str, passages: Sequence[str]) -> Scores:
        raise EncoderError("the reranker broke")


class Slow:
    """Never finishes a batch before it is released."""

    def __init__(self) -> None:
        self.released = threading.Event()

    def score(self, query: str, passages: Sequence[str]) -> Scores:
        assert self.released.wait(PATIENCE_S)
        return np.zeros(len(passages), np.float32)


def missing() -> Reranker:
    raise EncoderError("no such model")


@pytest.fixture
def service(tmp_path: Path) -> Service:
    made = service_in(tmp_path)
    made.archive.put(articles_of(made))
    made.upkeep.sync()
    return made


def engine(service: Service, reranking: Reranking | None) -> Engine:
    encoder = HashingEncoder()
    return engine_over(
        service.store,
        service.archive,
        lambda _: encoder,
        service.settings.time_zone,
        reranking=reranking,
    )


def ids(page: Page) -> list[str]:
    return [hit.stored.article.id for hit in page.hits]


def with_model(model: Reranker, top: int = 50, budget_s: float = 3600.0) -> Reranking:
    return Reranking(lambda: model, top=top, budget_s=budget_s)


def test_the_model_makes_the_order_and_the_parts_say_so(service: Service) -> None:
    page = engine(service, with_model(ByLength())).search(REQUEST)
    scores = [hit.parts.rerank for hit in page.hits]
    assert len(scores) >= 3
    assert None not in scores
    assert scores == sorted(scores, key=lambda score: -(score or 0))
    for hit in page.hits:
        assert hit.score == pytest.approx(hit.parts.lexical_share + hit.parts.semantic_share)
    assert page.warnings == ()


def test_only_the_first_hits_are_read(service: Service) -> None:
    plain = engine(service, None).search(REQUEST)
    model = ByLength()
    page = engine(service, with_model(model, top=2)).search(REQUEST)
    assert model.read == 2
    assert set(ids(page)[:2]) == set(ids(plain)[:2])
    assert ids(page)[2:] == ids(plain)[2:]
    assert [hit.parts.rerank is None for hit in page.hits[:3]] == [False, False, True]


@pytest.mark.parametrize(
    ("reranking", "why"),
    [
        (with_model(Failing()), "the reranker cannot be used"),
        (Reranking(missing, top=50, budget_s=3600), "the reranker cannot be used"),
        (with_model(ByLength(), budget_s=0.0), "longer than 0 s"),
    ],
)
def test_without_scores_the_first_ranking_stands(
    service: Service, reranking: Reranking, why: str
) -> None:
    plain = engine(service, None).search(REQUEST)
    page = engine(service, reranking).search(REQUEST)
    assert ids(page) == ids(plain)
    assert all(hit.parts.rerank is None for hit in page.hits)
    assert [why in note.text for note in page.warnings] == [True]


@pytest.mark.parametrize(
    ("reranking", "cause"),
    [
        (with_model(Failing()), "the reranker broke"),
        (Reranking(missing, top=50, budget_s=3600), "no such model"),
    ],
)
def test_what_broke_is_logged_not_told(
    service: Service, reranking: Reranking, cause: str, caplog: pytest.LogCaptureFixture
) -> None:
    page = engine(service, reranking).search(REQUEST)
    assert not any(cause in note.text for note in page.warnings)
    assert cause in caplog.text


def test_a_slow_model_is_not_waited_for(service: Service) -> None:
    model = Slow()
    reranking = with_model(model, budget_s=0.1)
    try:
        page = engine(service, reranking).search(REQUEST)
    finally:
        model.released.set()
    assert ids(page) == ids(engine(service, None).search(REQUEST))
    assert "longer than 0.1 s" in page.warnings[0].text


def test_pages_share_one_decision(service: Service) -> None:
    model = ByLength()
    reranked = engine(service, with_model(model))
    whole = ids(reranked.search(REQUEST))
    first = reranked.search(replace(REQUEST, limit=1))
    rest = reranked.search(replace(REQUEST, limit=9, cursor=first.cursor))
    assert ids(first) + ids(rest) == whole
    assert model.read == len(whole)


def test_a_failure_holds_for_further_pages() -> None:
    reranking = with_model(Failing())
    first = reranking.decide(("s", "r"), "query", lambda: ["a", "b"])
    assert first.scores is None
    assert reranking.decide(("s", "r"), "query", list) is first


def test_old_decisions_are_forgotten() -> None:
    model = ByLength()
    reranking = with_model(model)
    for number in range(300):
        reranking.decide(("s", str(number)), "query", lambda: ["a"])
    again: Reranked = reranking.decide(("s", "0"), "query", lambda: ["a"])
    assert again.scores is not None
    assert model.read == 301


def test_a_ranking_for_evaluation_goes_down_from_place_to_place(service: Service) -> None:
    reranked = engine(service, with_model(ByLength()))
    ranking = reranked.ranked_ids(REQUEST)
    assert [article_id for article_id, _ in ranking] == ids(reranked.search(REQUEST))
    assert [score for _, score in ranking] == [float(n) for n in range(len(ranking), 0, -1)]


def save_tiny_cross_encoder(folder: Path) -> Path:
    """A BERT of 1 layer with random weights and one output, saved as a cross-encoder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
        from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

        torch.manual_seed(3)
        folder.mkdir(parents=True)
        signs = [*string.ascii_lowercase, *string.digits, *string.punctuation]
        words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *signs, *(f"##{s}" for s in signs)]
        (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
        BertTokenizer(str(folder / "vocab.txt"), model_max_length=128).save_pretrained(folder)
        config = BertConfig(  # type: ignore[call-arg]
            vocab_size=len(words),
            hidden_size=32,
            num_hidden_layers=1,
            num_attention_heads=4,
            intermediate_size=64,
            max_position_embeddings=128,
            initializer_range=0.3,
            num_labels=1,
        )
        BertForSequenceClassification(config).save_pretrained(folder)
    return folder


@pytest.mark.long
def test_a_cross_encoder_of_a_folder_reranks(service: Service, tmp_path: Path) -> None:
    folder = save_tiny_cross_encoder(tmp_path / "cross")
    settings = settings_in(tmp_path, reranker=str(folder), rerank_budget_s=3600)
    with Service(settings, encoder=HashingEncoder()) as reranking:
        page = reranking.rooms.indexed().search(replace(REQUEST, mode=Mode.HYBRID))
    scores = [hit.parts.rerank for hit in page.hits]
    assert page.warnings == ()
    assert len(set(scores)) > 1
    model = load_reranker(str(folder))
    hit = page.hits[0]
    assert scores[0] == max(score for score in scores if score is not None)
    again = model.score("a ferry", ["x", "y z"])
    assert again.shape == (2,)
    assert again.dtype == np.float32
    assert hit.parts.rerank is not None


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="reranker"):
        load_reranker(str(tmp_path))
