"""`newsearch ask`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


def test_ask(run: Run, filled: Path) -> None:
    shown = run("ask", "When did the mayor open the bridge?")
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout.startswith("“The mayor opened the bridge on Sunday.”\n")
    assert "Valley Post, 2025-05-01, en · Mayor opens the new bridge" in shown.stdout
    body = json.loads(run("ask", "When did the mayor open the bridge?", "--json").stdout)
    assert body["quotations"][0]["article"]["id"] == "world/bridge-1"
    limited = run("ask", "Where was the ferry in March 2025?")
    assert "“in March 2025” limits the articles to 2025-03-01 to 2025-03-31" in limited.stderr
    nothing = run("ask", "xqzvwk?")
    assert (nothing.exit_code, nothing.stdout) == (1, "")
    assert "nothing in the archive answers" in nothing.stderr


def test_answers_are_measured(run: Run, filled: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    asked = [
        {
            "id": 1,
            "text": "When did the mayor open the bridge?",
            "lang": "en",
            "answer": "on SUNDAY",
        },
        {"id": 2, "text": "Who opened the bridge?", "lang": "en", "answers": ["nobody at all"]},
        {"id": 3, "text": "xqzvwk?", "answers": []},
    ]
    questions.write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    shown = run("eval", "--ask", "--queries", str(questions), "--json")
    assert shown.exit_code == 0, shown.stderr
    means = json.loads(shown.stdout)
    assert set(means) == {"all", "en", "und"}
    counted = {name: value for name, value in means["all"].items() if name != "median_ms"}
    assert counted == {"questions": 3, "first": 0.5, "among_first": 0.5, "refused": 1.0}
    assert means["en"]["refused"] is None
    assert "first 3" in run("eval", "--ask", "--queries", str(questions)).stdout


def test_questions_that_cannot_be_measured(run: Run, filled: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"id": 1, "text": "Who?", "answers": "me"}\n{"id": 2, "text": "Who?"}\n')
    refused = run("eval", "--ask", "--queries", str(questions))
    assert refused.exit_code == 2
    assert "questions.jsonl:2" in refused.stderr
    assert "'answers'" in refused.stderr
    assert "--qrels is missing" in run("eval", "--queries", str(questions)).stderr
