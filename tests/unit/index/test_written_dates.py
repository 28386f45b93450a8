"""Two hundred dates as publishers print them, in over ten languages; and what is refused."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates.written_dates import read_date
from index.domain import NewsDate

TABLE = [
    line.split("\t")
    for line in Path(__file__).with_name("written_dates.tsv").read_text("utf-8").splitlines()
]


def test_the_table_is_as_long_as_promised() -> None:
    assert len(TABLE) >= 200
    assert len({language.partition("-")[0] for language, _, _ in TABLE}) >= 10


@pytest.mark.parametrize(("language", "text", "expected"), TABLE)
def test_written_dates(language: str, text: str, expected: str) -> None:
    assert read_date(text, language).value == expected


@pytest.mark.parametrize(
    ("language", "text", "why"),
    [
        ("en", "03/04/2024", "day and month could change places"),
        ("", "03/04/2024", "day and month could change places"),
        ("en", "18 June", "no year"),
        ("en", "June", "is not a date"),
        ("en", "yesterday at 5:10", "'yesterday' is not known"),
        ("en", "3 days ago", "'days' is not known"),
        ("en", "June 31, 2024", "is not a date"),
        ("en", "13/13/2024", "is not a date"),
        ("en", "June 18, 2024 13:10 PM", "there is no hour 13 before or after noon"),
        ("en", "June 18, 2024 and July 3, 2024", "expected a date"),
        ("de", "18.06.2024 und 3", "'und' is not known"),
        ("en", "Room 18, May 2024 street", "'room' is not known"),
        ("en", "", "is not a date"),
        ("en", "2024-06-18 " * 20, "is not a date"),
        ("xx-notalanguage", "03/04/2024", "day and month could change places"),
    ],
)
def test_what_is_doubtful_is_refused(language: str, text: str, why: str) -> None:
    with pytest.raises(ValueError, match="is not a date") as caught:
        read_date(text, language)
    assert why in str(caught.value)


@given(st.text(max_size=60), st.sampled_from(["", "de", "en-US", "zh", "no such"]))
def test_any_text_is_a_date_or_a_value_error(text: str, language: str) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(read_date(text, language), NewsDate)


@given(
    st.text("0123456789./-:,年月日時 JunMai amphUhr+", max_size=40),
    st.sampled_from(["", "de", "en-US", "ja"]),
)
def test_what_looks_like_a_date_is_one_or_a_value_error(text: str, language: str) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(read_date(text, language), NewsDate)
