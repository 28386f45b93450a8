"""Cursors: round trip, and every kind of damage is an error with a way out."""

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.service.secret import folder_secret
from index.errors import CursorError
from index.permitted_sources import PermittedSources
from search.paging import cursor
from search.paging.seal import Seal
from search.request import Mode, SearchRequest

REQUEST = SearchRequest("bridge", languages=("de",))
SEAL = Seal(b"a secret of this test")


def made() -> cursor.Cursor:
    return cursor.Cursor("12", "1.4", 30, cursor.fingerprint(REQUEST, None), 1_700_000_000)


def test_a_cursor_comes_back_as_it_was() -> None:
    assert cursor.decode(made().encode(SEAL), REQUEST, SEAL, None) == made()


def test_page_size_and_explanations_may_change_between_pages() -> None:
    word = made().encode(SEAL)
    asked = replace(REQUEST, limit=50, explain=True, cursor=word)
    assert cursor.decode(word, asked, SEAL, None).offset == 30


@pytest.mark.parametrize(
    "other", [replace(REQUEST, query="river"), replace(REQUEST, mode=Mode.KEYWORD)]
)
def test_a_cursor_of_another_query_is_refused(other: SearchRequest) -> None:
    with pytest.raises(CursorError, match="another query"):
        cursor.decode(made().encode(SEAL), other, SEAL, None)


def test_a_cursor_belongs_to_keys_of_the_same_sources() -> None:
    courier, both = PermittedSources.of(["Courier"]), PermittedSources.of(["Courier", "Standard"])
    for own in (None, courier, both):
        mark = cursor.fingerprint(REQUEST, own)
        word = cursor.Cursor("12", "1.4", 30, mark, 1_700_000_000).encode(SEAL)
        assert cursor.decode(word, REQUEST, SEAL, own).offset == 30
        for other in {None, courier, both} - {own}:
            with pytest.raises(CursorError, match="another key"):
                cursor.decode(word, REQUEST, SEAL, other)
    assert cursor.fingerprint(REQUEST, PermittedSources.of(["COURIER"])) == cursor.fingerprint(
        REQUEST, courier
    )


@given(st.one_of(st.text(max_size=40), st.binary(max_size=40).map(lambda raw: raw.hex())))
def test_damage_is_said_to_be_damage(text: str) -> None:
    with pytest.raises(CursorError, match="first page"):
        cursor.decode(text, REQUEST, SEAL, None)


def test_an_overlong_cursor_is_refused_unread() -> None:
    with pytest.raises(CursorError, match="too long"):
        cursor.decode("a" * 10_000, REQUEST, SEAL, None)


@given(st.integers(0, 1000), st.integers(1, 255))
def test_no_byte_of_a_cursor_can_be_changed(at: int, change: int) -> None:
    whole = bytearray(base64.urlsafe_b64decode(made().encode(SEAL) + "=="))
    whole[at % len(whole)] ^= change
    with pytest.raises(CursorError, match="first page"):
        cursor.decode(base64.urlsafe_b64encode(whole).decode().rstrip("="), REQUEST, SEAL, None)


def test_a_cursor_of_another_archive_is_refused() -> None:
    with pytest.raises(CursorError, match="belongs to another archive"):
        cursor.decode(made().encode(Seal(b"theirs")), REQUEST, SEAL, None)


def test_a_cursor_of_a_list_of_stories_is_refused() -> None:
    with pytest.raises(CursorError, match="another list"):
        cursor.decode(SEAL.closed(["newest", "s1", 3, 0]), REQUEST, SEAL, None)


def test_the_secret_of_a_folder_stays_and_is_for_its_owner(tmp_path: Path) -> None:
    secret = folder_secret(tmp_path)
    assert len(secret) == 32
    assert folder_secret(tmp_path) == secret
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_several_processes_agree_on_a_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as many:
        secrets = set(many.map(lambda _: folder_secret(tmp_path), range(32)))
    assert len(secrets) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_where_nothing_can_be_written_there_is_no_secret(tmp_path: Path) -> None:
    assert folder_secret(tmp_path / "missing") == b""
