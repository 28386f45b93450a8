"""An encoder on a server: what is sent, what is tried again, and what is refused with a reason."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from clocks import clock_of
from embedding_server import Body, EmbeddingServer, Fault, embedding_server
from hashing_encoder import HashingEncoder
from newsrooms import articles_of, settings_in
from numpy.typing import NDArray
from ports import closed_port
from waiting import PATIENCE_S, wait_until

from api.service.service import Service
from index.encoder import load_encoder
from index.encoder.remote.client import EmbeddingClient, Patience
from index.encoder.remote.endpoint import Endpoint, parse_endpoint
from index.encoder.remote.estimate import cut, estimate
from index.encoder.remote.pauses import backoff_s, retry_after_s
from index.encoder.remote.revision import revision_of
from index.errors import DeadlineExceeded, EncoderError, EncoderMismatch
from index.runtime import deadline
from search.request import Mode, SearchRequest

PATIENCE = Patience(tries=3, answer_s=PATIENCE_S, pause_s=2)
NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    with embedding_server() as running:
        yield running


def ask(
    server: EmbeddingServer,
    *texts: str,
    patience: Patience = PATIENCE,
    pauses: list[float] | None = None,
) -> NDArray[np.float64]:
    """The vectors; pauses are only written down."""
    made = [] if pauses is None else pauses
    endpoint = Endpoint(server.url, "m", 512)
    return EmbeddingClient(endpoint, server.key, made.append).embed(texts, patience)


def test_vectors_come_in_the_order_asked_whatever_order_the_server_has(
    server: EmbeddingServer,
) -> None:
    texts = [f"word {number}" for number in range(200)]
    encoder = load_encoder(f"{server.url}#some/model")
    expected = HashingEncoder(dimension=32, max_tokens=4096).encode_passages(texts)
    np.testing.assert_allclose(encoder.encode_passages(texts), expected, atol=1e-6)
    assert {body["model"] for body in server.requests} == {"some/model"}
    assert max(len(body["input"]) for body in server.requests) == 32


def test_the_key_is_sent_and_nothing_else_is_told(server: EmbeddingServer) -> None:
    server.key = "secret"
    load_encoder(f"{server.url}#m", key="secret")
    assert server.keys == ["Bearer secret"]
    with pytest.raises(EncoderError, match="NEWSEARCH_ENCODER_KEY"):
        load_encoder(f"{server.url}#m", key="wrong")
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(server: EmbeddingServer, status: int) -> None:
    pauses: list[float] = []
    server.faults = [Fault(status=status), Fault(status=status)]
    assert ask(server, "a", pauses=pauses).shape == (1, 32)
    assert len(server.requests) == 3
    assert len(pauses) == 2


def test_a_server_that_stays_busy_is_given_up(server: EmbeddingServer) -> None:
    server.faults = [Fault(status=503)] * 5
    with pytest.raises(EncoderError, match=r"is busy: 503 .*as told.*try 3 of 3"):
        ask(server, "a")
    assert len(server.requests) == 3


def test_retry_after_is_obeyed(server: EmbeddingServer) -> None:
    pauses: list[float] = []
    server.faults = [Fault(status=429, headers={"Retry-After": "2"})]
    ask(server, "a", pauses=pauses)
    assert pauses == [2.0]


def test_a_pause_longer_than_ones_patience_is_an_error_at_once(server: EmbeddingServer) -> None:
    pauses: list[float] = []
    server.faults = [Fault(status=429, headers={"Retry-After": "3600"})]
    with pytest.raises(EncoderError, match="is busy: 429"):
        ask(server, "a", pauses=pauses)
    assert pauses == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("7", 7.0),
        (format_datetime(NOW + timedelta(seconds=9), usegmt=True), 9.0),
        (format_datetime(NOW - timedelta(seconds=9), usegmt=True), 0.0),
        ("soon", 0.0),
        ("", 0.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(given: str, expected: float) -> None:
    assert retry_after_s(given, NOW) == expected


def test_pauses_double_up_to_the_longest_and_are_drawn_at_random() -> None:
    assert [backoff_s(n, 6, lambda low, high: high) for n in range(1, 6)] == [1, 2, 4, 6, 6]
    drawn = {backoff_s(1, 6) for _ in range(20)}
    assert len(drawn) > 1
    assert max(drawn) <= 1


def test_nothing_is_waited_for_beyond_the_deadline_of_a_request(server: EmbeddingServer) -> None:
    """Neither for an answer, nor in a pause, nor by another try."""
    patient = Patience(tries=3, answer_s=PATIENCE_S, pause_s=2 * PATIENCE_S)
    server.faults = [Fault(is_silent=True)]
    with deadline.until(time.monotonic() + 0.2), pytest.raises(DeadlineExceeded):
        ask(server, "a", patience=patient)
    assert len(server.requests) <= 1
    server.faults = [Fault(status=503, headers={"Retry-After": f"{2 * PATIENCE_S:.0f}"})]
    pauses: list[float] = []
    with deadline.until(time.monotonic() + PATIENCE_S):
        ask(server, "a", patience=patient, pauses=pauses)
    assert [0 < pause <= PATIENCE_S for pause in pauses] == [True]


def test_no_try_begins_when_the_time_is_over(
    server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = clock_of(monkeypatch, deadline)
    server.faults = [Fault(status=503)]
    client = EmbeddingClient(Endpoint(server.url, "m", 512), "", lambda _: clock.forward(3600))
    with deadline.until(time.monotonic() + 3600), pytest.raises(DeadlineExceeded):
        client.embed(["a"], PATIENCE)
    assert len(server.requests) == 1


@dataclass
class FirstImpatient:
    """Stands in for a `Patience`: a test changes it between two tries."""

    tries: int = 3
    answer_s: float = 0.05
    pause_s: float = 0.01


def test_a_slow_answer_and_a_broken_connection_are_tried_again(server: EmbeddingServer) -> None:
    server.faults = [Fault(is_silent=True), Fault(hangs_up=True)]
    patience = FirstImpatient()

    def pause(_seconds: float) -> None:
        wait_until(lambda: server.requests, "the first try")
        patience.answer_s = PATIENCE_S

    client = EmbeddingClient(Endpoint(server.url, "m", 512), "", pause)
    assert client.embed(["a"], cast("Patience", patience)).shape == (1, 32)
    assert len(server.requests) == 3


def test_a_server_that_stays_silent_is_given_up(server: EmbeddingServer) -> None:
    server.faults = [Fault(is_silent=True)] * 3
    with pytest.raises(EncoderError, match=r"cannot be reached \(timed out; 3 tries\)"):
        ask(server, "a", patience=Patience(tries=3, answer_s=0.05, pause_s=0.01))


def test_nobody_there() -> None:
    with closed_port() as port:
        client = EmbeddingClient(Endpoint(f"http://127.0.0.1:{port}", "m", 512), "", lambda _: None)
        with pytest.raises(EncoderError, match=r"cannot be reached .* 3 tries"):
            client.embed(["a"], PATIENCE)


def drop_one(body: Body) -> None:
    body["data"].pop()


def repeat_one(body: Body) -> None:
    body["data"][0]["index"] = body["data"][-1]["index"]


def one_more(body: Body) -> None:
    body["data"].append({"index": 99, "embedding": [0.0] * 32})


def uneven(body: Body) -> None:
    body["data"][0]["embedding"].pop()


def no_data(body: Body) -> None:
    del body["data"]


def words(body: Body) -> None:
    body["data"][0]["embedding"] = ["x"] * 32


@pytest.mark.parametrize("change", [drop_one, repeat_one, one_more, uneven, no_data, words])
def test_an_answer_of_another_shape_is_refused(server: EmbeddingServer, change: object) -> None:
    server.faults = [Fault(change=change)]  # type: ignore[arg-type]
    with pytest.raises(EncoderError, match="for 3 texts"):
        ask(server, "a", "b", "c")
    assert len(server.requests) == 1


def test_nan_is_refused(server: EmbeddingServer) -> None:
    encoder = load_encoder(f"{server.url}#m")

    def spoil(body: Body) -> None:
        body["data"][0]["embedding"][3] = math.nan

    server.faults = [Fault(change=spoil)]
    with pytest.raises(EncoderError, match="NaN"):
        encoder.encode_passages(["a", "b"])


def test_another_dimension_than_before_is_refused(server: EmbeddingServer) -> None:
    encoder = load_encoder(f"{server.url}#m")
    server.encoder = HashingEncoder(dimension=16)
    with pytest.raises(EncoderError, match="16 dimensions, but 32 before"):
        encoder.encode_query("a")


@pytest.mark.parametrize(("status", "match"), [(400, "refuses the texts"), (404, "no such")])
def test_a_refusal_is_not_tried_again(server: EmbeddingServer, status: int, match: str) -> None:
    server.faults = [Fault(status=status)]
    with pytest.raises(EncoderError, match=f"{match}.*as told"):
        ask(server, "a")
    assert len(server.requests) == 1


def test_a_redirect_is_not_followed(server: EmbeddingServer) -> None:
    server.faults = [Fault(status=307, headers={"Location": "/elsewhere"})]
    with pytest.raises(EncoderError, match="points to /elsewhere"):
        ask(server, "a")


def test_an_error_among_many_batches_ends_the_encoding(server: EmbeddingServer) -> None:
    encoder = load_encoder(f"{server.url}#m")
    server.faults = [Fault(), Fault(status=400)]
    with pytest.raises(EncoderError, match="refuses the texts"):
        encoder.encode_passages([f"text {number}" for number in range(500)])


def test_blank_texts_are_not_sent(server: EmbeddingServer) -> None:
    encoder = load_encoder(f"{server.url}#m")
    encoder.encode_passages(["", "  ", "storm"])
    assert server.requests[-1]["input"] == ["storm"]


def test_prompts_and_limit_follow_from_the_name(server: EmbeddingServer) -> None:
    encoder = load_encoder(f"{server.url}#intfloat/multilingual-e5-large;max_tokens=1024")
    encoder.encode_query("storm")
    encoder.encode_passages(["storm"])
    assert [body["input"] for body in server.requests[1:]] == [["query: storm"], ["passage: storm"]]
    assert encoder.identity.max_tokens == 1024


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("https://host/v1/embeddings", "the model is missing"),
        ("https:///v1/embeddings#m", "no host"),
        ("https://host:x/#m", "not an address"),
        ("https://host/v1/embeddings#m;size=3", "cannot read 'size=3'"),
        ("https://host/v1/embeddings#m;max_tokens=2", "at least 16"),
        ("https://me:pw@host/v1/embeddings#m", "contains a password"),
        ("http://host/v1/embeddings#m", "not sent unencrypted"),
    ],
)
def test_addresses_that_will_not_do(name: str, match: str) -> None:
    with pytest.raises(EncoderError, match=match) as caught:
        parse_endpoint(name, has_key=True)
    assert "pw" not in str(caught.value)


def test_plain_http_is_for_this_machine_or_for_servers_without_a_key() -> None:
    for name in ("http://localhost:1/e#m", "http://127.0.0.1:1/e#m", "http://[::1]:1/e#m"):
        assert parse_endpoint(name, has_key=True).model == "m"
    assert parse_endpoint("http://gpu:8080/e#m", has_key=False).url == "http://gpu:8080/e"


def test_cutting_agrees_with_the_estimate() -> None:
    for text in ("the mayor’s speech, " * 9, "政府は新しい経済対策" * 4, "x" * 90, "é" * 90, "a b"):
        whole = estimate([text])[0]
        assert cut(text, whole) == text
        for limit in range(whole):
            assert estimate([cut(text, limit)])[0] <= limit
            assert text.startswith(cut(text, limit))


def test_half_precision_keeps_the_revision_and_other_weights_change_it(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    vector = chance.standard_normal(384).astype(np.float32)
    vector /= np.linalg.norm(vector)
    revision = revision_of(vector, "m", tmp_path / "seen.jsonl")
    for _ in range(50):
        noisy = vector + chance.standard_normal(384).astype(np.float32) * 5e-4
        noisy /= np.linalg.norm(noisy)
        assert revision_of(noisy, "m", tmp_path / "seen.jsonl") == revision
    assert revision_of(-vector, "m", tmp_path / "seen.jsonl") != revision
    assert revision_of(vector, "n", None) != revision_of(vector, "m", None)


def test_a_line_cut_short_by_a_crash_does_not_matter(tmp_path: Path) -> None:
    vector = np.full(4, 0.5, dtype=np.float32)
    seen = tmp_path / "seen.jsonl"
    revision = revision_of(vector, "m", seen)
    seen.write_text(seen.read_text(encoding="utf-8") + '{"revi', encoding="utf-8")
    assert revision_of(vector, "m", seen) == revision


@pytest.mark.long
def test_an_archive_is_indexed_and_searched_through_a_server(
    server: EmbeddingServer, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path, encoder=f"{server.url}#m", cache_dir=tmp_path / "cache")
    request = SearchRequest("night ferry harbour", mode=Mode.SEMANTIC, limit=3)
    with Service(settings, creates=True) as service:
        service.archive.put(articles_of(service))
        service.upkeep.sync()
        found = [hit.stored.article.id for hit in service.rooms.indexed().search(request).hits]
        assert service.store.snapshot().encoder.name == f"{server.url}#m"
    assert found[0] == "ferry-1"
    with Service(settings_in(tmp_path, cache_dir=tmp_path / "cache")) as later:
        assert [
            hit.stored.article.id for hit in later.rooms.indexed().search(request).hits
        ] == found
    server.encoder = HashingEncoder(dimension=16)
    with (
        Service(settings_in(tmp_path, cache_dir=tmp_path / "cache")) as changed,
        pytest.raises(EncoderMismatch, match="newsearch reindex"),
    ):
        changed.rooms.indexed().search(SearchRequest("ferry fares", mode=Mode.SEMANTIC))
