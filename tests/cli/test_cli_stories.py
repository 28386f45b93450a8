"""`newsearch stories`, and copies in `newsearch search`."""

import json
from pathlib import Path
from typing import Any

from newsrooms import write_records
from wire_news import NEWS

Run = Any


def test_stories_are_listed_and_shown(run: Run, tmp_path: Path) -> None:
    assert run("index", str(write_records(tmp_path / "news.jsonl", NEWS))).exit_code == 0
    (story,) = json.loads(run("stories", "list", "--json").stdout)["stories"]
    listed = run("stories", "list", "--order", "largest")
    assert listed.stdout.splitlines() == [f"{story['id']}  {story['title']}  4 articles, en"]
    shown = run("stories", "show", story["id"]).stdout.splitlines()
    assert shown[0] == story["title"]
    assert shown[2] == "Title cut  2025-03-03T15:00:00Z · Courier · en · cut · copy of wire"
    told = json.loads(run("stories", "show", story["id"], "--json").stdout)
    assert len(told["timeline"]) == 4
    assert run("stories", "show", "nothing").exit_code == 2
    found = run("search", "freighter", "--mode", "keyword", "--duplicates", "show")
    assert "full coverage: 4 articles, story:" in found.stdout
    assert "+2 copies: " in found.stdout
    newest = run("search", "Elm", "--mode", "keyword", "--sort", "newest").stdout
    assert "+2 copies: Wire, wire (original), Courier, cut (older)" in newest
    assert "(2 under copies of them)" in run("search", "Elm", "--mode", "keyword").stderr


def test_without_stories_it_exits_with_1(run: Run, filled: Path) -> None:
    assert run("stories", "list", "--lang", "fr").exit_code == 1
