"""`newsearch index` and `reindex`: what goes in, what is said about the rest, and how they exit."""

import json
import os
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest
from newsrooms import RECORDS, service_in, write_records

from index.archive import SqliteArchive
from index.domain import Article

Run = Any


def table_of(printed: str) -> dict[str, str]:
    """The summary table as a mapping."""
    rows = (line.rsplit(maxsplit=1) for line in printed.partition("\n\n")[0].splitlines())
    return {row[0]: row[1] for row in rows if len(row) == 2}


def test_a_folder_then_again_then_changed(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    write_records(folder / "a.jsonl")
    (folder / "storm.txt").write_text("A storm crossed the bay. Boats stayed in.", encoding="utf-8")
    (folder / "logo.png").write_bytes(b"\x89PNG")

    first = run("index", str(folder))
    assert first.exit_code == 0, first.stderr
    assert table_of(first.stdout) == {
        "added": "5", "updated": "0", "unchanged": "0", "failed": "0", "files ignored": "1",
    }  # fmt: skip
    assert "indexed 5 articles" in first.stderr

    again = run("index", str(folder))
    assert again.exit_code == 0
    assert table_of(again.stdout)["unchanged"] == "5"
    assert "nothing changed" in again.stderr

    (folder / "storm.txt").write_text("The storm has passed. Boats sail again.", encoding="utf-8")
    changed = table_of(run("index", str(folder)).stdout)
    assert (changed["updated"], changed["unchanged"]) == ("1", "4")
    assert run("search", "sail", "--mode", "keyword").exit_code == 0
    assert run("search", "crossed", "--mode", "keyword").exit_code == 1


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_what_cannot_be_read_is_listed_and_the_rest_goes_in(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    lines = [json.dumps(RECORDS[0]), '{"text": "cut', json.dumps(RECORDS[1])]
    (folder / "broken.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 4)
    (folder / "empty.txt").touch()
    (folder / "dangling.txt").symlink_to(tmp_path / "nowhere")

    result = run("index", str(folder))
    assert result.exit_code == 1
    assert (table_of(result.stdout)["added"], table_of(result.stdout)["failed"]) == ("2", "4")
    for place in ("broken.jsonl:2: ", "binary.txt: ", "empty.txt: ", "dangling.txt: "):
        assert f"{folder}{os.sep}{place}" in result.stdout

    body = json.loads(run("index", str(folder), "--json").stdout)
    assert (body["unchanged"], body["failed"], body["indexed"]) == (2, 4, 0)
    assert {"place", "why"} == set(body["failures"][0])


def test_nothing_readable_is_an_error(run: Run, tmp_path: Path, data_dir: Path) -> None:
    result = run("index", str(tmp_path / "nowhere"))
    assert result.exit_code == 2
    assert "nowhere" in result.stdout
    assert not data_dir.exists(), "a mistyped path creates no archive"
    (failure,) = json.loads(run("index", str(tmp_path / "nowhere"), "--json").stdout)["failures"]
    assert "no such file" in failure["why"]


def test_a_folder_without_articles(run: Run, tmp_path: Path) -> None:
    result = run("index", str(tmp_path))
    assert result.exit_code == 0
    assert "no articles found" in result.stderr


def test_stdin(run: Run) -> None:
    lines = "".join(json.dumps(record) + "\n" for record in RECORDS)
    result = run("index", "-", "--json", stdin=lines)
    assert json.loads(result.stdout)["added"] == len(RECORDS)


def test_a_file_in_another_encoding(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes("Die Fähre über den Fluss fährt wieder.".encode("cp1252"))
    assert run("index", str(path)).exit_code == 2
    monkeypatch.setenv("NEWSEARCH_TEXT_ENCODING", "cp1252")
    assert run("index", str(path)).exit_code == 0
    assert "über den Fluss" in run("show", "old").stdout


def test_a_second_writer_is_refused_and_nothing_is_taken_in(
    run: Run, filled: Path, tmp_path: Path
) -> None:
    path = tmp_path / "storm.txt"
    path.write_text("A storm crossed the bay.", encoding="utf-8")
    with service_in(filled) as other, other.upkeep.writing():
        result = run("index", str(path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"process {os.getpid()} " in result.stderr
    assert json.loads(run("stats", "--json").stdout)["archived"] == len(RECORDS)


def test_interrupted_what_was_archived_stays(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.service.intake.BATCH_ARTICLES", 2)
    path = write_records(tmp_path / "a.jsonl")
    original, batches = SqliteArchive.put, []

    def put_twice(archive: SqliteArchive, articles: list[Article], **options: Any) -> Any:
        batches.append(len(articles))
        if len(batches) == 2:
            raise KeyboardInterrupt
        return original(archive, articles, **options)

    with monkeypatch.context() as patched:
        patched.setattr(SqliteArchive, "put", put_twice)
        result = run("index", str(path))
    assert result.exit_code == 130
    assert "the archive keeps 2 articles of this run" in result.stderr
    resumed = json.loads(run("index", str(path), "--json").stdout)
    assert (resumed["added"], resumed["unchanged"], resumed["indexed"]) == (2, 2, 4)


def test_reindex_with_another_encoder_and_from_then_on(
    run: Run, filled: Path, tmp_path: Path
) -> None:
    result = run("reindex", "--encoder", "other", "--json")
    body = json.loads(result.stdout)
    assert (result.exit_code, body["indexed"], body["encoder"]) == (0, len(RECORDS), "other")
    assert json.loads(run("stats", "--json").stdout)["encoder"]["name"] == "other"
    path = tmp_path / "storm.txt"
    path.write_text("A storm crossed the bay.", encoding="utf-8")
    assert run("index", str(path)).exit_code == 0
    assert run("search", "storm bay", "--mode", "semantic").exit_code == 0


def test_reindex_alone_keeps_the_encoder(run: Run, filled: Path) -> None:
    assert "with hashing" in run("reindex").stdout


def test_an_index_is_not_mixed_from_two_encoders(run: Run, filled: Path, tmp_path: Path) -> None:
    path = write_records(tmp_path / "a.jsonl")
    result = run("index", str(path), "--encoder", "other")
    assert result.exit_code == 2
    assert "newsearch reindex --encoder other" in result.stderr


def test_many_formats_at_once_with_names_tables_and_forced_formats(
    run: Run, tmp_path: Path
) -> None:
    samples = Path(__file__).parents[1] / "samples"
    result = run("index", str(samples), "--json")
    body = json.loads(result.stdout)
    assert (result.exit_code, body["added"]) == (1, 33)
    assert sorted(one["place"].rpartition("/")[2] for one in body["failures"]) == [
        "aleph.ftm", "feed.rss#vp-2", "news-sitemap.xml", "table.csv:5", "wordpress.xml",
    ]  # fmt: skip

    (tmp_path / "dutch.dat").write_text(
        "kop,tekst\nHaven,De haven is weer open.\n", encoding="utf-8"
    )
    mapped = ("--format", "csv", "--map", "title=kop,text=tekst", "--json")
    body = json.loads(run("index", str(tmp_path / "dutch.dat"), *mapped).stdout)
    assert (body["added"], body["failed"]) == (1, 0)
    assert run("search", "title:haven", "--mode", "keyword").exit_code == 0

    with sqlite3.connect(tmp_path / "news.db") as connection:
        connection.execute("CREATE TABLE items (headline, body)")
        connection.execute("INSERT INTO items VALUES ('Lighthouse', 'The lighthouse shines.')")
    connection.close()
    path = str(tmp_path / "news.db")
    assert "--table: items" in run("index", path).stdout
    assert run("index", path, "--table", "items").exit_code == 0
    assert run("search", "lighthouse", "--mode", "keyword").exit_code == 0

    wrong = run("index", path, "--format", "cvs")
    assert (wrong.exit_code, "did you mean 'csv'?" in wrong.stderr) == (2, True)
    wrong = run("index", path, "--map", "headline=kop")
    assert (wrong.exit_code, "there is no field called 'headline'" in wrong.stderr) == (2, True)


def test_the_data_folder_is_for_its_user_alone(run: Run, data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("The ferry is back.", encoding="utf-8")
    assert run("index", str(file)).exit_code == 0
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700


def test_files_of_one_name_are_kept_apart_unless_replaced(run: Run, tmp_path: Path) -> None:
    for year in ("2019", "2020"):
        (tmp_path / year).mkdir()
        (tmp_path / year / "001.txt").write_text(f"The ferry of {year} left.", encoding="utf-8")
    assert run("index", str(tmp_path / "2019")).exit_code == 0
    second = run("index", "--json", str(tmp_path / "2020"))
    (failure,) = json.loads(second.stdout)["failures"]
    assert second.exit_code == 2
    assert failure["place"] == str(tmp_path / "2020" / "001.txt")
    assert str(tmp_path / "2019" / "001.txt") in failure["why"]
    replaced = run("index", "--json", "--replace", str(tmp_path / "2020"))
    assert (replaced.exit_code, json.loads(replaced.stdout)["updated"]) == (0, 1)
