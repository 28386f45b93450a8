"""The command line with the model that comes with newsearch: meaning finds what no word does."""

import json
from pathlib import Path

import pytest
from newsrooms import write_records
from typer.testing import CliRunner

from api.cli.app import app


@pytest.mark.model
def test_a_question_finds_its_answer_by_meaning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSEARCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("NEWSEARCH_CACHE_DIR", str(tmp_path / "cache"))

    def run(*args: str) -> str:
        result = CliRunner().invoke(app, list(args), catch_exceptions=False)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    run("index", str(write_records(tmp_path / "a.jsonl")))
    question = "Which politician inaugurated a crossing over water?"
    hits = json.loads(run("search", question, "--mode", "semantic", "--json"))["hits"]
    assert hits[0]["id"] == "world/bridge-1"
    assert json.loads(run("stats", "--json"))["encoder"]["dimension"] == 384
