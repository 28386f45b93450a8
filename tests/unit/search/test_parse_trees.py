"""What queries become: node, constraint and meaning."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from index.query import (
    Bool,
    Boost,
    Exact,
    ExactField,
    Fuzzy,
    Node,
    ParsedQuery,
    Phrase,
    Prefix,
    TextField,
    Wildcard,
    Word,
)
from search.parse import parse, render

NOW = datetime(2024, 6, 20, 15, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
TITLE = TextField.TITLE
GERMAN = Exact(ExactField.LANGUAGE, "de")
A, B, C = Word("a"), Word("b"), Word("c")
WHOLE_A, WHOLE_B = Word("a", is_whole=True), Word("b", is_whole=True)


def read(text: str) -> ParsedQuery:
    return parse(text, now=NOW, zone=BERLIN)


def test_a_bag_keeps_each_clause_in_its_role() -> None:
    parsed = read('a b "c d" -e title:f')
    phrase, title, excluded = Phrase("c d"), Word("f", TITLE), Word("e")
    assert parsed.node == Bool((phrase, title), (A, B), (excluded,))
    assert parsed.constraint == Bool((phrase, title), (), (excluded,))
    assert parsed.meaning == "a b c d f"
    assert parsed.warnings == ()


@pytest.mark.parametrize(
    ("query", "node"),
    [
        ("a", A),
        ("a b", Bool(should=(A, B))),
        ("(a b) c", Bool(should=(A, B, C))),
        ("+a b", Bool(must=(A,), should=(B,))),
        ("-a", Bool(must_not=(A,))),
        ("NOT NOT a", A),
        ("a AND b AND c", Bool(must=(A, B, C))),
        ("(a AND b) AND c", Bool(must=(A, B, C))),
        ("a AND b OR c", Bool(should=(Bool(must=(A, B)), C))),
        ("a AND (b OR c)", Bool(must=(A, Bool(should=(B, C))))),
        ("a AND -b", Bool(must=(A,), must_not=(B,))),
        ("a OR NOT b", Bool(should=(A, Bool(must_not=(B,))))),
        ("a b AND c", Bool(must=(B, C), should=(A,))),
        ("NOT (a OR b)", Bool(must_not=(A, B))),
        ("NOT (a AND b)", Bool(must_not=(Bool(must=(A, B)),))),
        ("-title:a", Bool(must_not=(Word("a", TITLE),))),
        ("a^2 b", Bool(should=(Boost(A, 2.0), B))),
        ("a^0,5", Boost(A, 0.5)),
        ("+a", WHOLE_A),
        (r"+\3,9", Word("3,9", is_whole=True)),
        ("+3,9", Word("3,9")),
        ("+a^2", Boost(WHOLE_A, 2.0)),
        ("title:a", Word("a", TITLE, is_whole=True)),
        ("(a b)^2", Boost(Bool(should=(A, B)), 2.0)),
        ("title:(a b)", Bool(should=(Word("a", TITLE), Word("b", TITLE)))),
        ("title:a~", Fuzzy("a", 1, TITLE)),
        ("a~2", Fuzzy("a", 2)),
        ("a*", Prefix("a")),
        ("U.S.*", Prefix("U.S.")),
        ("a*b", Wildcard("a*b")),
        ("*abc*", Wildcard("*abc*")),
        (r"a\*b*c", Wildcard(r"a\*b*c")),
        ("a?b", Wildcard("a?b")),
        ("lang:German", GERMAN),
        ("lang:de-AT", GERMAN),
        ("id:http://x.org/?a=b*", Exact(ExactField.ID, "http://x.org/?a=b*")),
        ('source:"El  Faro"', Exact(ExactField.SOURCE, "El Faro")),
        ("source:Yahoo!,", Exact(ExactField.SOURCE, "Yahoo!")),
        ('source:"Wer?"', Exact(ExactField.SOURCE, "Wer?")),
    ],
)
def test_node(query: str, node: Node) -> None:
    assert read(query).node == node


@pytest.mark.parametrize(
    ("query", "constraint"),
    [
        ("a b", None),
        ("(a b) c*", None),
        ("a OR b", Bool(should=(WHOLE_A, WHOLE_B))),
        ("a OR b c", None),
        ("a^2 OR b", Bool(should=(WHOLE_A, WHOLE_B))),
        ("(a OR b)^2", Bool(should=(WHOLE_A, WHOLE_B))),
        ("a OR b lang:de", Bool(must=(GERMAN, Bool(should=(WHOLE_A, WHOLE_B))))),
        ("a b lang:de", GERMAN),
        ("lang:de", GERMAN),
        ("+a b", WHOLE_A),
        ("-a b", Bool(must_not=(A,))),
        ('a "b c"^2', Phrase("b c")),
        ("a AND b c", Bool(must=(A, B))),
        ("+(a^2 +b) c", WHOLE_B),
    ],
)
def test_constraint(query: str, constraint: Node | None) -> None:
    assert read(query).constraint == constraint


def test_filters_do_not_make_the_words_optional() -> None:
    assert read("a b lang:de").node == Bool(must=(GERMAN, Bool(should=(A, B))))
    assert read("a lang:de").node == Bool(must=(GERMAN, A))
    assert read('a lang:de "b c"').node == Bool(must=(GERMAN, Phrase("b c")), should=(A,))


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        ("Wann war Putin in Nordkorea?", "Wann war Putin in Nordkorea"),
        ('a AND "b c" OR d', "a b c d"),
        ("a -b NOT c -(d e)", "a"),
        ("a -(b -c)", "a"),
        ("lang:de date:7d", ""),
        ('source:"El Faro" author:Jane a', "a"),
        ("nordk* no* n?rd wort~", "nordk wort"),
        ('title:(a "b c") body:d^2', "a b c d"),
    ],
)
def test_meaning(query: str, meaning: str) -> None:
    assert read(query).meaning == meaning


@pytest.mark.parametrize(
    "query",
    [
        "„a b“",
        "„a b”",
        '„a b"',
        "“a b”",
        "”a b”",
        "«a b»",
        "»a b«",
        "‹a b›",
        "‚a b‘",
        "‘a b’",
        "「a b」",
        "『a b』",
        "＂a b＂",
        '"„a b“"',
        '""a b""',
        '"a\xa0 b"',
        "« a b »",
        '"a b."',
    ],
)
def test_every_style_of_quotes(query: str) -> None:
    node = read(query).node
    assert isinstance(node, Phrase)
    assert node.text.strip(".") == "a b"


def test_quotes_side_by_side() -> None:
    assert read('"a b""c d"').node == Bool(must=(Phrase("a b"), Phrase("c d")))
    assert read("他说“你好”了").node == Bool(
        must=(Phrase("你好"),), should=(Word("他说"), Word("了"))
    )


def test_an_apostrophe_is_no_quote() -> None:
    for query in ("don't stop", "don’t stop", "‘tis nice", "rock 'n' roll", "l’avion d’or"):
        assert read(query).constraint is None
        assert read(query).warnings == ()


def test_hebrew_abbreviations_keep_their_quote() -> None:
    assert read('צה"ל').node == Word('צה"ל')
    assert read('"צה"ל היום"').node == Phrase('צה"ל היום')


@pytest.mark.parametrize("sign", ["-", "−", "－"])
def test_signs_that_exclude(sign: str) -> None:
    assert read(f"a {sign}b").node == Bool(should=(A,), must_not=(B,))


@pytest.mark.parametrize(
    "text", ["a - b", "a -- b", "a – b", "a—b", "a,b", "a … b", "a −", "a + b"]
)
def test_signs_that_are_punctuation(text: str) -> None:
    assert read(text).constraint is None
    assert read(text).warnings == ()


def test_columns_refer_to_the_text_as_given() -> None:
    # Decomposed umlaut, soft hyphen and writing direction: three code points that are not read.
    parsed = read("Pra\u0308si\u00addent \u200fKim: und")
    assert parsed.node == Bool(should=(Word("Präsident"), Word("Kim"), Word("und")))
    assert [note.column for note in parsed.warnings] == [16]


def test_boosts_multiply() -> None:
    assert render(read("((a^2 b)^3 c)^4").node) == "((a^2 b)^3 c)^4"
    assert read("(a^10)^10").node == Boost(Boost(A, 10.0), 10.0)


def test_words_are_bounded_by_length_alone() -> None:
    node = read("wort " * 800).node
    assert isinstance(node, Bool)
    assert len(node.should) == 800
