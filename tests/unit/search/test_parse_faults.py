"""Queries that cannot be read: errors with a place, or notes where the query is prose."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from index.errors import QueryError
from index.query import Bool, ParsedQuery, Phrase, Word
from search.parse import limits, parse, render

NOW = datetime(2024, 6, 20, 15, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def read(text: str, strict: bool | None = None) -> ParsedQuery:
    return parse(text, now=NOW, zone=BERLIN, strict=strict)


def error(text: str, strict: bool | None = None) -> QueryError:
    with pytest.raises(QueryError) as caught:
        read(text, strict)
    return caught.value


@pytest.mark.parametrize(
    ("query", "column", "suggestion"),
    [
        ('"roter Teppich', 0, '"roter Teppich"'),
        ("„roter Teppich", 0, "„roter Teppich“"),
        ('Putin -Kim Xi "roter', 14, 'Putin -Kim Xi "roter"'),
        ("(Putin OR (Kim", 10, "(Putin OR (Kim))"),
        ("Putin)", 5, None),
        ("Putin AND", 6, "Putin"),
        ("OR Putin", 0, "Putin"),
        ("Putin AND OR Kim", 6, "Putin OR Kim"),
        ("Putin NOT", 6, "Putin"),
        ("Kim autor:", 10, None),
        ("tittel:Kim", 0, "title:Kim"),
        ("Kim sorce:dpa", 4, "Kim source:dpa"),
        ("since:2024", 0, "date:>=2024"),
        ("zzz:Kim", 0, None),
        ("Kim *", 4, None),
        ("title:*", 6, None),
        ("Kim *ab", 4, None),
        ("Kim ()", 4, None),
        ('Kim ""', 4, None),
        ("Kim^x", 3, None),
        ("Kim^0", 3, None),
        ("Kim^1001", 3, None),
        ("(Kim^100)^100", 9, None),
        ("Kim~3", 3, None),
        ('"a b"~', 5, None),
        ('"a b"~1001', 5, None),
        ("(a)~2", 3, None),
        ("Kim*~", 4, None),
        ("date:2024-13", 5, None),
        ("date:2024-02-30", 5, None),
        ("date:2024-06..2024-05", 5, None),
        ("date:..", 5, None),
        ("date:99999y", 5, None),
        ("   ", 0, None),
        ("?!", 0, None),
        ("🙂", 0, None),
    ],
)
def test_error(query: str, column: int, suggestion: str | None) -> None:
    found = error(query)
    assert (found.column, found.suggestion) == (column, suggestion)
    assert found.expected
    assert str(found).splitlines()[2] == " " * (2 + column) + "^"


@pytest.mark.parametrize(
    ("query", "words", "column"),
    [
        ('Was sagte er "Wir gehen?', "Was sagte er Wir gehen", 13),
        ('"Wann war Putin in Nordkorea?', "Wann war Putin in Nordkorea", 0),
        ('Who said yes"', "Who said yes", 12),
        ("What is this (", "What is this", 13),
        ("Who is Kim) then", "Who is Kim then", 10),
        ("das Verhältnis Angebot:Nachfrage", "das Verhältnis Angebot Nachfrage", 15),
        ('Er sagte:"Wir gehen nach Hause.', "Er sagte Wir gehen nach Hause", 3),
        ("the rating * of films", "the rating of films", 11),
        ("what does main() do", "what does main do", 14),
    ],
)
def test_prose_is_read_with_a_note(query: str, words: str, column: int) -> None:
    parsed = read(query)
    assert render(parsed.node) == words
    assert parsed.constraint is None
    assert parsed.meaning == words
    assert column in [note.column for note in parsed.warnings]
    assert error(query, strict=True)


@pytest.mark.parametrize(
    "query",
    [
        "Ratio 3:1",
        "14:30 Uhr",
        "http://example.org/a?b=*c",
        "www.a.org/b(c)",
        "C++",
        "AT&T",
        "???a",
        "don't",
        "U.S. - Mexico",
        "Is it true?",
        "G-20",
        "5 * 3",
        "5*3",
        "a) foo b) bar",
        "Nice :)",
        "Bürger:innen",
        "EU:n komissio",
        "CSI:Miami",
        '5" Nagel',
        "50% > 40%",
        "x = y",
        "Bonjour !",
    ],
)
def test_prose_without_doubt(query: str) -> None:
    parsed = read(query)
    assert parsed.constraint is None
    assert parsed.warnings == ()
    assert parsed.meaning


def test_intent_makes_faults_errors() -> None:
    assert read('x y Who said that "yes').warnings
    for intent in ("+x y", "-x y", "lang:en x", "x AND y", "x* y", "x~ y", "x^2 y"):
        assert error(f'{intent} Who said that "yes')


def test_strict_false_reads_everything_that_has_a_word() -> None:
    assert render(read('title:(Kim "Xi', strict=False).node) == "title:(Kim Xi)"
    assert read('"roter Teppich', strict=False).node == Bool(
        should=(Word("roter"), Word("Teppich"))
    )
    assert render(read("Kim AND", strict=False).node) == "Kim"
    assert render(read("date:soon Kim", strict=False).node) == "Kim"


def test_an_excluded_unclosed_quotation_stays_excluded() -> None:
    assert read('Kim -"Xi', strict=False).node == Bool(
        should=(Word("Kim"),), must_not=(Word("Xi"),)
    )


def test_limits() -> None:
    assert error("x" * (limits.MAX_LENGTH + 1)).column == limits.MAX_LENGTH
    assert read("x" * limits.MAX_LENGTH).node == Word("x" * limits.MAX_LENGTH)
    phrases = '"a" ' * limits.MAX_CLAUSES
    assert read(phrases).constraint == Bool(must=(Phrase("a"),) * limits.MAX_CLAUSES)
    assert error(phrases + '"a"').column == len(phrases)
    deep = "(" * limits.MAX_DEPTH
    assert read(deep + "a" + ")" * limits.MAX_DEPTH).node == Word("a")
    assert error(deep + "(a").column == limits.MAX_DEPTH
    assert error("(" * 10_000, strict=False)


def test_lower_case_and_foreign_operators_are_words() -> None:
    assert [note.column for note in read("Putin UND Kim").warnings] == [6]
    assert read("PUTIN UND KIM").warnings == ()
    assert read("Putin and Kim").warnings == ()
    assert read("Putin UND Kim").constraint is None
