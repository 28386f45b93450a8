"""Which parts of a query are words that may be misspelt, and where they are."""

from collections.abc import Iterator
from itertools import pairwise

from index.query import TextField
from search.parse.all_caps import calmed
from search.parse.fields import resolve
from search.parse.lexer import lexed
from search.parse.tokens import Kind, Token

_SPELLED = (Kind.WORD, Kind.PHRASE)
_EXCLUDING = (Kind.MINUS, Kind.NOT)


def spelled_parts(text: str) -> list[tuple[int, int]]:
    """The columns (start, end) in `text` of the words and phrases that a query searches for.

    Values matched as a whole, patterns, fuzzy words and exclusions are omitted. Quotes and
    punctuation may be at either end. Never raises.
    """
    return [(token.start, token.end) for token in _asked(calmed(lexed(text)[0]))]


def _asked(tokens: list[Token]) -> Iterator[Token]:
    before = Kind.END
    hidden = 0
    for token, behind in pairwise(tokens):
        opens_hidden = before in _EXCLUDING or before is Kind.FIELD
        if token.kind is Kind.OPEN and (hidden or opens_hidden):
            hidden += 1
        elif token.kind is Kind.CLOSE and hidden:
            hidden -= 1
        is_asked = token.kind in _SPELLED and not hidden and before not in _EXCLUDING
        if is_asked and before is not Kind.FIELD and not _is_fuzzy(token, behind):
            yield token
        is_text = token.kind is Kind.FIELD and isinstance(resolve(token.text), TextField)
        # The words of a text field are ordinary words.
        before = before if is_text else token.kind


def _is_fuzzy(token: Token, behind: Token) -> bool:
    return token.kind is Kind.WORD and behind.kind is Kind.NEARNESS
