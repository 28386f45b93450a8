"""`newsearch compare-encoders`, with real models in real processes."""

import json
from pathlib import Path
from typing import Any

import pytest
from newsrooms import service_in
from tiny_model import save_tiny_model

from index.domain import Article

Run = Any


@pytest.fixture
def archive(data_dir: Path) -> Path:
    """40 articles with headlines, indexed."""
    with service_in(data_dir) as service:
        service.archive.put(
            [
                Article(
                    f"a{number}",
                    f"Council of district {number} votes on harbour",
                    f"The vote of district {number} took place on Monday. Nobody was against it.",
                    "en",
                )
                for number in range(40)
            ]
        )
        service.upkeep.sync()
    return data_dir


def test_encoders_are_tried_and_their_costs_told(
    run: Run, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSEARCH_CACHE_DIR", str(tmp_path / "cache"))
    tiny = str(save_tiny_model(tmp_path / "tiny"))
    result = run(
        "compare-encoders", "--encoder", tiny, "--encoder", "/no/such/model", "--json"
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    assert "/no/such/model could not be tried" in result.stderr
    body = json.loads(result.stdout)
    assert (body["questions"], body["articles"], body["best"]) == (40, 40, tiny)
    assert body["decided_by"] == "semantic"
    tried = body["encoders"][tiny]
    assert set(tried["ndcg_at_10"]) == {"hybrid", "semantic", "keyword"}
    assert tried["by_language"]["hybrid"]["en"] == pytest.approx(tried["ndcg_at_10"]["hybrid"])
    assert tried["chunks_per_s"] > 0
    assert tried["query_ms"] > 0
    assert tried["whole_archive_s"] > 0
    vector_bytes = 40 * tried["chunks_per_article"] * tried["dimensions"] * 2
    assert tried["whole_archive_vector_bytes"] == pytest.approx(vector_bytes)


def test_judgments_take_the_place_of_headlines(
    run: Run, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSEARCH_CACHE_DIR", str(tmp_path / "cache"))
    queries, qrels = tmp_path / "queries.jsonl", tmp_path / "qrels.tsv"
    queries.write_text('{"id": "q1", "text": "district 7", "lang": "en"}\n', encoding="utf-8")
    qrels.write_text("q1\ta7\t1\n", encoding="utf-8")
    tiny = str(save_tiny_model(tmp_path / "tiny"))
    judged = ["--queries", str(queries), "--qrels", str(qrels)]
    result = run("compare-encoders", "--encoder", tiny, *judged)
    assert result.exit_code == 0, result.stderr
    heading, row = result.stdout.splitlines()[:2]
    assert heading.split()[:4] == ["encoder", "hybrid", "semantic", "p"]
    assert row.startswith(tiny)
    assert "nDCG@10 of 1 queries over 40 articles" in result.stderr
    assert f"newsearch reindex --encoder {tiny}" in result.stderr


def test_one_of_the_two_files_is_not_enough(run: Run, archive: Path, tmp_path: Path) -> None:
    result = run("compare-encoders", "--queries", str(tmp_path / "queries.jsonl"))
    assert result.exit_code == 2
    assert "give both --queries and --qrels" in result.stderr
