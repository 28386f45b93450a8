"""Prose is read as prose: capitals, quotation marks, questions without spaces."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from index.query import Bool, ParsedQuery, Phrase, Word
from search.parse import parse


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
    assert {Phrase("yes we can"), Word("can"), Word("end")} <= set(parsed.node.should)
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
