"""`newsearch export`, `backup`, `restore`: out, and in again."""

import json
from pathlib import Path
from typing import Any

import pytest
from newsrooms import RECORDS, service_in

from index.domain import Article

Run = Any

ODD: list[dict[str, Any]] = [
    {
        "id": "wire/1",
        "title": "Fähre kehrt zurück: 夜のフェリー",
        "text": "(Seoul) Die Fähre legte ab.\n\nEin Jahr war sie fort. \U0001f5de",
        "lang": "de",
        "date": "2025-03-04T10:00",
        "source": "Hafenbote",
        "authors": ["Ådá Quill", "李 四"],
        "section": "Ünterwegs",
        "url": "https://paper.example/ä?x=1&y=2",
        "place": "Busan",
        "agency": "dpa",
        "slugline": "FÄHRE",
        "byline": "Von Ådá Quill",
        "dateline": "SEOUL, 4. März",
        "provider": "dpa",
        "urgency": 3,
        "subjects": [{"code": "medtop:11000000", "name": "Politik"}, "x"],
        "created": "2025-03",
        "updated": "2025-03-04T11:00",
        "version": 2,
        "metadata": {"a": {"b": [1, 2.5, None, True, {"ü": "\U0001f5de"}]}, "title": "another"},
        "desk": "harbour",
    },
    {"id": "held", "text": "Not yet.", "lang": "en", "usage": "withheld"},
    {"id": "gone", "text": "No more.", "lang": "en", "usage": "cancelled", "version": 7},
    {"id": "later", "text": "Soon.", "lang": "en", "embargo": "2999-01-01T00:00:00+01:00"},
    {"id": "title", "title": "Only a title", "is_headline": True, "lang": "en", "date": "2024"},
    {"text": "Ohne Sprache, ohne Kennung, ohne Titel.", "date_origin": "text", "date": "2024-06"},
]
"""What is hard to carry over; the first in two versions."""


def articles_in(data_dir: Path) -> list[Article]:
    with service_in(data_dir) as service:
        return [stored.article for stored in service.archive.iterate()]


def test_export_and_index_again(run: Run, filled: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    result = run("export", "-o", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"exported {len(RECORDS)} articles" in result.stderr
    again = run("index", str(path), "--json")
    assert json.loads(again.stdout)["unchanged"] == len(RECORDS)
    fresh = run("index", str(path), "--json", "--data-dir", str(tmp_path / "fresh"))
    assert json.loads(fresh.stdout)["added"] == len(RECORDS)


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "parquet"])
def test_every_field_of_every_article_goes_round(
    run: Run, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    records = [{**ODD[0], "version": 1, "text": "Older."}, *ODD, *RECORDS]
    given = tmp_path / "given.jsonl"
    given.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    monkeypatch.setenv("NEWSEARCH_SOURCE_ZONES", '{"Hafenbote": "Europe/Berlin"}')
    assert run("index", str(given)).exit_code == 0
    monkeypatch.delenv("NEWSEARCH_SOURCE_ZONES")
    first, second = (tmp_path / f"{name}.{suffix}" for name in ("first", "second"))
    fresh = tmp_path / "fresh"
    assert run("export", "-o", str(first)).exit_code == 0
    assert run("index", str(first), "--data-dir", str(fresh)).exit_code == 0
    assert run("export", "-o", str(second), "--data-dir", str(fresh)).exit_code == 0

    before, after = articles_in(data_dir), articles_in(fresh)
    assert len(before) == len(ODD) + len(RECORDS)
    assert after == before
    assert after[0].date is not None
    assert after[0].date.is_zone_assumed
    if suffix != "jsonl.gz":  # gzip notes the time
        assert second.read_bytes() == first.read_bytes()
    again = json.loads(run("index", str(second), "--json").stdout)
    assert (again["unchanged"], again["added"], again["updated"]) == (len(before), 0, 0)


def test_export_by_query_to_stdout(run: Run, filled: Path) -> None:
    lines = run("export", "lang:de").stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["faehre-1"]
    assert run("export", "--format", "parquet").exit_code == 2
    assert run("export", "-o", "news.txt").exit_code == 2


def test_backup_and_restore(run: Run, filled: Path, tmp_path: Path) -> None:
    target = tmp_path / "news.tar"
    made = json.loads(run("backup", str(target), "--json").stdout)
    assert made["articles"] == len(RECORDS)
    assert "is intact" in run("restore", str(target), "--verify").stdout
    refused = run("restore", str(target))
    assert (refused.exit_code, "not empty" in refused.stderr) == (2, True)
    again = tmp_path / "again"
    assert run("restore", str(target), "--data-dir", str(again)).exit_code == 0
    found = run("search", "ferry", "--json", "--data-dir", str(again))
    assert json.loads(found.stdout)["hits"]
    forced = run("restore", str(target), "--force")
    assert (forced.exit_code, "kept as" in forced.stderr) == (0, True)
