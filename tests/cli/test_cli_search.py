"""The commands that read: what they print, where, and how they exit."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from newsrooms import RECORDS, service_in

from api.cli.articles import MANY
from api.schemas.search import search_body
from search.request import Mode, SearchRequest

Run = Any


def test_hits_are_printed_and_exit_with_0(run: Run, filled: Path) -> None:
    result = run("search", "night ferry", "--mode", "keyword")
    assert result.exit_code == 0
    first, particulars, passage = result.stdout.splitlines()[:3]
    assert first.startswith(" 1. Night ferry returns to the harbour")
    assert particulars.strip() == "Port Gazette · 2025-03-04 · en · Local · ferry-1"
    assert "The night ferry left the harbour at ten." in passage
    assert "\x1b" not in result.stdout
    assert "2 of 2 articles" in result.stderr


def test_no_hits_exit_with_1(run: Run, filled: Path) -> None:
    result = run("search", "zeppelin", "--mode", "keyword")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nothing found" in result.stderr


def test_a_bad_query_prints_a_caret_and_exits_with_2(run: Run, filled: Path) -> None:
    result = run("search", 'ferry "harbour')
    assert (result.exit_code, result.stdout) == (2, "")
    lines = result.stderr.splitlines()
    at = lines.index('  ferry "harbour')
    assert lines[at + 1] == "        ^"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--from", "June"], "'June' is not a date"),
        (["--from", "2025", "--to", "2024"], "no date lies from 2025 to 2024"),
        (["--cursor", "nonsense"], "cursor"),
        (["--limit", "0"], "--limit"),
        (["--mode", "words"], "--mode"),
        (["--moed", "keyword"], "--mode"),
    ],
)
def test_arguments_that_cannot_be_read(
    run: Run, filled: Path, args: list[str], message: str
) -> None:
    result = run("search", "ferry", *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_without_an_index_it_says_what_to_do(run: Run, data_dir: Path) -> None:
    result = run("search", "ferry")
    assert result.exit_code == 2
    assert "newsearch index PATH" in result.stderr
    assert not data_dir.exists()


@pytest.mark.parametrize("mode", list(Mode))
def test_json_is_the_answer_of_http(run: Run, filled: Path, mode: Mode) -> None:
    result = run("search", "ferry fähre", "--mode", mode, "--lang", "en", "--explain", "--json")
    printed = json.loads(result.stdout)
    request = SearchRequest("ferry fähre", mode=mode, languages=("en",), explain=True)
    with service_in(filled) as service:
        expected = search_body(service.rooms.indexed().search(request)).to_json()
    printed.pop("took_ms"), expected.pop("took_ms")
    assert printed == expected
    assert printed["hits"]


def test_pages(run: Run, filled: Path) -> None:
    first = json.loads(run("search", "ferry", "--limit", "1", "--json").stdout)
    page = run("search", "ferry", "--limit", "1", "--cursor", first["cursor"], "--json")
    assert json.loads(page.stdout)["hits"][0]["id"] != first["hits"][0]["id"]
    told = re.search(r"--cursor (\S+)", run("search", "ferry", "--limit", "1").stderr)
    assert told is not None
    page = run("search", "ferry", "--limit", "1", "--cursor", told[1], "--json")
    assert json.loads(page.stdout)["hits"][0]["id"] != first["hits"][0]["id"]


def test_explain_is_a_tree_of_words_and_meaning(run: Run, filled: Path) -> None:
    printed = run("search", "ferry", "--explain", "--fusion", "rrf").stdout
    assert "from BM25F" in printed
    assert "from cosine" in printed
    assert "nearest passage: " in printed
    assert re.search(r"ferri in \S*body\S*: \d", printed)


def test_age_is_explained_and_the_oldest_come_first(run: Run, filled: Path) -> None:
    asked = ("search", "ferry", "--mode", "keyword", "--as-of", "2025-04-11")
    weighed = run(*asked, "--recency", "7d", "--explain")
    assert re.search(
        r"age × 0\.\d{3}, 1\.\d+ days old|age × 0\.\d{3}, 2\.0 days old", weighed.stdout
    )
    oldest = json.loads(run(*asked, "--sort", "oldest", "--json").stdout)
    assert [hit["id"] for hit in oldest["hits"]] == ["ferry-1", "ferry-2"]
    wrong = run(*asked, "--recency", "soon")
    assert wrong.exit_code == 2
    assert "half-life" in wrong.stderr


def test_show(run: Run, filled: Path) -> None:
    printed = run("show", "ferry-1").stdout
    assert "Night ferry returns to the harbour" in printed
    assert "authors: Ada Quill" in printed
    assert str(RECORDS[0]["text"]) in printed
    assert json.loads(run("show", "ferry-1", "--json").stdout)["metadata"] == {"desk": "harbour"}
    missing = run("show", "ferry-9")
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "'ferry-9'" in missing.stderr


def test_control_characters_do_not_reach_the_terminal(run: Run, data_dir: Path) -> None:
    with service_in(data_dir) as service:
        article = service.ingest.article_from({"id": "x", "text": "Harmless words."}, "record")
        assert not isinstance(article, Exception)
        hostile = type(article)("x", "red \x1b[31m\u202e title", "text \x1b]0;owned\x07", "en")
        service.archive.put([hostile])
        service.upkeep.sync()
    for printed in (run("show", "x").stdout, run("search", "title").stdout):
        assert "\x1b" not in printed
        assert "\u202e" not in printed


def test_stats(run: Run, filled: Path) -> None:
    body = json.loads(run("stats", "--json").stdout)
    assert (body["archived"], body["articles"], body["pending"]) == (4, 4, 0)
    assert body["languages"] == {"de": 1, "en": 3}
    assert body["encoder"]["name"] == "hashing"
    assert body["index_bytes"] > 0
    assert body["archive_bytes"] > 0
    printed = run("stats").stdout
    assert "language en" in printed
    assert "hashing (64 dimensions)" in printed


def test_stats_of_nothing(run: Run, data_dir: Path) -> None:
    result = run("stats")
    assert result.exit_code == 2
    assert "there is no archive" in result.stderr
    assert not data_dir.exists()


def test_config(run: Run, data_dir: Path) -> None:
    printed = run("config").stdout
    assert f"{data_dir}  environment NEWSEARCH_DATA_DIR" in printed
    body = json.loads(run("config", "--json").stdout)
    assert body["port"] == {
        "value": 8000, "source": "default", "detail": "", "variable": "NEWSEARCH_PORT",
    }  # fmt: skip
    assert body["data_dir"]["source"] == "environment"


def test_data_dir_before_and_behind_the_command(run: Run, filled: Path, tmp_path: Path) -> None:
    elsewhere = str(tmp_path / "elsewhere")
    assert run("--data-dir", elsewhere, "stats").exit_code == 2
    assert run("stats", "--data-dir", elsewhere).exit_code == 2
    assert run("--data-dir", elsewhere, "stats", "--data-dir", str(filled)).exit_code == 0


def test_delete(run: Run, filled: Path) -> None:
    result = run("delete", "ferry-1", "ferry-9", "faehre-1", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout) == {
        "deleted": ["ferry-1", "faehre-1"],
        "missing": ["ferry-9"],
    }
    assert "'ferry-9'" in result.stderr
    body = json.loads(run("stats", "--json").stdout)
    assert (body["archived"], body["articles"], body["pending"]) == (2, 2, 0)
    assert run("delete", "ferry-2").exit_code == 0


def test_deleting_many_asks(run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = ["ferry-1", *(f"nothing-{number}" for number in range(MANY - 1))]
    refused = run("delete", *many)
    assert (refused.exit_code, "add --yes" in refused.stderr) == (2, True)
    monkeypatch.setattr("api.cli.articles._is_terminal", lambda: True)
    asked = run("delete", *many, stdin="n\n")
    assert (asked.exit_code, f"Delete {MANY} articles" in asked.stderr) == (1, True)
    assert run("show", "ferry-1").exit_code == 0
    assert "deleted ferry-1" in run("delete", *many, stdin="y\n").stdout
    assert run("delete", "--yes", *many).exit_code == 2
    assert "no article" in run("show", "ferry-1").stderr


def test_words_without_quotes_are_one_query(run: Run, filled: Path) -> None:
    joined = run("search", "night", "ferry", "--mode", "keyword", "--json")
    quoted = run("search", "night ferry", "--mode", "keyword", "--json")
    assert json.loads(joined.stdout)["query"] == "night ferry"
    assert json.loads(joined.stdout)["hits"] == json.loads(quoted.stdout)["hits"]
    assert run("suggest", "night", "fer").exit_code == 0
    assert run("search").exit_code == 2


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("04.03.2025", "4.3.2025", ["ferry-1"]),
        ("5.3.2025", None, ["ferry-2"]),
        ("04.2025", "4.2025", ["ferry-2"]),
        (None, "03.04.2025", ["ferry-1"]),
    ],
)
def test_dates_may_be_written_with_dots(
    run: Run, filled: Path, first: str | None, last: str | None, found: list[str]
) -> None:
    options = [*(["--from", first] if first else []), *(["--to", last] if last else [])]
    result = run("search", "ferry", "--mode", "keyword", "--lang", "en", *options, "--json")
    assert [hit["id"] for hit in json.loads(result.stdout)["hits"]] == found


def test_a_date_that_does_not_exist_is_an_error(run: Run, filled: Path) -> None:
    result = run("search", "ferry", "--from", "31.02.2025")
    assert (result.exit_code, "2025" in result.stderr) == (2, True)


def test_an_archive_without_articles_finds_nothing(run: Run, data_dir: Path) -> None:
    with service_in(data_dir) as service:
        assert service.archive.article_count() == 0
    result = run("search", "ferry")
    assert (result.exit_code, result.stdout) == (1, "")


def test_deleting_goes_on_while_another_process_writes(run: Run, filled: Path) -> None:
    with service_in(filled) as other, other.upkeep.writing():
        result = run("delete", "ferry-1")
    assert (result.exit_code, result.stdout.strip()) == (0, "deleted ferry-1")
    assert "another process" in result.stderr
    assert "ferry-1" not in run("search", "night ferry").stdout


def evaluation_files(folder: Path) -> list[str]:
    queries, qrels = folder / "queries.jsonl", folder / "qrels.tsv"
    queries.write_text(
        '{"id": "1", "text": "night ferry harbour", "lang": "en"}\n'
        '{"id": "2", "text": "Nachtfähre", "lang": "de"}\n'
        '{"id": "3", "text": "not judged", "lang": "en"}\n',
        encoding="utf-8",
    )
    qrels.write_text("1\tferry-1\t3\n2\tfaehre-1\t2\n4\tferry-1\t1\n", encoding="utf-8")
    return ["eval", "--queries", str(queries), "--qrels", str(qrels)]


def test_eval_prints_one_object(run: Run, filled: Path, tmp_path: Path) -> None:
    result = run(*evaluation_files(tmp_path), "--json")
    body = json.loads(result.stdout)
    assert list(body) == [mode.value for mode in Mode]
    assert set(body["keyword"]) == {"all", "de", "en"}
    assert body["keyword"]["all"] == {"nDCG@10": 1.0, "MRR@10": 1.0, "R@100": 1.0, "AP": 1.0}
    assert "1 queries without a judgment, left out: 3" in result.stderr
    assert "1 judged queries that were not run, left out: 4" in result.stderr


def test_eval_of_one_mode_as_a_table(run: Run, filled: Path, tmp_path: Path) -> None:
    result = run(*evaluation_files(tmp_path), "--mode", "keyword")
    rows = [line.split() for line in result.stdout.splitlines()]
    assert rows[0] == ["mode", "language", "nDCG@10", "MRR@10", "R@100", "AP"]
    assert rows[1] == ["keyword", "all", "1.000", "1.000", "1.000", "1.000"]
    assert {row[0] for row in rows[1:]} == {"keyword"}


def test_eval_of_files_that_do_not_fit(run: Run, filled: Path, tmp_path: Path) -> None:
    args = evaluation_files(tmp_path)
    Path(args[4]).write_text("x\ty\n", encoding="utf-8")
    result = run(*args)
    assert result.exit_code == 2
    assert "qrels.tsv:1" in result.stderr


def test_facets(run: Run, filled: Path) -> None:
    asked = ("search", "ferry", "--mode", "keyword", "--facets", "source,date", "--by", "month")
    shown = run(*asked).stdout
    assert re.search(r"by source\nPort Gazette +2 +▇+\n", shown)
    assert re.search(r"by date\n2025-03 +1 +▇+\n2025-04 +1 +▇+\n", shown)
    body = json.loads(run(*asked, "--json").stdout)
    assert list(body["facets"]) == ["source", "date"]
    assert run("search", "ferry", "--author", "ada quill").exit_code == 0
    refused = run("search", "ferry", "--facets", "sauce")
    assert refused.exit_code == 2
    assert "source" in refused.stderr
