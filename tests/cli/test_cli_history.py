"""`newsearch show --history`, and articles that may not be shown, on the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


def written(folder: Path, *records: dict[str, object]) -> str:
    path = folder / "in.jsonl"
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return str(path)


def test_versions_replace_each_other_and_the_history_lists_them(run: Run, tmp_path: Path) -> None:
    def version(number: int, **fields: object) -> dict[str, object]:
        return {"id": "a", "text": f"Ferry text {number}.", "version": number, **fields}

    first = run("index", written(tmp_path, version(1), version(2), version(1)), "--json")
    counts = json.loads(first.stdout)
    assert [counts[name] for name in ("added", "updated", "outdated", "failed")] == [1, 1, 1, 0]
    run("index", written(tmp_path, version(3, usage="cancelled", urgency=1)))
    assert run("search", "ferry", "--mode", "keyword").exit_code == 1
    assert "usage: cancelled" in run("show", "a").stdout
    history = run("show", "a", "--history").stdout.splitlines()
    assert [line.split()[1] for line in history[1:]] == ["1", "2", "3"]
    listed = json.loads(run("show", "a", "--history", "--json").stdout)
    assert [one["article"]["usage"] for one in listed] == ["usable", "usable", "cancelled"]
    assert listed[0]["article"]["text"] == "Ferry text 1."
    run("delete", "a")
    assert [line.split()[-1] for line in run("show", "a", "--history").stdout.splitlines()[1:]] == [
        "deleted"
    ] * 4
    assert run("show", "b", "--history").exit_code == 2


def test_zones_of_sources_come_from_the_settings(run: Run, tmp_path: Path, data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "newsearch.toml").write_text(
        '[source_zones]\nCourier = "Asia/Tokyo"\n', encoding="utf-8"
    )
    record: dict[str, object] = {
        "id": "a",
        "text": "Text.",
        "source": "Courier",
        "date": "2024-06-18T05:10",
    }
    run("index", written(tmp_path, record))
    body = json.loads(run("show", "a", "--json").stdout)
    assert (body["date"], body["is_date_zone_assumed"]) == ("2024-06-18T05:10+09:00", True)
    assert '{"Courier": "Asia/Tokyo"}' in run("config").stdout
