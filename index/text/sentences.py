"""Where sentences end, and where else a text may be cut.

Owns the sentencex adapter. Spans are code point offsets; those of one text are adjacent without
gaps, and white space belongs to the span before it. The work is linear in the length of the text.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

import sentencex

Span = tuple[int, int]

_WINDOW = 4_000
"""Code points passed to sentencex at a time, because it is quadratic on text with many quotes."""

# sentencex 1.0.32 assumes that white space is one byte, and panics otherwise.
_WIDE_SPACE = re.compile(r"[^\S\x00-\x7f]")
_WORD = re.compile(r"\s*\S+\s*|\s+")
_MAX_CLUSTER = 32
_JOINER = "\u200d"


def sentence_spans(text: str, language: str, start: int = 0) -> list[Span]:
    """The sentences of `text[start:]` by the rules of `language` (BCP 47); none for no text.

    A sentence of more than a few thousand characters is split into several spans.
    """
    spans: list[Span] = []
    for before, end in pairwise([start, *_sentence_ends(text, language, start)]):
        is_space = text[before:end].isspace()
        if not is_space:
            spans.append((before if spans else start, end))
        elif spans:
            spans[-1] = (spans[-1][0], end)
    is_all_space = not spans and start < len(text)
    return [(start, len(text))] if is_all_space else spans


def word_spans(text: str, start: int, end: int) -> list[Span]:
    """The runs between white space in `text[start:end]`."""
    return [match.span() for match in _WORD.finditer(text, start, end)]


def even_spans(text: str, start: int, end: int, size: int) -> list[Span]:
    """`text[start:end]` in spans of `size` characters, or slightly more so as not to cut a
    grapheme.
    """
    cuts = [start]
    while cuts[-1] < end:
        cuts.append(_next_cut(text, cuts[-1] + size, end))
    return list(pairwise(cuts))


def _sentence_ends(text: str, language: str, start: int) -> Iterator[int]:
    position = start
    while position < len(text):
        window = text[position : position + _WINDOW]
        found = sentencex.get_sentence_boundaries(language, _WIDE_SPACE.sub(" ", window))
        ends = [boundary["end_index"] for boundary in found]
        if position + len(window) < len(text):
            # The window may cut its last sentence; the next window contains all of it.
            ends = ends[:-1] or [_cut_in(window)]
        yield from (position + end for end in ends)
        position += ends[-1]


def _cut_in(window: str) -> int:
    """Where to cut a window that is one sentence: after its last white space, if it has any."""
    words = word_spans(window, 0, len(window))
    return words[-1][0] if len(words) > 1 else _next_cut(window, len(window) - 1, len(window))


def _next_cut(text: str, position: int, end: int) -> int:
    """The first position at or after `position` outside a grapheme cluster, at most `end`."""
    limit = min(end, position + _MAX_CLUSTER)
    while position < limit and _is_inside_cluster(text, position):
        position += 1
    return min(position, end)


def _is_inside_cluster(text: str, position: int) -> bool:
    """Whether a cut before `text[position]` would split a cluster (UAX #29, the common rules)."""
    before, behind = text[position - 1], text[position]
    return (
        unicodedata.category(behind) in {"Mn", "Mc", "Me", "Cf"}
        or before == _JOINER
        or "\U0001f3fb" <= behind <= "\U0001f3ff"  # skin tones
        or "\u1160" <= behind <= "\u11ff"  # Hangul vowels and finals
        or (_is_regional(before) and _is_regional(behind))
    )


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
