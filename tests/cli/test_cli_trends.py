"""`newsearch trends`."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


def test_trends(run: Run, filled: Path) -> None:
    shown = run("trends", "ferry", "bridge", "--by", "month")
    assert shown.exit_code == 0
    assert re.search(r"month +ferry +bridge\n2025-03 +1 ▇+ +0\n", shown.stdout)
    shares = run("trends", "ferry", "--by", "month", "--normalise").stdout
    assert re.search(r"2025-03 +50\.0% ▇{10}\n2025-04 +100\.0% ▇{20}\n", shares)
    body = json.loads(run("trends", "ferry", "--json").stdout)
    assert body["trends"][0]["total"] == 2
    assert run("trends", "zebra").exit_code == 1
    assert run("trends", *["a"] * 11).exit_code == 2
