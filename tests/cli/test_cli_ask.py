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
