"""The query language on anything that anybody could type: its laws, and no error but QueryError."""

import sys
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from index.errors import QueryError
from index.query import Bool, Boost, Fuzzy, Node, ParsedQuery, Phrase, Prefix, Word
from search.parse import parse, render
from search.parse.characters import normalise

NOW = datetime(2024, 6, 20, 15, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
FUZZ = settings(max_examples=200)

WORDS = [
    "foo",
    "Bar",
    "Präsident",
    "a\u0308",
    "你好",
    "U.S.",
    "C++",
    "G-20",
    "10",
    "‘n’",
    "http://a.b",
]
SIGNS = [*"+-−–()~^*?\"'„“”«»‚‘’:/\\.,;!|&#@（）：", "\u0301", "\u200f", "\x00", "\ud800", "😀"]
OPERATORS = [
    "AND",
    "OR",
    "NOT",
    "und",
    "UND",
    "~2",
    "^2",
    "^0.5",
    "title:",
    "lang:",
    "date:",
    "id:",
]
CLAUSES = [
    "(a OR b)",
    '"x y"',
    "title:(a b)",
    "lang:(de fr)",
    '-"q"',
    "date:7d",
    "zzz:",
    "2024-06..",
]
BLANKS = ["", "", " ", "  ", "\u00a0"]

soup = st.lists(
    st.tuples(st.sampled_from(WORDS + SIGNS + OPERATORS + CLAUSES), st.sampled_from(BLANKS)),
    max_size=14,
).map(lambda parts: "".join(part + blank for part, blank in parts))
anything = soup | st.text(st.characters(), max_size=60)
strictness = st.sampled_from([None, True, False])

leaf = st.sampled_from(
    ["foo", "Bar", "Präsident", '"x y"', '"x y"~3', "pre*", "w?ld", "fuz~", "10^2"]
)
fielded = st.sampled_from(
    ["title:foo", 'body:"x y"', "lang:de", "date:2024-06", 'source:"El Faro"']
)


def _combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return (
        pair.map(" AND ".join)
        | pair.map(" OR ".join)
        | pair.map(" ".join)
        | inner.map("({})".format)
        | inner.map("-({})".format)
        | inner.map("+({})".format)
        | inner.map("({})^2".format)
    )


valid = st.recursive(leaf | fielded, _combined, max_leaves=8)


def read(text: str, strict: bool | None = None) -> ParsedQuery:
    return parse(text, now=NOW, zone=BERLIN, strict=strict)


def outcome(text: str, strict: bool | None = None) -> ParsedQuery | QueryError:
    try:
        return read(text, strict)
    except QueryError as error:
        return error


def read_if_possible(text: str, strict: bool | None = None) -> ParsedQuery:
    parsed = outcome(text, strict)
    assume(isinstance(parsed, ParsedQuery))
    assert isinstance(parsed, ParsedQuery)
    return parsed


def leaves(node: Node) -> Iterator[Node]:
    match node:
        case Bool(must, should, must_not):
            for part in (*must, *should, *must_not):
                yield from leaves(part)
        case Boost(inner, _):
            yield from leaves(inner)
        case _:
            yield node


@FUZZ
@given(anything, strictness)
@example("", None)
@example("(" * 10_000, False)
@example("NOT " * 1_024, None)
def test_only_query_errors(text: str, strict: bool | None) -> None:
    parsed = outcome(text, strict)
    if isinstance(parsed, QueryError):
        assert 0 <= parsed.column <= len(text)
        assert str(parsed)
        return
    assert parsed.text == text
    assert all(0 <= note.column <= len(text) for note in parsed.warnings)
    for node in leaves(parsed.node):
        if isinstance(node, Word | Phrase | Prefix | Fuzzy):
            assert any(char.isalnum() for char in node.text)
            assert unicodedata.is_normalized("NFC", node.text)


@FUZZ
@given(anything)
def test_leniency_finds_something_wherever_there_is_a_word(text: str) -> None:
    parsed = outcome(text, strict=False)
    assert isinstance(parsed, ParsedQuery) or parsed.why.startswith(
        ("the query is empty", "there is no word in this query")
    )


@FUZZ
@given(anything)
def test_what_strictness_reads_leniency_reads_alike(text: str) -> None:
    strict = read_if_possible(text, strict=True)
    lenient = read(text)
    assert lenient == read(text, strict=False)
    # Prose is read by its shape, and says so.
    assume(not any("read as prose" in note.text for note in lenient.warnings))
    assert lenient == strict


@FUZZ
@given(valid)
def test_valid_queries_are_read_without_doubt(text: str) -> None:
    assert read(text, strict=True).warnings == ()


@FUZZ
@given(anything | valid, strictness)
@example("-(0 AND (1 AND 2)^3)", None)
@example("-(0 AND (1 OR (2 OR 3)^4))", None)
@example("-(0 OR (1 AND 2)^3)", None)
def test_rendering_and_parsing_again_gives_the_same_tree(text: str, strict: bool | None) -> None:
    node = read_if_possible(text, strict).node
    assert read(render(node), strict=True).node == node


@FUZZ
@given(valid, st.data())
def test_a_damaged_query_is_an_error_or_is_read(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    damaged = text[:at] + data.draw(st.sampled_from(["", *SIGNS])) + text[at + 1 :]
    parsed = outcome(damaged)
    assert isinstance(parsed, ParsedQuery) or 0 <= parsed.column <= len(damaged)


@FUZZ
@given(
    st.lists(valid, min_size=1, max_size=4),
    st.sampled_from(["  ", "\t", "\n", "\u00a0", "\u2003", "\u3000", "\ufeff ", " \u200f"]),
)
def test_kinds_of_blanks_make_no_difference(parts: list[str], blank: str) -> None:
    plain, other = read(" ".join(parts)), read(blank + blank.join(parts) + blank)
    assert (plain.node, plain.constraint) == (other.node, other.constraint)
    assert plain.meaning == other.meaning


@FUZZ
@given(anything)
def test_normal_forms_make_no_difference(text: str) -> None:
    composed = read_if_possible(unicodedata.normalize("NFC", text))
    decomposed = read(unicodedata.normalize("NFD", text))
    assert composed.node == decomposed.node
    assert composed.meaning == decomposed.meaning


@FUZZ
@given(st.text(st.characters()))
def test_normalising_keeps_columns(text: str) -> None:
    typed = normalise(text)
    assert unicodedata.is_normalized("NFC", typed.text)
    assert len(typed.columns) == len(typed.text) + 1
    assert list(typed.columns) == sorted(typed.columns)
    assert typed.columns[-1] == len(text)


@FUZZ
@given(valid, valid)
def test_nothing_excluded_is_embedded(text: str, excluded: str) -> None:
    assert read(f"({text}) NOT ({excluded})").meaning == read(text).meaning
    assert read(f"-({excluded}) ({text})").meaning == read(text).meaning


@FUZZ
@given(valid)
def test_a_bag_has_no_constraint_and_anything_else_has_one(text: str) -> None:
    parsed = read(text)
    is_bag = not any(sign in text for sign in ("AND", "OR", '"', ":", "+", "-"))
    if is_bag:
        assert parsed.constraint is None
    assert not any(isinstance(node, Boost) for node in _inside(parsed.constraint))


def holds(node: Node, true: frozenset[str]) -> bool:
    """Whether an article matches of which just the leaves `true`, as rendered, match."""
    match node:
        case Boost(inner, _):
            return holds(inner, true)
        case Bool(must, should, must_not):
            return (
                all(holds(part, true) for part in must)
                and not any(holds(part, true) for part in must_not)
                and (bool(must) or not should or any(holds(part, true) for part in should))
            )
        case _:
            return render(node).lstrip("+") in true


Formula = tuple[str, Callable[[frozenset[str]], bool]]


def _formulas(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    pair = st.tuples(inner, inner)
    return (
        pair.map(lambda p: (f"({p[0][0]} AND {p[1][0]})", lambda t: p[0][1](t) and p[1][1](t)))
        | pair.map(lambda p: (f"({p[0][0]} OR {p[1][0]})", lambda t: p[0][1](t) or p[1][1](t)))
        | inner.map(lambda f: (f"(NOT {f[0]})", lambda t: not f[1](t)))
        | inner.map(lambda f: (f"-({f[0]})", lambda t: not f[1](t)))
        | inner.map(lambda f: (f"{f[0]}^2", f[1]))
    )


def _atom(text: str) -> Formula:
    return text, lambda true: text in true


ATOMS = ["a", "b", '"c d"', "title:e", "lang:de"]
formulas = st.recursive(st.sampled_from(ATOMS).map(_atom), _formulas, max_leaves=8)
worlds = st.frozensets(st.sampled_from(ATOMS))


@FUZZ
@given(formulas, worlds)
def test_operators_mean_what_logic_says(formula: Formula, true: frozenset[str]) -> None:
    text, expected = formula
    assert holds(read(text).node, true) == expected(true)


@FUZZ
@given(valid, st.data())
def test_whatever_matches_satisfies_the_constraint(text: str, data: st.DataObject) -> None:
    parsed = read(text)
    names = sorted({render(node) for node in leaves(parsed.node)})
    true = data.draw(st.frozensets(st.sampled_from(names)))
    if parsed.constraint is not None and holds(parsed.node, true):
        assert holds(parsed.constraint, true)


def _inside(node: Node | None) -> Iterator[Node]:
    if node is None:
        return
    yield node
    if isinstance(node, Bool):
        for part in (*node.must, *node.should, *node.must_not):
            yield from _inside(part)


def lines_run(query: str) -> int:
    """How many lines of Python reading `query` leniently runs: a clock without noise."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        outcome(query, strict=False)
    finally:
        sys.settrace(before)
    return count


SHAPES = [
    "x ",
    '"',
    "‘a ",
    "«",
    "„a",
    "+a ",
    "a AND ",
    "\\",
    "a~",
    "a^",
    "*",
    "a:b ",
    "a) ",
    "http://",
]


@pytest.mark.parametrize(
    "shape", [*SHAPES, "a\u0301", "^1", "(a) ", 'a"', 'צ"', "title:a ", "NOT "]
)
def test_time_is_linear_in_the_length(shape: str) -> None:
    short, long = ((shape * length)[:length] for length in (256, 1024))
    assert lines_run(long) < 5 * lines_run(short)
