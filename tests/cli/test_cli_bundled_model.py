"""The command line with the models that come with newsearch: meaning finds what no word does."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from newsrooms import write_records
from typer.testing import CliRunner

from api.cli.app import application

UNNEEDED = (
    "torch",
    "transformers",
    "sentence_transformers",
    "huggingface_hub",
    "api.schemas.search",
    "fastapi",
    "httpx",
    "index.readers",
    "simplemma.strategies",
    "openvino_telemetry",
    "api.cli.alerts",
)


@pytest.mark.model
@pytest.mark.parametrize("encoder", ["english", ""])
def test_a_question_finds_its_answer_by_meaning(
    encoder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSEARCH_DATA_DIR", str(tmp_path / "data"))
    if encoder:  # the other one takes a minute to convert, and is taken from the user's cache
        monkeypatch.setenv("NEWSEARCH_CACHE_DIR", str(tmp_path / "cache"))

    def run(*args: str) -> str:
        result = CliRunner().invoke(application(), list(args), catch_exceptions=False)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    chosen = ["--encoder", encoder] if encoder else []
    run("index", str(write_records(tmp_path / "a.jsonl")), *chosen)
    question = "Who opened the crossing over the water?"
    asked = ("search", question, "--mode", "semantic", "--json")
    hits = json.loads(run(*asked))["hits"]
    assert hits[0]["id"] == "world/bridge-1"
    found = json.loads(run("stats", "--json"))["encoder"]
    assert (found["name"] == "english") == bool(encoder)
    assert found["dimension"] == 384
    assert imported_by_a_search(question) == []


def imported_by_a_search(question: str) -> list[str]:
    """What a search in a process of its own imports of what it has no need of."""
    code = (
        "import sys\n"
        "from api.cli import main\n"
        f"sys.argv = ['newsearch', 'search', {question!r}]\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as stop:\n"
        "    assert not stop.code, stop.code\n"
        "print('imported:', *sorted(set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    assert "Mayor opens the new bridge" in done.stdout
    modules = done.stdout.splitlines()[-1].split()
    return [name for name in UNNEEDED if name in modules]
