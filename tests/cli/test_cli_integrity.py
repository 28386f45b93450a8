"""`newsearch verify` and `repair`: what they say, and how they exit."""

import json
from pathlib import Path
from typing import Any

import pytest
from damage import flip
from newsrooms import RECORDS
from typer.testing import CliRunner

from api.cli.app import application

Run = Any


def damage_postings(folder: Path) -> Path:
    path = next((folder / "index" / "segments").glob("*/postings.safetensors"))
    flip(path, path.stat().st_size - 1, 0)
    return path


def test_a_whole_folder(run: Run, filled: Path) -> None:
    result = run("verify")
    assert result.exit_code == 0
    assert f"({len(RECORDS)} articles, 6 files, " in result.stdout
    assert "nothing damaged" in result.stdout
    body = json.loads(run("verify", "--json").stdout)
    assert (body["whole"], body["damages"], body["articles"]) == (True, [], len(RECORDS))
    done = run("repair")
    assert (done.exit_code, "the index is not damaged" in done.stdout) == (0, True)
    assert json.loads(run("repair", "--json").stdout)["snapshot"] is None


def test_damage_and_its_repair(run: Run, filled: Path) -> None:
    path = damage_postings(filled)
    result = run("verify")
    assert result.exit_code == 1
    assert f"{path}: its checksum is not the one in segment.json" in result.stdout
    assert "1 damaged" in result.stdout
    found = run("verify", "--json")
    (damage,) = json.loads(found.stdout)["damages"]
    assert (found.exit_code, damage["path"]) == (1, str(path))
    done = json.loads(run("repair", "--json").stdout)
    assert done["repaired"] == [damage]
    assert done["articles"] == len(RECORDS)
    assert run("verify").exit_code == 0
    assert run("search", "ferry").exit_code == 0


def test_a_damaged_index_says_what_helps(run: Run, filled: Path) -> None:
    (filled / "index" / "CURRENT").write_bytes(b"\0\0")
    result = run("search", "ferry")
    assert result.exit_code == 2
    assert str(filled / "index" / "CURRENT") in result.stderr
    assert "'newsearch repair'" in result.stderr
    assert "repaired" in run("repair").stdout
    assert run("search", "ferry").exit_code == 0


def test_damage_that_opening_does_not_see(run: Run, filled: Path) -> None:
    path = next((filled / "index" / "segments").glob("*/postings.safetensors"))
    content = bytearray(path.read_bytes())
    data = 8 + int.from_bytes(content[:8], "little")
    start, end = json.loads(content[8:data])["en/docs"]["data_offsets"]
    content[data + start : data + end] = b"\x7f" * (end - start)
    path.write_bytes(content)
    result = CliRunner().invoke(application(), ["search", "ferry"])
    assert result.exit_code == 1, "everything is in the damaged segment, which is left out"
    assert "incomplete" in result.stderr
    assert "newsearch repair" in result.stderr
    failed = CliRunner().invoke(application(), ["trends", "ferry"])
    assert isinstance(failed.exception, IndexError), "only searches go on"
    assert "newsearch verify" in failed.stderr
    assert str(path) in run("verify").stdout
    assert run("repair").exit_code == 0
    assert run("search", "ferry").exit_code == 0


def test_a_repair_keeps_the_encoder_of_the_index(
    run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage_postings(filled)
    monkeypatch.setenv("NEWSEARCH_ENCODER", "other")
    result = run("repair", "--json")
    assert (result.exit_code, json.loads(result.stdout)["articles"]) == (0, len(RECORDS))
    assert "newsearch reindex" in run("index", str(filled)).stderr, "as before the damage"
    monkeypatch.delenv("NEWSEARCH_ENCODER")
    assert run("verify").exit_code == 0
    assert run("search", "ferry").exit_code == 0


def test_what_cannot_be_checked(run: Run, data_dir: Path) -> None:
    result = run("verify")
    assert (result.exit_code, "there is no archive" in result.stderr) == (2, True)
    assert run("repair").exit_code == 2


def test_the_commands_of_the_documentation(
    run: Run, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    lines = text.partition("```sh\n")[2].partition("```")[0].splitlines()
    commands = [line.partition("#")[0].split()[1:] for line in lines]
    assert len(commands) == 7
    for command in commands:
        assert run(*command).exit_code == 0, command


def test_against_whoosh(run: Run, filled: Path, tmp_path: Path) -> None:
    result = run("verify", "--against-whoosh")
    assert (result.exit_code, "none answered differently" in result.stdout) == (0, True)
    asked = tmp_path / "queries.txt"
    asked.write_text('ferry\n"night ferry"\nhafen*\n"never closed\n', encoding="utf-8")
    result = run("verify", "--against-whoosh", "--queries", str(asked))
    assert result.exit_code == 0
    assert 'not asked: "never closed' in result.stderr
    assert "asked 4 queries (" in result.stdout
    body = json.loads(run("verify", "--against-whoosh", "--queries", str(asked), "--json").stdout)
    assert (body["asked"], body["differences"], len(body["unread"])) == (4, [], 1)
    assert run("verify", "--queries", str(asked)).exit_code == 2
    assert run("search", "ferry", "--engine", "whoosh", "--mode", "keyword").exit_code == 0
    refused = run("search", "ferry", "--engine", "lucene")
    assert (refused.exit_code, "expected one of arrays, whoosh" in refused.stderr) == (2, True)
