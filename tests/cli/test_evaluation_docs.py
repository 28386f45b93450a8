"""Every command of docs/evaluation.md runs, in the order in which it stands there."""

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

Run = Any
DOC = Path(__file__).parents[2] / "docs" / "evaluation.md"


def commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def test_the_examples_run(
    run: Run, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(filled, tmp_path / "other-data")
    monkeypatch.chdir(tmp_path)
    Path("queries.jsonl").write_text(
        '{"id": "1", "text": "night ferry", "lang": "en"}\n'
        '{"id": "2", "text": "Nachtfähre", "lang": "de"}\n',
        encoding="utf-8",
    )
    Path("qrels.tsv").write_text("1\tferry-1\t3\n2\tfaehre-1\t2\n", encoding="utf-8")
    assert len(commands()) >= 12
    for command in commands():
        program, *arguments = shlex.split(command)
        assert program == "newsearch"
        result = run(*arguments)
        assert result.exit_code == 0, (command, result.stderr)
    for name in ("report.html", "report.md", "report.json", "hybrid.run"):
        assert Path(name).stat().st_size > 0
