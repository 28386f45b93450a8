"""The laws of chunking, over text that is as nasty as news feeds are."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.domain import Article
from index.encoder import load_encoder
from index.protocols import TokenCounter
from index.text.chunking import chunk, chunk_many, embedded_text

_FRAGMENTS = (
    *(
        "The",
        "mayor",
        "Dr. ",
        "z.B. ",
        "U.S. ",
        "3.5",
        "said",
        ". ",
        "! ",
        "?",
        "...",
        "…",
        " ",
        "  ",
    ),
    *("\n", "\n\n", "\r\n", "\r\n\r\n", "\t", "\x85", "\xa0", "\u2028", "\u2029", "\u3000", "\x0b"),
    *(
        "“",
        "”",
        "«",
        "»",
        '"',
        "'",
        "(",
        ")",
        "「",
        "」",
        "。",
        "？",
        "！",
        "؟",
        "।",
        "።",
        "—",
        "-",
    ),
    *(
        "\U0001f600",
        "👨‍👩‍👧",
        "🇩🇪",
        "👍🏽",
        "e\u0301",
        "क्षि",
        "ภาษาไทย",
        "这是句子",
        "한국어",
        "لغة",
    ),
    *("\u200b", "\u200f", "\ufeff", "\x00", "[SEP]", "http://a.b/c?d=e", "x" * 40, "aGVsbG8" * 20),
)
_LANGUAGES = ("en", "de", "fr", "zh", "ja", "ar", "hi", "th", "und", "xx")
_texts = st.lists(st.sampled_from(_FRAGMENTS) | st.text(max_size=12), max_size=60).map("".join)


class Jealous:
    """A cheap counter that makes more tokens of a whole than of its parts, as real ones may."""

    def __init__(self, passage_budget: int) -> None:
        self.passage_budget = passage_budget

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + len(text) // 3 + len(text) // 50 for text in texts]


@st.composite
def articles(draw: st.DrawFn) -> Article:
    text = draw(_texts)
    return Article(
        id="a",
        title=draw(_texts | st.just("")),
        text=text,
        language=draw(st.sampled_from(_LANGUAGES)),
        body_start=draw(st.integers(0, len(text))),
        is_title_derived=draw(st.booleans()),
    )


def assert_rebuilds(article: Article) -> None:
    chunks = chunk(article, Jealous(40))
    assert chunks
    assert chunks[0].start == article.body_start
    assert all(before.start < after.start <= before.end for before, after in pairwise(chunks))
    fresh = (article.body_start, *(c.end for c in chunks))
    assert fresh[-1] == len(article.text)
    rebuilt = "".join(article.text[start:end] for start, end in pairwise(fresh))
    assert rebuilt == article.text[article.body_start :]


@settings(max_examples=300)
@given(articles())
def test_chunks_rebuild_the_text(article: Article) -> None:
    assert_rebuilds(article)


@settings(max_examples=200)
@given(articles(), st.integers(12, 80))
def test_no_embedded_text_exceeds_the_budget(article: Article, budget: int) -> None:
    counter = Jealous(budget)
    texts = [embedded_text(article, c, counter) for c in chunk(article, counter)]
    # A grapheme cluster is at most 33 characters here; no budget below that can be kept for it.
    assert max(counter.count_tokens(texts)) <= max(budget, 12 + budget // 2)


@settings(max_examples=60)
@given(st.lists(articles(), max_size=5))
def test_chunking_many_is_chunking_each(many: list[Article]) -> None:
    counter = Jealous(60)
    assert chunk_many(many, counter) == [chunk(article, counter) for article in many]


@pytest.fixture(scope="module")
def bundled() -> TokenCounter:
    return load_encoder("bundled")


@settings(max_examples=150)
@given(article=articles(), repeats=st.integers(1, 6))
def test_no_embedded_text_is_cut_by_the_model(
    bundled: TokenCounter, article: Article, repeats: int
) -> None:
    longer = Article("a", article.title * repeats, article.text * repeats, article.language)
    texts = [embedded_text(longer, c, bundled) for c in chunk(longer, bundled)]
    assert max(bundled.count_tokens(texts)) <= bundled.passage_budget
