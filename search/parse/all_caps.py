"""Queries typed in capitals, where AND, OR and NOT are ordinary words.

If every letter is a capital, capitals no longer mark operators. Such a query is prose if it has
many more words than operators: `NATO AND EU` combines, a title in capitals does not.
"""

from collections.abc import Sequence
from dataclasses import replace

from search.parse.tokens import Kind, Token

_OPERATORS = (Kind.AND, Kind.OR, Kind.NOT)
_LEAST_WORDS = 5
_WORDS_PER_OPERATOR = 4


def calmed(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, with operators turned into words if the whole query is prose in capitals."""
    operators = sum(token.kind in _OPERATORS for token in tokens)
    words = [token.text for token in tokens if token.kind is Kind.WORD]
    cased = [word for word in words if word.lower() != word.upper()]
    is_prose = len(cased) >= max(_LEAST_WORDS, _WORDS_PER_OPERATOR * operators)
    if not operators or not is_prose or not all(word == word.upper() for word in cased):
        return list(tokens)
    return [
        replace(token, kind=Kind.WORD, text=token.text or token.raw)
        if token.kind in _OPERATORS
        else token
        for token in tokens
    ]
