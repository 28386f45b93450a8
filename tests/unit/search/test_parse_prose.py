"""Prose is read as prose: capitals, quotation marks, questions without spaces."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from index.errors import QueryError
from index.query import Bool, ParsedQuery, Phrase, Word
from search.parse import parse, render


def read(text: str) -> ParsedQuery:
    return parse(text, now=datetime(2024, 6, 18, tzinfo=UTC), zone=ZoneInfo("UTC"))


def test_operators_are_words_in_shouted_prose() -> None:
    parsed = read("DENSITY OF IONIZATION AND TEMPERATURE IN THE CORONA")
    assert parsed.constraint is None
    assert isinstance(parsed.node, Bool)
    assert Word("AND") in parsed.node.should


@pytest.mark.parametrize(
    "text", ["NATO AND EU", "BBC AND NOT CNN", "北京 AND 上海 东京 大阪 京都 神户"]
)
def test_operators_are_operators_elsewhere(text: str) -> None:
    assert read(text).constraint is not None


def test_a_quotation_in_a_question_is_preferred_and_not_required() -> None:
    parsed = read('Who said "yes we can" in the end?')
    assert parsed.constraint is None
    assert isinstance(parsed.node, Bool)
    assert {Phrase("yes we can", is_inflected=True), Word("can"), Word("end")} <= set(
        parsed.node.should
    )
    assert "prose" in parsed.warnings[0].text


@pytest.mark.parametrize(
    "text",
    [
        '"strategische Partnerschaft"',
        'Putin "strategische Partnerschaft"',
        'who said +"yes we can" in the end?',
        'lang:de who said "yes we can" in the end?',
        '"yes we can"?',
    ],
)
def test_a_quotation_is_required_elsewhere(text: str) -> None:
    assert read(text).constraint is not None


HEADLINES = [
    ("Habeck: „Wärmewende“ gelingt nur gemeinsam", "Wärmewende"),
    ("Trump says “witch hunt” must end, and soon", "witch hunt"),
    ("«Marée noire» : la préfecture ferme les plages", "Marée noire"),
    ("Streit um „Aktivrente“ – Linnemann bleibt hart", "Aktivrente"),
    ('"It is the wrong bridge in the wrong place" (Mayor Holm)', "wrong"),
]


@pytest.mark.parametrize(("text", "word"), HEADLINES)
def test_a_quotation_in_a_headline_is_preferred(text: str, word: str) -> None:
    parsed = read(text)
    assert parsed.constraint is None
    assert word in parsed.meaning
    assert any("put + before the quotes" in note.text for note in parsed.warnings)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Merkel:Wir schaffen das", "Merkel Wir schaffen das"),
        (
            "Streit (Video) um die Maut:Scheuer schweigt",
            "Streit Video um die Maut Scheuer schweigt",
        ),
        ("Hafen: Der Rat sagt (noch nichts", "Hafen Der Rat sagt noch nichts"),
        ('Rat, sagt "die Fähre bleibt', "Rat sagt die Fähre bleibt"),
    ],
)
def test_brackets_colons_and_lone_quotes_of_a_headline(text: str, words: str) -> None:
    parsed = read(text)
    assert parsed.constraint is None
    assert parsed.meaning == words
    assert parsed.warnings


@pytest.mark.parametrize(
    "text", ["re:publica", "sorce:Reuters the ferry is late", "tittle:Nordkorea"]
)
def test_a_field_that_is_not_there_is_an_error_elsewhere(text: str) -> None:
    with pytest.raises(QueryError):
        read(text)


@pytest.mark.parametrize(
    ("text", "sign", "words"),
    [
        ("The ferry is NOT sinking, the harbour board told us in a letter.", "NOT", "NOT sinking"),
        ("Der Rat war dafür, die Bürger waren dagegen UND AND alle sind müde.", "AND", "AND alle"),
        ("This is a *great* day for the town and for all of us.", "*great*", "great day"),
        ("We read your letter and will look into it. -Vik, for the harbour board", "-", "Vik"),
        ("-Kanzler tritt nach der Wahl zurück", "-", "Kanzler tritt"),
        ("Who would have thought it?No one, say those who were there.", "it?No", "it No"),
    ],
)
def test_signs_in_a_text_are_words_and_punctuation(text: str, sign: str, words: str) -> None:
    parsed = read(text)
    assert parsed.constraint is None
    assert words in parsed.meaning
    (note,) = (note for note in parsed.warnings if "read as prose, in which" in note.text)
    assert sign in note.text
    assert "put +" in note.text


@pytest.mark.parametrize(
    "text",
    [
        "Ferry NOT harbour",
        "Berlin -Sport",
        "-Sport Berlin Wahl",
        "Fähre AND Hafen NOT Streik",
        '"climate change" AND (policy OR politics OR law) AND Germany NOT opinion AND 2024',
        "news of the vote in Berlin AND the vote in Hamburg NOT sports",
        "wie hat sich die Regierung zu Nord Stream geäußert -Schröder",
        "The ferry is NOT sinking, the harbour board told us in a +letter.",
        "lang:en the ferry is NOT sinking, the harbour board told us in a letter.",
    ],
)
def test_operators_stay_serious(text: str) -> None:
    assert read(text).constraint is not None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("DAX -3,9 %", "DAX 3,9"),
        ("Inflation +2.5%", "Inflation 2.5%"),
        ("minus 10 −12 Grad", "minus 10 12 Grad"),
        ("Umsatz -5 Prozent", "Umsatz 5 Prozent"),
        ("Endlich Sieg :)", "Endlich Sieg"),
        ("Endlich Sieg:)", "Endlich Sieg"),
        ("So traurig :((", "So traurig"),
        ("Sieg ;-) morgen", "Sieg morgen"),
    ],
)
def test_numbers_and_smileys_are_no_operators(text: str, words: str) -> None:
    parsed = read(text)
    assert parsed.constraint is None
    assert render(parsed.node) == words


def test_a_year_is_excluded_by_a_minus() -> None:
    assert read("Wahl -2024").constraint == Bool(must_not=(Word("2024"),))


def test_what_a_sentence_may_also_mean_is_known() -> None:
    text = 'Rede Kanzler Bundestag "große Zeitenwende"'
    parsed = read(text)
    assert parsed.constraint == Phrase("große Zeitenwende")
    assert isinstance(parsed.softer, Bool)
    assert Phrase("große Zeitenwende", is_inflected=True) in parsed.softer.should
    assert read(f"+{text}").softer is None
    assert read(text.replace('"', '+"', 1)).softer is None
    assert read('Kanzler "große Zeitenwende"').softer is None
