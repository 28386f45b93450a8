"""Words, phrases and values: the meaning of the grammar's smallest parts in their field."""

from datetime import datetime
from zoneinfo import ZoneInfo

from index.query import ExactField, Fuzzy, Node, Phrase, Prefix, TextField, Word
from index.text.messages import Message
from search.parse import dates, faults, limits, words
from search.parse.clauses import Clauses
from search.parse.fields import DateField, Field
from search.parse.reading import Reading
from search.parse.tokens import Kind, Token

_MEANINGFUL_PREFIX = 4
"""The number of letters from which a prefix looks like a word to an encoder."""

_ONE_WORD_VALUES = (ExactField.LANGUAGE, ExactField.ID, ExactField.STORY)

_ONE_OR_TWO = Message("word~1 or word~2, for up to two letters that differ")


class Leaves:
    """Reads leaves; `meaning` collects the words that say what the query is about."""

    def __init__(self, reading: Reading, *, now: datetime, zone: ZoneInfo) -> None:
        self.meaning: list[str] = []
        self._reading = reading
        self._now = now
        self._zone = zone
        self._count = 0

    def read(self, field: Field | None, token: Token) -> Clauses:
        """One word, pattern, phrase or value. Raises QueryError past `limits.MAX_CLAUSES`."""
        if not any(char.isalnum() for char in token.text):
            faults.empty(self._reading, token)
            return Clauses()
        if token.kind is not Kind.WORD or field is not None:
            self._count_clause(token)
        match field:
            case ExactField():
                return self._exact(field, token)
            case DateField():
                return self._date(token)
            case _:
                return self._text(field, token)

    def _count_clause(self, token: Token) -> None:
        self._count += 1
        if self._count > limits.MAX_CLAUSES:
            raise self._reading.error(
                Message("more than {0} phrases, patterns and field values", limits.MAX_CLAUSES),
                token.start,
                expected=Message("fewer of them"),
            )

    def near(self, operand: Clauses, suffix: Token) -> Clauses:
        """`operand` with the `~` after it."""
        self._count_clause(suffix)
        match operand:
            case Clauses(must=(Phrase(text, 0, field),), should=(), must_not=()):
                if suffix.text.isdigit() and int(suffix.text) <= limits.MAX_SLOP:
                    return Clauses(must=(Phrase(text, int(suffix.text), field),))
                expected = Message(
                    'a number from 0 to {0}, such as "near words"~5', limits.MAX_SLOP
                )
            case Clauses(must=(), should=(Word(text, field),), must_not=()):
                if edits := _edits(suffix):
                    return Clauses(should=(Fuzzy(text, edits, field),))
                expected = _ONE_OR_TWO
            case Clauses(must=(Word(text, field),), should=(), must_not=()):
                if edits := _edits(suffix):
                    return Clauses(must=(Fuzzy(text, edits, field),))
                expected = _ONE_OR_TWO
            case _:
                expected = Message("~ after a single word or phrase")
        faults.nearness(self._reading, suffix, expected)
        return operand

    def _text(self, field: TextField | None, token: Token) -> Clauses:
        if token.kind is Kind.PATTERN:
            return Clauses(should=(self._pattern(field, token),))
        self.meaning.append(token.text)
        if token.kind is Kind.PHRASE:
            phrase = Phrase(
                token.text,
                field=field,
                is_inflected=token.prefix == "~",
                is_cased=token.prefix == "=" and words.has_capitals(token.text),
            )
            return Clauses(must=(phrase,))
        return Clauses(should=(Word(token.text, field),))

    def _pattern(self, field: TextField | None, token: Token) -> Node:
        node = words.pattern(token, field)
        if node is None:
            stem = words.without_wildcards(token)
            faults.short_wildcard(self._reading, token, stem)
            self.meaning.append(stem)
            return Word(stem, field)
        if isinstance(node, Prefix) and len(node.text) >= _MEANINGFUL_PREFIX:
            self.meaning.append(node.text)
        return node

    def _exact(self, field: ExactField, token: Token) -> Clauses:
        knows_stars = field is ExactField.ID or token.kind is Kind.PHRASE
        if not knows_stars and words.has_star(token):
            faults.wildcard_in_value(self._reading, token, field.value)
        return Clauses(should=(words.whole_value(field, token),))

    def _date(self, token: Token) -> Clauses:
        try:
            interval = dates.read(words.date_value(token.raw), self._now, self._zone)
        except ValueError as cause:
            self._reading.fault(
                cause.args[0],
                token.start,
                expected=dates.EXPECTED,
                reading=Message("it is left out"),
            )
            return Clauses()
        return Clauses(should=(interval,))

    def note_cut_value(self, field: Field, value: Token, behind: Token) -> None:
        """Add a note if `author:Jane Doe` searches for an author called Jane."""
        if not isinstance(field, ExactField) or field in _ONE_WORD_VALUES:
            return
        if value.kind is Kind.VALUE and behind.kind is Kind.WORD:
            self._reading.note(
                Message(
                    '{0}: takes “{1}” only; to take more words, write {0}:"{1} {2}"',
                    field.value,
                    value.text,
                    behind.text,
                ),
                value.start,
            )


def _edits(suffix: Token) -> int | None:
    """The number of edits that `~`, `~1`, `~2` allow; None for anything else."""
    return {"": 1, "1": 1, "2": 2}.get(suffix.text)
