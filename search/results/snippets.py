"""Choose passages worth showing: sentences of an article that match, with the words marked.

A passage is a run of complete sentences of about `PASSAGE_CHARACTERS`, cut between words only if a
single sentence is longer. Passages are chosen by the weights of the distinct query words they
contain; an article found by meaning alone shows the beginning of its best chunk.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.domain import Article
from index.protocols import WordSpan
from index.text.sentences import sentence_spans
from search.request import Passage

PASSAGE_CHARACTERS = 280
MAX_PASSAGES = 3

_REPEAT_SHARE = 0.1
"""The weight of a word that the passage already contains, as a share of its first occurrence."""

_CHUNK_BONUS = 0.5
"""The weight of being in the semantically best chunk, as a share of the best word's weight."""


@dataclass(frozen=True, slots=True)
class _Window:
    start: int
    end: int
    words: tuple[WordSpan, ...]


def passages(
    article: Article, words: Sequence[WordSpan], best_chunk: tuple[int, int] | None
) -> tuple[Passage, ...]:
    """Return one to three passages in text order; none for an article without text.

    `words` are the matching words of the text in order; `best_chunk` gives the offsets of the chunk
    closest in meaning, if known.
    """
    windows = _windows(article, words)
    if not windows:
        return ()
    chosen = _choose(windows, best_chunk)
    shown = (_passage(article.text, window) for window in sorted(chosen, key=_start))
    return tuple(_located(article, passage) for passage in shown)


def _located(article: Article, passage: Passage) -> Passage:
    start = passage.highlights[0][0] if passage.highlights else passage.start
    return replace(passage, locator=article.locator_at(start))


def _start(window: _Window) -> int:
    return window.start


def _windows(article: Article, words: Sequence[WordSpan]) -> list[_Window]:
    """Join neighbouring sentences up to the size of a passage, but not across a blank line."""
    bounds: list[tuple[int, int]] = []
    for start, end in sentence_spans(article.text, article.language, article.body_start):
        is_joined = bounds and end - bounds[-1][0] <= PASSAGE_CHARACTERS
        if is_joined and "\n\n" not in article.text[bounds[-1][0] : start]:
            bounds[-1] = (bounds[-1][0], end)
        else:
            bounds.append((start, end))
    windows, at = [], 0
    for start, end in bounds:
        inside = []
        while at < len(words) and words[at].start < end:
            if words[at].start >= start:
                inside.append(words[at])
            at += 1
        windows.append(_Window(start, end, tuple(inside)))
    return windows


def _choose(windows: Sequence[_Window], best_chunk: tuple[int, int] | None) -> list[_Window]:
    """Choose greedily: each further passage counts only words that the earlier ones lack."""
    bonus = _CHUNK_BONUS * max((word.weight for w in windows for word in w.words), default=1.0)
    shown: set[str] = set()
    chosen: list[_Window] = []
    while len(chosen) < MAX_PASSAGES:
        rest = [window for window in windows if window not in chosen]
        if not rest:
            break
        best = max(rest, key=lambda window: _worth(window, shown, best_chunk, bonus))
        fresh = {word.term for word in best.words} - shown
        if chosen and not fresh:
            break
        chosen.append(best)
        shown |= fresh
    return chosen


def _worth(
    window: _Window, shown: set[str], best_chunk: tuple[int, int] | None, bonus: float
) -> float:
    worth, seen = 0.0, set(shown)
    for word in window.words:
        worth += word.weight * (_REPEAT_SHARE if word.term in seen else 1.0)
        seen.add(word.term)
    share = 0.0
    if best_chunk is not None:
        overlap = min(window.end, best_chunk[1]) - max(window.start, best_chunk[0])
        share = max(0, overlap) / max(1, window.end - window.start)
    # Of equal passages, show the earlier: news puts the most important first.
    return worth + bonus * share - window.start * 1e-9


def _passage(text: str, window: _Window) -> Passage:
    start, end = trimmed(text, window.start, window.end)
    if end - start > 2 * PASSAGE_CHARACTERS:
        focus = window.words[0].start if window.words else start
        start, end = _cut_around(text, start, end, focus)
    marks = ((word.start, word.end) for word in window.words)
    inside = [(first, last) for first, last in marks if start <= first and last <= end]
    return Passage(start, end, text[start:end], _joined(inside))


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the offsets of a part of a text without the white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _cut_around(text: str, start: int, end: int, focus: int) -> tuple[int, int]:
    """Return a part of an overlong sentence around `focus`, cut at white space if possible."""
    first = max(start, focus - PASSAGE_CHARACTERS // 3)
    last = min(end, first + PASSAGE_CHARACTERS)
    if first > start:
        space = text.find(" ", first, focus)
        first = space + 1 if space >= 0 else first
    if last < end:
        space = text.rfind(" ", focus, last)
        last = space if space > focus else last
    return first, last


def _joined(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Merge overlapping spans (such as Chinese bigrams)."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def title_highlights(words: Sequence[WordSpan]) -> tuple[tuple[int, int], ...]:
    """Return the highlights of a title, or of another text without passages."""
    return _joined([(word.start, word.end) for word in words])


def whole(article: Article, chunk: tuple[int, int]) -> Passage:
    """Return a chunk as a passage without highlights, cut to twice the size of a passage."""
    start, end = trimmed(article.text, *chunk)
    if end - start > 2 * PASSAGE_CHARACTERS:
        start, end = _cut_around(article.text, start, end, start)
    return _located(article, Passage(start, end, article.text[start:end]))
