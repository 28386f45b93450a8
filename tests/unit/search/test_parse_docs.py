"""docs/query-language.md: every example is read as the page says."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from index.errors import QueryError
from index.query import ParsedQuery
from search.parse import limits, parse, render

PAGE = Path(__file__).parents[3] / "docs" / "query-language.md"
NOW = datetime(2024, 6, 20, 15, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def read(text: str) -> ParsedQuery:
    return parse(text, now=NOW, zone=BERLIN)


def rows() -> list[tuple[list[str], list[str]]]:
    """Each row of each table that begins with what is typed: its header and its cells."""
    found: list[tuple[list[str], list[str]]] = []
    header: list[str] = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip("|").split(" | ")]
        if not line.startswith("|"):
            header = []
        elif not header:
            header = cells
        elif header[0] == "You type" and set(line) - set("|-"):
            found.append((header, cells))
    return found


ROWS = rows()


@pytest.mark.parametrize(("header", "cells"), ROWS, ids=[cells[0] for _, cells in ROWS])
def test_example(header: list[str], cells: list[str]) -> None:
    if header[1] == "The error":
        with pytest.raises(QueryError) as caught:
            read(cells[0])
        assert caught.value.why == cells[1]
        return
    parsed = read(cells[0])
    assert render(parsed.node) == cells[1]
    if header[-1] == "The note":
        assert [note.text for note in parsed.warnings] == [cells[2]]
    else:
        assert parsed.warnings == ()


def test_the_page_has_all_its_examples() -> None:
    assert len(ROWS) > 60


def test_the_error_shown_is_the_error_given() -> None:
    (block,) = re.findall(r"```\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    with pytest.raises(QueryError) as caught:
        read("tittle:Nordkorea")
    assert str(caught.value) == block


def test_the_limits_are_the_limits() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert f"Limits: {limits.MAX_LENGTH} characters, {limits.MAX_CLAUSES} phrases" in text
    assert f"{limits.MAX_DEPTH} nested parentheses" in text
    assert f"at most {limits.MAX_BOOST:g}" in text
