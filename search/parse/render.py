"""Writes a query tree in the query language: how a query was read, for `--explain`.

Rendering the result of `parse` and parsing it again gives the same tree. Dates are written by the
wall clock of the zone they were read in, to the second where whole days do not suffice.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from index.query import (
    Among,
    Bool,
    Boost,
    DateInterval,
    Either,
    Everything,
    Exact,
    Fuzzy,
    Node,
    Phrase,
    Prefix,
    Wildcard,
    Word,
)
from search.parse import characters as chars
from search.parse.fields import DateField, Field
from search.parse.lexer import Lexer
from search.parse.pieces import is_signed_number, is_url
from search.parse.tokens import Kind

_EPOCH = datetime(1970, 1, 1)
_DAY_S = 86_400
_KEYWORDS = ("AND", "OR", "NOT")


def render(node: Node) -> str:
    """The query that `parse` reads as `node`; for everything a bare `*`, which it refuses."""
    if isinstance(node, Bool) and _common_field(node) is None:
        return _clauses(node, None)
    return _operand(node, None)


def _clauses(node: Bool, within: Field | None) -> str:
    """The clauses side by side, with signs where their role needs one."""
    operands = [_operand(part, within) for part in node.should]
    is_choice = not node.must and not node.must_not and len(operands) > 1
    if is_choice and not all(_is_wish(part, within) for part in node.should):
        return " OR ".join(operands)
    required = [_required(part, within) for part in node.must]
    return " ".join(
        [*required, *operands, *(f"NOT {_operand(part, within)}" for part in node.must_not)]
    )


def _required(node: Node, within: Field | None) -> str:
    operand = _operand(node, within)
    return _signed(operand) if _needs_sign(node, within) else operand


def _signed(operand: str) -> str:
    """`operand` after a `+`; a number is escaped, so that the sign does not belong to it."""
    return f"+\\{operand}" if is_signed_number(f"+{operand}", 0) else f"+{operand}"


def _needs_sign(node: Node, within: Field | None) -> bool:
    """Whether `node` needs a `+` to be required: words do, and groups without a common field."""
    match node:
        case Bool():
            return within is not None or _common_field(node) is None
        case Boost(inner, _):
            return _needs_sign(inner, within)
        case _:
            return _is_wish(node, within)


def _is_wish(node: Node, within: Field | None) -> bool:
    """Whether `node`, written inside the field `within`, would be read as optional."""
    match node:
        case Word():
            return node.field is within and not node.is_whole
        case Prefix() | Wildcard() | Fuzzy():
            return node.field is within
        case Exact(field, _):
            return field is within
        case DateInterval():
            return within is DateField.DATE
        case Boost(inner, _):
            return _is_wish(inner, within)
        case Bool(must, should, must_not):
            return not must and not must_not and all(_is_wish(part, within) for part in should)
        case _:
            return False


def _operand(node: Node, within: Field | None) -> str:
    match node:
        case Bool():
            field = _common_field(node) if within is None else None
            prefix = f"{field.value}:" if field else ""
            return f"{prefix}({_clauses(node, field or within)})"
        case Boost(inner, factor):
            return f"{_operand(inner, within)}^{Decimal(repr(factor)).normalize():f}"
        case Everything():
            return "*"
        case Among() | Either():
            raise ValueError("keys and added alternatives have no name in the query language")
        case _:
            own = _common_field(node)
            prefix = f"{own.value}:" if own and own is not within else ""
            if isinstance(node, Word) and node.is_whole and not prefix:
                return _signed(_text(node))
            return f"{prefix}{_text(node)}"


def _common_field(node: Node) -> Field | None:
    """The field that all of `node` is about; None if there is no single one."""
    fields = set(_fields(node))
    return fields.pop() if len(fields) == 1 else None


def _fields(node: Node) -> Iterator[Field | None]:
    match node:
        case Bool(must, should, must_not):
            for part in (*must, *should, *must_not):
                yield from _fields(part)
        case Boost(inner, _):
            yield from _fields(inner)
        case DateInterval():
            yield DateField.DATE
        case Everything() | Among() | Either():
            yield None
        case _:
            yield node.field


def _text(node: Word | Phrase | Prefix | Wildcard | Fuzzy | Exact | DateInterval) -> str:
    match node:
        case Exact(_, value):
            return _value(value)
        case DateInterval():
            return _dates(node)
        case Word(text):
            return _word(text)
        case Phrase(text, slop):
            sign = "=" if node.is_cased else "~" if node.is_inflected else ""
            return f"{_quoted(text)}~{slop}" if slop else f"{sign}{_quoted(text)}"
        case Prefix(text):
            return f"{_escaped(text)}*"
        case Wildcard(pattern):
            return _pattern(pattern)
        case Fuzzy(text, max_edits):
            # After a number, ~ is an ordinary character.
            word = f"\\{text}" if text.isdigit() else _word(text)
            return f"{word}~{max_edits}"


def _word(text: str) -> str:
    """`text` unescaped if it reads as itself, else with backslashes."""
    if text.isascii() and text.isalpha() and text not in _KEYWORDS:
        return text  # true of most words; the rest would find out too
    tokens = Lexer(chars.normalise(f"({text})")).tokens()
    is_word = [token.kind for token in tokens] == [Kind.OPEN, Kind.WORD, Kind.CLOSE, Kind.END]
    reads_as_itself = is_word and tokens[1].text == tokens[1].raw == text
    is_safe = "\\" not in text and chars.is_word_char(text[0]) and not is_url(text, 0)
    return text if reads_as_itself and is_safe else _escaped(text)


def _escaped(text: str) -> str:
    """Everything but letters and digits escaped; in a keyword, its first letter."""
    escaped = "".join(char if char.isalnum() else f"\\{char}" for char in text)
    return f"\\{escaped}" if escaped in _KEYWORDS else escaped


def _pattern(pattern: str) -> str:
    rendered: list[str] = []
    characters = iter(pattern)
    for char in characters:
        if char == "\\":
            rendered.append(char + next(characters, ""))
        else:
            rendered.append(char if char.isalnum() or char in "*?" else f"\\{char}")
    return "".join(rendered)


def _quoted(text: str) -> str:
    special = chars.closers('"') + "\\"
    return '"' + "".join(f"\\{char}" if char in special else char for char in text) + '"'


def _value(value: str) -> str:
    is_plain = (
        value not in _KEYWORDS
        and value.replace("-", "").replace(".", "").isalnum()
        and value[-1:].isalnum()
    )
    return value if is_plain and value[:1].isalnum() else _quoted(value)


def _dates(dates: DateInterval) -> str:
    start, end = dates.wall_start_s, dates.wall_end_s
    first = "" if start is None else _moment(start, is_day=start % _DAY_S == 0)
    last = "" if end is None else _moment(end - 1, is_day=end % _DAY_S == 0)
    return first if first == last else f"{first}..{last}"


def _moment(wall_s: int, *, is_day: bool) -> str:
    moment = _EPOCH + timedelta(seconds=wall_s)
    return moment.date().isoformat() if is_day else moment.isoformat(timespec="seconds")
