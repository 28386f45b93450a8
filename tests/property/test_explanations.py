"""The parts of every score add up to it, and the terms to the lexical score."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from corpora import MEMORY
from hypothesis import given, settings
from hypothesis import strategies as st
from newsrooms import service_in
from rich.console import Console

from api.cli.render import explanation_view
from api.service.service import Service
from index.domain import Article
from search.request import FusionMethod, Mode, SearchRequest

WORDS = ["ferry", "harbour", "bridge", "mayor", "river", "storm", "council", "train"]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
CORPORA = st.lists(st.tuples(TEXTS, TEXTS, st.sampled_from(["en", "de"])), min_size=1, max_size=8)
BARE = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
QUERIES = st.one_of(
    BARE,
    BARE.map(lambda words: f'"{words}"'),
    st.tuples(BARE, st.sampled_from(WORDS)).map(lambda pair: f"{pair[0]} -{pair[1]}"),
    st.tuples(BARE, st.sampled_from(WORDS)).map(lambda pair: f"+{pair[1]} {pair[0]}"),
    st.sampled_from(WORDS).map(lambda word: f"title:{word}"),
    st.sampled_from(WORDS).map(lambda word: f"{word[:3]}*"),
)


@contextmanager
def archive(corpus: list[tuple[str, str, str]]) -> Iterator[Service]:
    with TemporaryDirectory(dir=MEMORY) as folder, service_in(Path(folder)) as service:
        service.archive.put([
            Article(f"a{number}", title, text, language)
            for number, (title, text, language) in enumerate(corpus)
        ])  # fmt: skip
        service.upkeep.sync()
        yield service


@settings(max_examples=12)
@given(CORPORA, QUERIES, st.floats(0, 1))
def test_parts_add_up(corpus: list[tuple[str, str, str]], query: str, weight: float) -> None:
    requests = [
        SearchRequest(query, mode=Mode.HYBRID, explain=True, semantic_weight=weight),
        SearchRequest(query, mode=Mode.HYBRID, explain=True),
        SearchRequest(query, mode=Mode.HYBRID, explain=True, fusion=FusionMethod.RRF),
        SearchRequest(query, mode=Mode.KEYWORD, explain=True),
        SearchRequest(query, mode=Mode.SEMANTIC, explain=True),
    ]
    with archive(corpus) as service:
        for request in requests:
            for hit in service.rooms.indexed().search(request).hits:
                parts = hit.parts
                assert hit.explanation is not None
                assert hit.score == pytest.approx(parts.lexical_share + parts.semantic_share)
                assert parts.lexical_weight + parts.semantic_weight == pytest.approx(1)
                if request.fusion is FusionMethod.CONVEX:
                    lexical = parts.lexical_weight * parts.lexical_normalised
                    semantic = parts.semantic_weight * parts.semantic_normalised
                    assert parts.lexical_share == pytest.approx(lexical)
                    assert parts.semantic_share == pytest.approx(semantic)
                if parts.lexical is not None:
                    terms = sum(term.score for term in hit.explanation.terms)
                    assert terms == pytest.approx(parts.lexical, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (SearchRequest("ferry", explain=True, semantic_weight=0.4),
         ["weights: fixed by the request", "weight 0.60 ×", "weight 0.40 ×", "from cosine"]),
        (SearchRequest("ferry", explain=True, fusion=FusionMethod.RRF),
         ["weights: reciprocal rank fusion", "1 / (60 + rank 1)"]),
        (SearchRequest("ferry", explain=True, mode=Mode.KEYWORD),
         ["weights: words only", "weight 1.00 ×", "ferri in ", "idf"]),
        (SearchRequest("ferry", explain=True, mode=Mode.SEMANTIC),
         ["weights: meaning only", "from cosine", "nearest passage: the ferry"]),
    ],
)  # fmt: skip
def test_explanations_read_well(request_: SearchRequest, expected: list[str]) -> None:
    with archive([("", "the ferry left the harbour", "en"), ("", "a bridge", "en")]) as service:
        hit = service.rooms.indexed().search(request_).hits[0]
    assert hit.explanation is not None
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(explanation_view(hit.score, hit.parts, hit.explanation))
    text = console.export_text()
    assert [part for part in expected if part not in text] == [], text
