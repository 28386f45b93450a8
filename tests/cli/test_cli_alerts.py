"""`newsearch alerts`, and the deliveries of `newsearch index`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from news_server import Answer, serving
from newsrooms import write_records

Run = Callable[..., Any]


def test_from_saving_to_delivering_to_forgetting(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSEARCH_PRIVATE_HOSTS", "127.0.0.1")
    records = write_records(tmp_path / "news.jsonl")
    with serving() as receiver:
        receiver.pages["/hook"] = Answer(200)
        added = run("alerts", "add", "night ferry", "--webhook", f"{receiver.url}/hook")
        assert added.exit_code == 0, added.stderr
        alert_id = added.stdout.strip()
        assert "whsec_" in added.stderr
        assert run("alerts", "test", alert_id).exit_code == 1  # the archive is empty
        assert run("index", str(records)).exit_code == 0
        assert receiver.paths() == ["/hook"] * 2, "the test, and the article"
        (listed,) = json.loads(run("alerts", "list", "--json").stdout)
        assert (listed["id"], listed["matches"]) == (alert_id, {"delivered": 1})
        assert "whsec_" not in run("alerts", "list", "--json").stdout
        assert "1 delivered" in run("alerts", "list").stdout
        tried = run("alerts", "test", alert_id)
        assert (tried.exit_code, tried.stdout) == (0, "ferry-1\n")
        receiver.pages["/hook"] = Answer(500)
        failed = run("alerts", "test", alert_id)
        assert failed.exit_code == 1
        assert "answered 500" in failed.stderr
    assert run("alerts", "remove", alert_id).exit_code == 0
    assert run("alerts", "remove", alert_id).exit_code == 2
    assert "no saved searches" in run("alerts", "list").stderr


def test_what_cannot_be_saved_is_refused(run: Run) -> None:
    assert run("alerts", "add", "ferry", "--webhook", "ftp://x").exit_code == 2
    assert run("alerts", "add", "title:(").exit_code == 2
