"""`newsearch watch`, once."""

import json
from pathlib import Path
from typing import Any

Run = Any


def test_once_brings_folders_in_step(run: Run, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "ferry.txt").write_text("The night ferry left the harbour.", encoding="utf-8")
    quick = ["--once", "--every", "0.05", "--settle", "0.05"]
    assert run("watch", str(inbox), *quick).stdout == "1 file: 1 added\n"
    hits = json.loads(run("search", "ferry", "--json").stdout)["hits"]
    assert [hit["id"] for hit in hits] == ["ferry"]
    (inbox / "ferry.txt").unlink()
    gone = json.loads(run("watch", str(inbox), *quick, "--delete", "--json").stdout)
    assert (gone["files_gone"], gone["deleted"]) == (1, 1)
    assert run("search", "ferry").exit_code == 1
