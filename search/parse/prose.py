"""Recognise queries that are prose: pasted headlines, sentences and posts with punctuation.

Shape alone decides: the number of words outside quotes, the function words among them, and sentence
punctuation. A `+` or an explicit field shows that the writer means every sign, as does one operator
for every few words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from search.parse.fields import nearest
from search.parse.function_words import FUNCTION_WORDS
from search.parse.tokens import Kind, Token

WORDS_OF_TEXT = 8
"""The number of bare words from which a query with marks of prose is a text."""

WORDS_WITH_QUOTED = 10
"""The same including quoted words, if at least `WORDS_BESIDE_QUOTES` are bare."""

WORDS_BESIDE_QUOTES = 2
WORDS_OF_QUOTED_SENTENCE = 8
WORDS_OF_HEADLINE = 4
WORDS_OF_BULLETED = 6
WORDS_PER_OPERATOR = 8
WORDS_OF_POST = 16
"""In a text this long, even a sign right before a word excludes nothing."""

_OPERATORS = (Kind.AND, Kind.OR, Kind.NOT)
_SERIOUS = (Kind.PLUS, Kind.FIELD)
_ENDS_CLAUSE = ".,;:!?…—–"
_DASH = re.compile(r"\s[-–—|]+\s")


@dataclass(frozen=True, slots=True)
class Shape:
    """The counts of bare and quoted words, and of `marks` of prose: function words, punctuation."""

    words: int
    quoted: int
    marks: int

    @property
    def is_text(self) -> bool:
        """Whether it is a sentence or more."""
        if self.words >= WORDS_OF_TEXT:
            return self.marks >= 2
        is_long = self.words + self.quoted >= WORDS_WITH_QUOTED
        return is_long and self.words >= WORDS_BESIDE_QUOTES and self.marks >= 1

    @property
    def is_bulleted(self) -> bool:
        """Whether it is enough of a headline for a `-` before it to be a bullet."""
        return self.is_text or (self.words >= WORDS_OF_BULLETED and self.marks >= 2)

    @property
    def is_headline(self) -> bool:
        """Whether it is at least a headline."""
        return self.is_text or (self.words >= WORDS_OF_HEADLINE and self.marks >= 1)


def shape_of(query: str, tokens: Sequence[Token]) -> Shape:
    """Return the shape of a tokenised query; a colon after an unknown field is punctuation."""
    names = [token for token in tokens if token.kind is Kind.UNKNOWN_FIELD]
    colons = [name for name in names if nearest(name.text) is None]
    words = [token for token in tokens if token.kind is Kind.WORD]
    quotations = [token.text.split() for token in tokens if token.kind is Kind.PHRASE]
    said = [one for one in quotations if len(one) >= WORDS_OF_QUOTED_SENTENCE]
    marks = sum(map(_is_function_word, (word.text for word in words)))
    marks += sum(map(_is_function_word, chain.from_iterable(said)))
    marks += sum(_ends_clause(query, word) for word in words) + len(_DASH.findall(query))
    return Shape(len(words) + len(colons), sum(map(len, quotations)), marks + len(colons))


def _is_function_word(text: str) -> bool:
    return text.casefold() in FUNCTION_WORDS


def _ends_clause(query: str, word: Token) -> bool:
    """Return whether punctuation follows that is not part of the word, unlike the dot of `U.S.`."""
    behind = word.raw[-1:] if word.raw[-1:] != word.text[-1:] else ""
    return (behind or query[word.end : word.end + 1] or " ") in _ENDS_CLAUSE


def as_prose(query: str, tokens: Sequence[Token]) -> tuple[list[Token], tuple[str, ...]]:
    """Turn signs back into punctuation and words; return the tokens and those signs.

    The tokens are unchanged if the query is not prose, or its writer means the signs.
    """
    shape = shape_of(query, tokens)
    is_serious = any(token.kind in _SERIOUS for token in tokens)
    operators = sum(token.kind in _OPERATORS for token in tokens)
    has_many = operators * WORDS_PER_OPERATOR > shape.words
    if is_serious or has_many or not shape.is_headline:
        return list(tokens), ()
    signs: dict[str, None] = {}
    read: list[Token] = []
    for at, token in enumerate(tokens):
        plain = _plain(query, token, shape, is_first=at == 0)
        if plain != [token]:
            signs[token.text or token.raw] = None
        read += plain
    return read, tuple(signs)


def _plain(query: str, token: Token, shape: Shape, *, is_first: bool) -> list[Token]:
    """Return what a token is in prose."""
    if token.kind is Kind.MINUS:
        return [] if _is_dash(query, token, shape, is_first=is_first) else [token]
    if not shape.is_text:
        return [token]
    match token.kind:
        case Kind.AND | Kind.OR | Kind.NOT if token.raw.isalpha():
            return [replace(token, kind=Kind.WORD, text=token.raw)]
        case Kind.PATTERN:
            words = [text for text in token.text.replace("*", "").split("?") if text]
            return [replace(token, kind=Kind.WORD, text=one, escaped=frozenset()) for one in words]
        case Kind.NEARNESS | Kind.BOOST | Kind.BARE_STAR | Kind.STRAY_QUOTE | Kind.UNCLOSED_QUOTE:
            return []
        case _:
            return [token]


def _is_dash(query: str, token: Token, shape: Shape, *, is_first: bool) -> bool:
    """Return whether a `-` is a dash: before a headline, after a clause, or in any long text."""
    before = query[: token.start].rstrip()
    if is_first:
        return shape.is_bulleted and not query[token.end : token.end + 1].islower()
    return shape.is_text and (before[-1] in _ENDS_CLAUSE or shape.words >= WORDS_OF_POST)
