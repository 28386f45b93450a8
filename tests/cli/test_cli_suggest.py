"""`newsearch suggest`, and what `search` says of a misspelt word."""

import json
from pathlib import Path
from typing import Any

Run = Any


def test_suggestions_are_printed(run: Run, filled: Path) -> None:
    result = run("suggest", "night fer")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "night ferry  1",
        "Night ferry returns to the harbour  ferry-1",
    ]
    body = json.loads(run("suggest", "hafen", "--json").stdout)
    assert [word["text"] for word in body["words"]] == ["Hafen"]


def test_nothing_to_suggest_exits_with_1(run: Run, filled: Path) -> None:
    assert run("suggest", "zeppelin").exit_code == 1


def test_a_correction_is_told_beside_the_hits(run: Run, filled: Path) -> None:
    result = run("search", "fery harbour", "--mode", "keyword")
    assert "did you mean: ferry harbour" in result.stderr
    assert "did you mean" not in run("search", "ferry harbour", "--mode", "keyword").stderr


def test_feedback_is_an_option(run: Run, filled: Path) -> None:
    result = run("search", "horn", "--mode", "keyword", "--feedback")
    assert "2 of 2 articles" in result.stderr
