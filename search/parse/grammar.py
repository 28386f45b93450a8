"""The grammar: recursive descent over the tokens of one query.

    query    = { choice }                        side by side: any may match
    choice   = all { "OR" all }
    all      = unary { "AND" unary }
    unary    = { "NOT" | "+" | "-" } operand
    operand  = primary { "~" n | "^" n }
    primary  = word | pattern | phrase | "(" query ")" | field ":" primary

So NOT binds tightest, then AND, then OR, and a space binds least. Nesting is bounded by
`limits.MAX_DEPTH`, and every loop takes at least one token, so time is linear in the query.
"""

from collections.abc import Sequence

from index.query import TextField
from index.text.messages import Message
from search.parse import clauses, faults, limits
from search.parse.characters import MINUS_SIGNS
from search.parse.clauses import Clauses
from search.parse.fields import Field, resolve
from search.parse.leaves import Leaves
from search.parse.reading import Reading
from search.parse.tokens import Kind, Token

_NOTHING = Clauses()
_BINARY = (Kind.AND, Kind.OR)
_ENDS = (Kind.END, Kind.CLOSE)
_LEAVES = (Kind.WORD, Kind.PATTERN, Kind.PHRASE, Kind.VALUE)


class Grammar:
    """Reads the tokens of one query, once."""

    def __init__(self, tokens: Sequence[Token], reading: Reading, leaves: Leaves) -> None:
        self._tokens = tokens
        self._reading = reading
        self._leaves = leaves
        self._at = 0
        self._depth = 0
        self._strongest = 1.0
        self._field: Field | None = None

    def query(self) -> Clauses:
        """The whole query; empty if nothing in it can be searched for. Raises QueryError."""
        parts = [self._side_by_side()]
        while self._peek.kind is Kind.CLOSE:
            if not self._is_enumeration():
                faults.stray_parenthesis(self._reading, self._peek)
            self._at += 1
            parts.append(self._side_by_side())
        return clauses.beside(parts)

    @property
    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _is_enumeration(self) -> bool:
        """Whether the parenthesis here is that of `a)` or `12)`."""
        before = self._tokens[self._at - 1]
        return self._peek.is_glued and before.kind is Kind.WORD and len(before.text) <= 2

    def _side_by_side(self) -> Clauses:
        parts: list[Clauses] = []
        while self._peek.kind not in _ENDS:
            parts.append(self._choice())
        return clauses.beside(parts)

    def _choice(self) -> Clauses:
        parts = [self._all()]
        while self._peek.kind is Kind.OR:
            if self._has_right_side(self._take()):
                parts.append(self._all())
        kept = [part for part in parts if part != _NOTHING]
        return clauses.any_of(kept) if len(kept) > 1 else clauses.beside(kept)

    def _all(self) -> Clauses:
        parts = [self._unary()]
        while self._peek.kind is Kind.AND:
            if self._has_right_side(self._take()):
                parts.append(self._unary())
        kept = [part for part in parts if part != _NOTHING]
        return clauses.all_of(kept) if len(kept) > 1 else clauses.beside(kept)

    def _has_right_side(self, operator: Token) -> bool:
        if self._peek.kind in (*_ENDS, *_BINARY):
            faults.dangling(self._reading, operator, "after")
            return False
        return True

    def _unary(self) -> Clauses:
        if self._peek.kind in _BINARY:
            faults.dangling(self._reading, self._take(), "before")
            return _NOTHING
        is_excluded, sign = False, None
        while self._peek.kind in (Kind.NOT, Kind.PLUS, Kind.MINUS):
            sign = self._take()
            is_excluded ^= sign.kind is not Kind.PLUS
        if sign and self._peek.kind in (*_ENDS, *_BINARY):
            faults.dangling(self._reading, sign, "after")
            return _NOTHING
        said = len(self._leaves.meaning)
        operand = self._operand()
        if is_excluded:
            del self._leaves.meaning[said:]
            return clauses.excluded(operand)
        return clauses.required(operand) if sign and sign.kind is Kind.PLUS else operand

    def _operand(self) -> Clauses:
        outer, self._strongest = self._strongest, 1.0
        is_group = self._peek.kind is Kind.OPEN
        operand = self._primary()
        while self._peek.kind in (Kind.BOOST, Kind.NEARNESS):
            suffix = self._take()
            if suffix.kind is Kind.BOOST:
                operand = self._boosted(operand, suffix)
            elif is_group:
                expected = Message("~ after a single word or phrase")
                faults.nearness(self._reading, suffix, expected)
            else:
                operand = self._leaves.near(operand, suffix)
        self._strongest = max(outer, self._strongest)
        return operand

    def _boosted(self, operand: Clauses, suffix: Token) -> Clauses:
        """Nested boosts multiply; their product is bounded, so that scores stay finite."""
        factor = _number(suffix.text)
        if not 0 < factor * self._strongest <= limits.MAX_BOOST:
            faults.boost(self._reading, suffix)
            return operand
        self._strongest = max(1.0, factor * self._strongest)
        return clauses.boosted(operand, factor) if operand != _NOTHING else operand

    def _primary(self) -> Clauses:
        if self._peek.kind in (*_ENDS, *_BINARY, Kind.NOT, Kind.PLUS, Kind.MINUS):
            return _NOTHING
        token = self._take()
        if token.kind is Kind.OPEN:
            return self._group(token)
        if token.kind is Kind.FIELD:
            return self._fielded(token)
        if token.kind in _LEAVES:
            return self._leaves.read(self._field, token)
        if token.kind is Kind.UNKNOWN_FIELD:
            faults.unknown_field(self._reading, token)
            return self._leaves.read(self._field, token)
        faults.unreadable(self._reading, token)
        return self._primary() if token.kind is Kind.UNCLOSED_QUOTE else _NOTHING

    def _group(self, opening: Token) -> Clauses:
        if self._depth == limits.MAX_DEPTH:
            raise self._reading.error(
                Message("more than {0} nested parentheses", limits.MAX_DEPTH),
                opening.start,
                expected=Message("fewer parentheses"),
            )
        is_empty = self._peek.kind is Kind.CLOSE
        self._depth += 1
        inner = self._side_by_side()
        self._depth -= 1
        if self._peek.kind is Kind.CLOSE:
            self._at += 1
        else:
            faults.unclosed_parenthesis(self._reading, opening, self._depth + 1)
        if is_empty:
            faults.empty(self._reading, opening)
        return inner

    def _fielded(self, name: Token) -> Clauses:
        field = resolve(name.text)
        assert field is not None
        value = self._peek
        if not self._is_value(value, field):
            faults.field_without_value(self._reading, name, value)
            return _NOTHING if self._field else self._leaves.read(None, name)
        outer, self._field = self._field, field
        operand = self._primary()
        self._field = outer
        self._leaves.note_cut_value(field, value, self._peek)
        return clauses.required(operand)

    def _is_value(self, value: Token, field: Field) -> bool:
        if not value.is_glued or value.kind not in (*_LEAVES, Kind.OPEN):
            return False
        is_text = isinstance(field, TextField)
        return not (is_text and value.kind in _LEAVES and value.raw[:1] in tuple(MINUS_SIGNS))


def _number(text: str) -> float:
    """A positive number with a point or a comma; 0 for anything else."""
    digits = text.replace(",", ".", 1)
    is_number = digits.isascii() and digits.replace(".", "", 1).isdigit()
    return float(digits) if is_number and digits[:1] != "." and digits[-1:] != "." else 0.0
