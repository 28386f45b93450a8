"""Which commands a command line can mean, and so which modules it imports."""

from pathlib import Path

import pytest

from api.cli.app import _COMMANDS, _asked_for


@pytest.mark.parametrize(
    "line",
    [
        ["search", "ferry"],
        ["--data-dir", "stats", "search", "--help"],
        ["--config", "x.toml", "search"],
        ["--data-dir=x", "search", "stats"],
    ],
    ids=" ".join,
)
def test_a_named_command_is_imported_alone(line: list[str]) -> None:
    assert list(_asked_for(line)) == ["search"]


@pytest.mark.parametrize(
    "line", [[], ["--help"], ["--data-dir", "search", "--help"], ["serch"], ["--data-dir"]], ids=str
)
def test_without_a_command_all_are(line: list[str]) -> None:
    assert set(_asked_for(line)) == set(_COMMANDS)


def test_every_command_is_documented() -> None:
    text = (Path(__file__).parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")
    assert [name for name in _COMMANDS if f"\nnewsearch {name} " not in text] == []
