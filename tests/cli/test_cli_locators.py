"""A hit says where it is: its page and column in a scan, its time in a recording."""

import json
from pathlib import Path
from typing import Any

Run = Any

SAMPLES = Path(__file__).parents[1] / "samples"


def test_a_hit_of_a_transcript_has_its_time_code(run: Run) -> None:
    assert run("index", str(SAMPLES / "hearing.vtt")).exit_code == 0
    found = run("search", "night", "--mode", "keyword")
    assert "00:12:31: Ada Holm: The bridge stays closed" in found.stdout
    (hit,) = json.loads(run("search", "pays", "--mode", "keyword", "--json").stdout)["hits"]
    locator = hit["passages"][0]["locator"]
    assert (locator["time_s"], locator["speaker"], locator["page"]) == (756.0, "Bo Quill", None)
    shown = json.loads(run("show", "hearing", "--json").stdout)
    assert [one["time_s"] for one in shown["locators"]] == [748.5, 751.25, 756.0]


def test_other_hits_say_nothing(run: Run) -> None:
    assert run("index", str(SAMPLES / "notes.md")).exit_code == 0
    found = json.loads(run("search", "", "--json").stdout)
    assert [one["locator"] for one in found["hits"][0]["passages"]] == [None]
