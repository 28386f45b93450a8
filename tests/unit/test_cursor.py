"""Cursors: round trip, and every kind of damage is an error with a way out."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import CursorError
from index.sources import Sources
from search import cursor
from search.request import Mode, SearchRequest

REQUEST = SearchRequest("bridge", languages=("de",))


def test_a_cursor_comes_back_as_it_was() -> None:
    made = cursor.Cursor("12", "1.4", 30, cursor.fingerprint(REQUEST), 1_700_000_000)
    assert cursor.decode(made.encode(), REQUEST) == made


def test_page_size_and_explanations_may_change_between_pages() -> None:
    made = cursor.Cursor("12", "1.4", 30, cursor.fingerprint(REQUEST), 1_700_000_000).encode()
    assert cursor.decode(made, replace(REQUEST, limit=50, explain=True, cursor=made)).offset == 30


@pytest.mark.parametrize(
    "other", [replace(REQUEST, query="river"), replace(REQUEST, mode=Mode.KEYWORD)]
)
def test_a_cursor_of_another_query_is_refused(other: SearchRequest) -> None:
    made = cursor.Cursor("12", "1.4", 30, cursor.fingerprint(REQUEST), 1_700_000_000).encode()
    with pytest.raises(CursorError, match="another query"):
        cursor.decode(made, other)


def test_a_cursor_belongs_to_keys_of_the_same_sources() -> None:
    courier, both = Sources.of(["Courier"]), Sources.of(["Courier", "Standard"])
    for own in (None, courier, both):
        mark = cursor.fingerprint(REQUEST, own)
        made = cursor.Cursor("12", "1.4", 30, mark, 1_700_000_000).encode()
        assert cursor.decode(made, REQUEST, own).offset == 30
        for other in {None, courier, both} - {own}:
            with pytest.raises(CursorError, match="another key"):
                cursor.decode(made, REQUEST, other)
    assert cursor.fingerprint(REQUEST, Sources.of(["COURIER"])) == cursor.fingerprint(
        REQUEST, courier
    )


@given(st.one_of(st.text(max_size=40), st.binary(max_size=40).map(lambda raw: raw.hex())))
def test_damage_is_said_to_be_damage(text: str) -> None:
    with pytest.raises(CursorError, match="first page"):
        cursor.decode(text, REQUEST)


def test_an_overlong_cursor_is_refused_unread() -> None:
    with pytest.raises(CursorError, match="too long"):
        cursor.decode("a" * 10_000, REQUEST)
