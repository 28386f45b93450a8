"""Articles to chunks: runs of whole sentences that fit an encoder, counted by its own tokenizer.

Always true: the chunks of an article are in order, begin at `body_start` and cover the text from
there without gaps; joining them, each from the end of the previous one, restores that text exactly.
No embedded text has more tokens than the encoder takes, so that no model cuts one in silence. What
is embedded of a chunk is decided here too (the template "title-newline-chunk/1"); where sentences
end is left to `index.text.sentences`, how text is encoded to `index.encoder`.
"""

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from index.domain import Article, Chunk
from index.protocols import TokenCounter
from index.text.sentences import (
    Span,
    even_spans,
    sentence_spans,
    word_spans,
)

_CHARS_PER_TOKEN = 16
"""The longest text that counts as one token; some tokenizers treat any long junk as one unknown
token.
"""

_FINER_CUTS = (
    word_spans,
    lambda text, start, end: even_spans(text, start, end, _CHARS_PER_TOKEN),
    lambda text, start, end: even_spans(text, start, end, 1),
)


class _Piece(NamedTuple):
    """`text[start:end]`, a sentence or part of one, and its tokens."""

    start: int
    end: int
    tokens: int


def chunk(article: Article, counter: TokenCounter) -> tuple[Chunk, ...]:
    """The chunks of one article; at least one, of length 0 if there is no text."""
    return chunk_many([article], counter)[0]


def chunk_many(articles: Sequence[Article], counter: TokenCounter) -> list[tuple[Chunk, ...]]:
    """The chunks of each article, in the order given; all are tokenised together.

    Adjacent chunks share one sentence if that sentence and the next fit together. A sentence that
    exceeds the budget by itself is cut at white space, or else between characters.
    """
    sentences = _sentences(articles, counter)
    headings = counter.count_tokens([f"{_heading(a, counter)}\n" for a in articles])
    budgets = [max(1, counter.passage_budget - tokens) for tokens in headings]
    chunks: list[tuple[Chunk, ...]] = [()] * len(articles)
    pending = list(range(len(articles)))
    while pending:
        for i in pending:
            pieces = _fitted(articles[i].text, sentences[i], budgets[i], counter)
            chunks[i] = _packed(pieces, budgets[i]) or (_empty_chunk(articles[i]),)
        excesses = _excesses([articles[i] for i in pending], [chunks[i] for i in pending], counter)
        # A tokenizer may produce more tokens for a whole than for its parts.
        over = {i: excess for i, excess in zip(pending, excesses, strict=True) if excess > 0}
        pending = [i for i in over if budgets[i] > 1]
        for i in pending:
            budgets[i] = max(budgets[i] - over[i], budgets[i] // 2)
    return chunks


def embedded_text(article: Article, chunk: Chunk, counter: TokenCounter) -> str:
    """The text embedded for a chunk: the article's title, a line break and the chunk's text.

    A derived title is left out. A title longer than half the encoder's budget is cut, at white
    space if it has any; `counter` must be the one that the article was chunked with.
    """
    return _joined(_heading(article, counter), article, chunk)


def _joined(heading: str, article: Article, chunk: Chunk) -> str:
    return f"{heading}\n{article.text[chunk.start : chunk.end].strip()}".strip()


def _heading(article: Article, counter: TokenCounter) -> str:
    title = "" if article.is_title_derived else article.title.strip()
    if not title:
        return ""
    whole = _counted(title, [(0, len(title))], counter)
    first = _fitted(title, whole, max(1, counter.passage_budget // 2), counter)[0]
    return title[: first.end].strip()


def _empty_chunk(article: Article) -> Chunk:
    return Chunk(article.body_start, article.body_start)


def _sentences(articles: Sequence[Article], counter: TokenCounter) -> list[list[_Piece]]:
    """The sentences of each article, counted in one call."""
    spans = [sentence_spans(a.text, a.language, a.body_start) for a in articles]
    texts = [a.text[s:e] for a, own in zip(articles, spans, strict=True) for s, e in own]
    tokens = iter(_costs(texts, counter))
    return [[_Piece(start, end, next(tokens)) for start, end in own] for own in spans]


def _counted(text: str, spans: Sequence[Span], counter: TokenCounter) -> list[_Piece]:
    costs = _costs([text[start:end] for start, end in spans], counter)
    return [_Piece(*span, cost) for span, cost in zip(spans, costs, strict=True)]


def _costs(texts: Sequence[str], counter: TokenCounter) -> list[int]:
    """The tokens of each text, at least one per `_CHARS_PER_TOKEN` characters."""
    stripped = [text.strip() for text in texts]
    tokens = counter.count_tokens(stripped)
    return [max(t, -(-len(s) // _CHARS_PER_TOKEN)) for t, s in zip(tokens, stripped, strict=True)]


def _fitted(
    text: str, pieces: Sequence[_Piece], budget: int, counter: TokenCounter, level: int = 0
) -> list[_Piece]:
    """The pieces, with those that exceed `budget` cut into as few parts as fit.

    Only a piece that cannot be cut further (one grapheme) may still exceed it.
    """
    fitted: list[_Piece] = []
    for piece in pieces:
        if piece.tokens <= budget or level == len(_FINER_CUTS):
            fitted.append(piece)
            continue
        finer = _counted(text, _FINER_CUTS[level](text, piece.start, piece.end), counter)
        fitted.extend(_merged(_fitted(text, finer, budget, counter, level + 1), budget))
    return fitted


def _merged(pieces: Sequence[_Piece], budget: int) -> list[_Piece]:
    """Adjacent pieces joined as long as they fit together."""
    merged = [pieces[0]]
    for piece in pieces[1:]:
        last = merged[-1]
        if last.tokens + piece.tokens <= budget:
            merged[-1] = _Piece(last.start, piece.end, last.tokens + piece.tokens)
        else:
            merged.append(piece)
    return merged


def _packed(pieces: Sequence[_Piece], budget: int) -> tuple[Chunk, ...]:
    """Chunks of as many pieces as fit, each beginning with the last piece of the one before."""
    chunks: list[Chunk] = []
    first, total = 0, 0
    for i, piece in enumerate(pieces):
        if i > first and total + piece.tokens > budget:
            chunks.append(Chunk(pieces[first].start, pieces[i - 1].end))
            shared = pieces[i - 1].tokens
            first, total = (i - 1, shared) if shared + piece.tokens <= budget else (i, 0)
        total += piece.tokens
    if pieces:
        chunks.append(Chunk(pieces[first].start, pieces[-1].end))
    return tuple(chunks)


def _excesses(
    articles: Sequence[Article], chunks: Sequence[tuple[Chunk, ...]], counter: TokenCounter
) -> list[int]:
    """By how many tokens the longest embedded text of each article exceeds the budget."""
    headings = [_heading(article, counter) for article in articles]
    texts = [
        [_joined(heading, article, chunk) for chunk in own]
        for heading, article, own in zip(headings, articles, chunks, strict=True)
    ]
    tokens = iter(counter.count_tokens(list(chain.from_iterable(texts))))
    return [max(next(tokens) for _ in own) - counter.passage_budget for own in texts]
