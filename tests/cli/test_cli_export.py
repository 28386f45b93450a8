"""`newsearch export`, `backup`, `restore`: out, and in again."""

import json
from pathlib import Path
from typing import Any

from newsrooms import RECORDS

Run = Any


def test_export_and_index_again(run: Run, filled: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    result = run("export", "-o", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"exported {len(RECORDS)} articles" in result.stderr
    again = run("index", str(path), "--json")
    assert json.loads(again.stdout)["unchanged"] == len(RECORDS)
    fresh = run("index", str(path), "--json", "--data-dir", str(tmp_path / "fresh"))
    assert json.loads(fresh.stdout)["added"] == len(RECORDS)


def test_export_by_query_to_stdout(run: Run, filled: Path) -> None:
    lines = run("export", "lang:de").stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["faehre-1"]
    assert run("export", "--format", "parquet").exit_code == 2
    assert run("export", "-o", "news.txt").exit_code == 2


def test_backup_and_restore(run: Run, filled: Path, tmp_path: Path) -> None:
    target = tmp_path / "news.tar"
    made = json.loads(run("backup", str(target), "--json").stdout)
    assert made["articles"] == len(RECORDS)
    assert "is whole" in run("restore", str(target), "--verify").stdout
    refused = run("restore", str(target))
    assert (refused.exit_code, "not empty" in refused.stderr) == (2, True)
    again = tmp_path / "again"
    assert run("restore", str(target), "--data-dir", str(again)).exit_code == 0
    found = run("search", "ferry", "--json", "--data-dir", str(again))
    assert json.loads(found.stdout)["hits"]
    forced = run("restore", str(target), "--force")
    assert (forced.exit_code, "kept in" in forced.stderr) == (0, True)
