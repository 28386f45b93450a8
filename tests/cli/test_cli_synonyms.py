"""`newsearch synonyms`: the rules in the data folder, and the lines that cannot be used."""

import json
from pathlib import Path
from typing import Any

Run = Any


def test_rules_and_faults(run: Run, filled: Path) -> None:
    result = run("synonyms")
    assert (result.exit_code, "there are no synonyms" in result.stderr) == (0, True)
    path = filled / "synonyms.en.txt"
    path.write_text("ferry, boat\n", encoding="utf-8")
    assert run("synonyms").stdout == "synonyms.en.txt:1: ferry, boat\n"
    found = run("search", "boat", "--mode", "keyword")
    assert found.exit_code == 0
    assert "also searched for ferry" in found.stderr
    path.write_text("ferry, boat\nalone\n", encoding="utf-8")
    result = run("synonyms")
    assert (result.exit_code, "synonyms.en.txt:2: expected at least" in result.stderr) == (1, True)
    (body,) = json.loads(run("synonyms", "--json").stdout)
    assert (body["language"], body["faults"][0]["line"]) == ("en", 2)
    assert body["rules"] == [{"line": 1, "rule": "ferry, boat"}]
