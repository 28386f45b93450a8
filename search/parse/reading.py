"""What happens to a part of a query that cannot be read: an error, or a note and the best guess.

The rule, for `strict=None`: a fault is an error if the query shows that its writer knows the
operators, or is too short to be prose. It is a note if the query looks like prose: nothing else in
it is an operator, and it has the shape of a headline or a text (`search.parse.prose`), or two bare
words stand before the fault, or it has three words and ends like a sentence.
"""

from collections.abc import Sequence

from index.errors import QueryError
from index.query import ReadingNote
from index.text.messages import Message
from search.parse.fields import nearest
from search.parse.prose import shape_of
from search.parse.tokens import Kind, Token

_INTENT = frozenset(
    [
        Kind.AND,
        Kind.OR,
        Kind.NOT,
        Kind.PLUS,
        Kind.MINUS,
        Kind.FIELD,
        Kind.PATTERN,
        Kind.NEARNESS,
        Kind.BOOST,
    ]
)
_SENTENCE_ENDS = "?!.…？！。؟।"
_QUESTION_ENDS = "?？؟"
_WORDS_OF_TEXT = 8
_WORDS_BEFORE_FAULT = 2
_WORDS_OF_SENTENCE = 3


class Reading:
    """The faults of one query, and how each was resolved."""

    def __init__(
        self,
        query: str,
        tokens: Sequence[Token],
        notes: Sequence[ReadingNote],
        strict: bool | None,
    ) -> None:
        self.query = query
        self._words = [token.start for token in tokens if token.kind is Kind.WORD]
        self._shape = shape_of(query, tokens)
        unknown = [token.text for token in tokens if token.kind is Kind.UNKNOWN_FIELD]
        self._misspells_field = any(nearest(name) is not None for name in unknown)
        self._intents = [token.start for token in tokens if token.kind in _INTENT or token.prefix]
        self._notes = list(notes)
        self._strict = strict

    @property
    def notes(self) -> tuple[ReadingNote, ...]:
        """All notes so far, from left to right."""
        return tuple(sorted(self._notes, key=lambda note: note.column))

    def note(self, text: str, column: int) -> None:
        """Note how something was read that is not a fault."""
        self._notes.append(ReadingNote(text, column))

    def fault(
        self,
        why: str,
        column: int,
        *,
        expected: str,
        reading: str,
        suggestion: str | None = None,
    ) -> None:
        """Raise, or note that the fault was read as `reading` says."""
        is_strict = not self._is_prose(column) if self._strict is None else self._strict
        if is_strict:
            raise self.error(why, column, expected=expected, suggestion=suggestion)
        self._notes.append(ReadingNote(Message("{0}; {1}", why, reading), column))

    def error(
        self, why: str, column: int, *, expected: str, suggestion: str | None = None
    ) -> QueryError:
        """An error about this query, for faults that are always errors."""
        return QueryError(
            why, query=self.query, column=column, expected=expected, suggestion=suggestion
        )

    def quotes_may_be_prose(self) -> bool:
        """Whether quotes are in what may be a sentence, and nothing shows that they are meant."""
        is_sentence = len(self._words) >= _WORDS_OF_SENTENCE or self._shape.is_text
        return not self._strict and not self._intents and is_sentence

    def quotes_are_prose(self) -> bool:
        """Whether quotes are punctuation here rather than an operator.

        They are in a headline or a sentence, and in a text with many words outside them.
        """
        if not self.quotes_may_be_prose():
            return False
        is_question = self.query.rstrip().endswith(tuple(_QUESTION_ENDS))
        return is_question or self._shape.is_headline or len(self._words) >= _WORDS_OF_TEXT

    def _is_prose(self, column: int) -> bool:
        if any(start != column for start in self._intents):
            return False
        if self._shape.is_text or (self._shape.is_headline and not self._misspells_field):
            return True
        if sum(start < column for start in self._words) >= _WORDS_BEFORE_FAULT:
            return True
        ends_as_sentence = self.query.rstrip().endswith(tuple(_SENTENCE_ENDS))
        return ends_as_sentence and len(self._words) >= _WORDS_OF_SENTENCE
