"""What chunks look like on ordinary and on hostile articles."""

import time
from dataclasses import replace

import pytest
from hashing_encoder import HashingEncoder

from index.domain import Article, Chunk
from index.text.chunking import chunk, chunk_many, embedded_text
from index.text.sentences import even_spans, sentence_spans

TEN = HashingEncoder(max_tokens=12)
"""Ten tokens to a passage; a full stop is one."""


def news(text: str, title: str = "", **fields: object) -> Article:
    article = Article("a", title, text, "en", is_title_derived=not title)
    return replace(article, **fields)  # type: ignore[arg-type]


def texts_of(article: Article, counter: HashingEncoder = TEN) -> list[str]:
    return [embedded_text(article, c, counter) for c in chunk(article, counter)]


def test_headline_and_lead_are_one_chunk() -> None:
    article = news("The bridge is open. Cars pass.", "New bridge")
    assert texts_of(article) == ["New bridge\nThe bridge is open. Cars pass."]


def test_neighbours_share_one_sentence() -> None:
    article = news("One two three. Four five six. Seven eight nine. Ten.")
    assert texts_of(article) == [
        "One two three. Four five six.",
        "Four five six. Seven eight nine. Ten.",
    ]


def test_no_overlap_where_it_would_not_fit() -> None:
    first, second, third = "I am at it by noon.", "He is on it up to now.", "So are we."
    assert texts_of(news(f"{first} {second} {third}")) == [first, second, third]


def test_a_derived_title_is_not_embedded() -> None:
    article = news("Text.", "Title", is_title_derived=True)
    assert texts_of(article) == ["Text."]


def test_the_titles_tokens_count() -> None:
    article = news("One two three. Four five.", "A title of five words")
    assert texts_of(article) == [
        "A title of five words\nOne two three.",
        "A title of five words\nFour five.",
    ]


def test_a_title_of_more_than_half_the_budget_is_cut() -> None:
    article = news("One two three.", "a b c d e f g h i j k l m n")
    assert texts_of(article) == ["a b c d e\nOne two three."]


def test_the_dateline_is_not_embedded() -> None:
    article = news("(Seoul) It rained.", body_start=8)
    assert chunk(article, TEN) == (Chunk(8, 18),)
    assert texts_of(article) == ["It rained."]


@pytest.mark.parametrize("title", ["", "Title"])
def test_an_empty_text_is_one_empty_chunk(title: str) -> None:
    article = news("", title)
    assert chunk(article, TEN) == (Chunk(0, 0),)
    assert texts_of(article) == [title]


def test_a_long_sentence_is_cut_at_white_space() -> None:
    pieces = texts_of(news(" ".join(f"word{i}" for i in range(25))))
    assert [len(piece.split()) for piece in pieces] == [10, 10, 5]


def test_a_long_word_is_cut_between_graphemes() -> None:
    family = "👨‍👩‍👧"
    article = news(family * 400)
    cuts = [c.end for c in chunk(article, TEN)][:-1]
    assert cuts
    assert all(cut % len(family) == 0 for cut in cuts)


def test_chunking_many_tokenises_sentences_together() -> None:
    calls: list[int] = []

    class Counting(HashingEncoder):
        def count_tokens(self, texts: object) -> list[int]:
            calls.append(len(texts))  # type: ignore[arg-type]
            return super().count_tokens(texts)  # type: ignore[arg-type]

    articles = [news(f"One {i}. Two. Three.") for i in range(50)]
    assert len(chunk_many(articles, Counting())) == 50
    assert len(calls) <= 3


@pytest.mark.long
@pytest.mark.parametrize(
    "junk",
    [
        "a" * 8,
        "a. ",
        "\n",
        "a\n\n",
        "我说：“你好。再见。”",
        "'Hello. ' ",
        "ภาษาไทย",
        "🇩🇪",
        "\u3000.",
    ],
)
def test_a_megabyte_takes_linear_time(junk: str) -> None:
    def seconds(length: int) -> float:
        article = news((junk * (length // len(junk) + 1))[:length])
        start = time.thread_time()
        chunk(article, HashingEncoder(max_tokens=256))
        return time.thread_time() - start

    # Quadratic work would take a hundred times as long for ten times the text.
    assert seconds(1_000_000) < 30 * max(seconds(100_000), 0.02)


def test_no_chunk_of_wordless_junk_is_huge() -> None:
    chunks = chunk(news("x" * 100_000), HashingEncoder(max_tokens=128))
    assert max(c.end - c.start for c in chunks) <= 16 * 128


def test_sentences_of_german_abbreviations_stay_whole() -> None:
    text = "Das gilt z.B. für Dr. Meier. Er schwieg."
    assert [text[s:e] for s, e in sentence_spans(text, "de")] == [
        "Das gilt z.B. für Dr. Meier. ",
        "Er schwieg.",
    ]


def test_offsets_are_code_points() -> None:
    text = "\U0001f600 Äh. Cafe\u0301 zu. Ende."
    assert [text[s:e] for s, e in sentence_spans(text, "de")] == [
        "\U0001f600 Äh. ",
        "Cafe\u0301 zu. ",
        "Ende.",
    ]


def test_wide_white_space_does_not_bring_sentencex_down() -> None:
    text = "》\u200b\u2029B\u3000.‚ B B\r\n\x85.）"
    spans = sentence_spans(text, "en")
    assert "".join(text[s:e] for s, e in spans) == text


def test_even_spans_end_where_the_text_ends() -> None:
    assert even_spans("abcdefg", 1, 7, 4) == [(1, 5), (5, 7)]
