"""Periods and kinds read from questions, in four languages."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.asking.kinds import AnswerKind, holds, kind_of
from search.asking.question_time import LATEST, NO_DATE, read_time

TODAY = date(2026, 12, 1)  # a Tuesday


@pytest.mark.parametrize(
    ("question", "phrase", "first", "last"),
    [
        ("Was geschah letzte Woche in Kiew?", "letzte Woche", "2026-11-23", "2026-11-29"),
        ("Was geschah in dieser Woche?", "dieser Woche", "2026-11-30", "2026-12-01"),
        ("What did the court decide last month?", "last month", "2026-11-01", "2026-11-30"),
        ("Wer gewann im Mai 2024 die Wahl?", "im Mai 2024", "2024-05-01", "2024-05-31"),
        ("Wer gewann im Mai die Wahl?", "im Mai", "2026-05-01", "2026-05-31"),
        ("Was war im Dezember?", "im Dezember", "2026-12-01", "2026-12-31"),
        ("Was ist seit 2020 passiert?", "seit 2020", "2020-01-01", None),
        ("What changed since March 2021?", "since March 2021", "2021-03-01", None),
        ("Was änderte sich vor 2019?", "vor 2019", None, "2018-12-31"),
        ("Was kam nach 2019?", "nach 2019", "2020-01-01", None),
        ("What was true until 2019?", "until 2019", None, "2019-12-31"),
        ("Qui a gagné le mois dernier ?", "le mois dernier", "2026-11-01", "2026-11-30"),
        ("Que s'est-il passé hier à Paris ?", "hier", "2026-11-30", "2026-11-30"),
        ("¿Qué pasó la semana pasada?", "la semana pasada", "2026-11-23", "2026-11-29"),
        ("¿Quién ganó en mayo de 2023?", "en mayo de 2023", "2023-05-01", "2023-05-31"),
        ("Was sagte Merz am 18. Juni 2024?", "am 18. Juni 2024", "2024-06-18", "2024-06-18"),
        ("What happened on June 18, 2024?", "on June 18, 2024", "2024-06-18", "2024-06-18"),
        ("Wer sprach am 18.06.2024?", "am 18.06.2024", "2024-06-18", "2024-06-18"),
        ("Who fell in the last 3 weeks?", "in the last 3 weeks", "2026-11-10", "2026-12-01"),
        ("Who left over the past two days?", "over the past two days", "2026-11-29", "2026-12-01"),
        ("Was geschah im Sommer 2023?", "im Sommer 2023", "2023-06-01", "2023-08-31"),
        ("Was war im Winter 2023?", "im Winter 2023", "2023-12-01", "2024-02-29"),
        ("Wer starb zwischen 2019 und 2021?", "zwischen 2019 und 2021", "2019-01-01", "2021-12-31"),
        ("Was war am Montag?", "am Montag", "2026-11-30", "2026-11-30"),
        ("Wer kam vorgestern?", "vorgestern", "2026-11-29", "2026-11-29"),
    ],
)  # fmt: skip
def test_a_period_is_read(question: str, phrase: str, first: str | None, last: str | None) -> None:
    read = read_time(question, TODAY)
    assert read is not None
    assert question[read.start : read.end] == phrase
    assert read.first == (date.fromisoformat(first) if first else None)
    assert read.last == (date.fromisoformat(last) if last else None)


@pytest.mark.parametrize(
    "question",
    [
        "Bundestagswahl 2021 Ergebnis",
        "Wer ist hier der Chef?",
        "Was geschah seit der Wahl?",
        "Was war am 31.2.2024?",
        "How may I travel?",
        "Qui est le maire de la semaine sainte ?",
    ],
)
def test_what_names_no_period_is_words(question: str) -> None:
    assert read_time(question, TODAY) is None


@given(st.text(max_size=60), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_any_text_can_be_read(question: str, today: date) -> None:
    read = read_time(question, today)
    if read is not None and read.first and read.last:
        assert read.first <= read.last


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_the_last_week_ends_before_this_one(today: date) -> None:
    read = read_time("What happened last week?", today)
    assert read is not None
    assert read.first is not None
    assert read.last == read.first + timedelta(days=6)
    assert read.first.weekday() == 0
    assert timedelta(0) < today - read.last <= timedelta(days=7)


def test_an_event_is_no_date() -> None:
    match = NO_DATE.search("Was geschah seit der Wahl?")
    assert match is not None
    assert match[0] == "seit der Wahl"
    assert NO_DATE.search("Was geschah seit dem Jahr 2020?") is None
    assert LATEST.search("Wann war er zuletzt da?") is not None


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Wie viele Menschen starben?", AnswerKind.HOW_MANY),
        ("How old is the ship?", AnswerKind.HOW_MANY),
        ("Combien de gens sont venus ?", AnswerKind.HOW_MANY),
        ("¿Cuánta gente iba en el tren?", AnswerKind.HOW_MANY),
        ("Wann fährt sie?", AnswerKind.WHEN),
        ("In which year was it built?", AnswerKind.WHEN),
        ("Wer hat das Bild gestohlen?", AnswerKind.WHO),
        ("Qu'est-ce qui brûle ?", AnswerKind.OTHER),
        ("¿Dónde está?", AnswerKind.WHERE),
        ("Was geschah am Hafen?", AnswerKind.COURSE),
        ("ferry harbour", AnswerKind.OTHER),
    ],
)
def test_what_a_question_asks_for(question: str, kind: AnswerKind) -> None:
    assert kind_of(question) is kind


@pytest.mark.parametrize(
    ("kind", "yes", "no"),
    [
        (AnswerKind.HOW_MANY, "Es waren zwölf Boote.", "Es waren Boote da."),
        (AnswerKind.WHEN, "It opened in May.", "It opened again."),
        (AnswerKind.WHO, "Then came Ada Quill.", "Then came the pilot."),
        (AnswerKind.WHERE, "It lies in Lindenau.", "It lies there."),
    ],
)
def test_what_holds_an_answer(kind: AnswerKind, yes: str, no: str) -> None:
    assert holds(kind, yes)
    assert not holds(kind, no)
