"""Queries, judgments and run files: what is read, and how what is wrong is told."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import EvaluationError, RecordError
from search.evaluation.qrels import read_qrels
from search.evaluation.queries import Query, read_queries
from search.evaluation.runs import read_run, write_run


def write(folder: Path, text: str) -> Path:
    path = folder / "file"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_queries_are_read_in_order_and_other_keys_ignored(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '\ufeff{"id": "b", "text": "Hafen OR Fähre", "lang": "de", "kind": "keyword"}\r\n'
        '\n{"id": 7, "text": "line\u2028separator"}\n',
    )
    assert read_queries(path) == [
        Query("b", "Hafen OR Fähre", "de"),
        Query("7", "line\u2028separator", "und"),
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "is not JSON"),
        ("[1]", "expected an object"),
        ('{"text": "x"}', "'id' must be a non-empty string"),
        ('{"id": true, "text": "x"}', "'id' must be a non-empty string"),
        ('{"id": "b", "text": " "}', "'text' must be a non-empty string"),
        ('{"id": "b", "text": "x", "lang": 3}', "'lang' must be a non-empty string"),
        ('{"id": "a", "text": "x"}', "second time"),
    ],
)
def test_a_bad_query_names_its_line(tmp_path: Path, line: str, why: str) -> None:
    path = write(tmp_path, f'{{"id": "a", "text": "first"}}\n\n{line}\n')
    with pytest.raises(RecordError, match=why) as caught:
        read_queries(path)
    assert caught.value.place == f"{path}:3"


def test_a_missing_or_undecodable_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="cannot be read"):
        read_queries(tmp_path / "absent")
    path = tmp_path / "latin"
    path.write_bytes("q\tä\t1\n".encode("latin-1"))
    with pytest.raises(RecordError, match="not UTF-8"):
        read_qrels(path)


def test_qrels_of_three_and_four_columns(tmp_path: Path) -> None:
    path = write(tmp_path, "q1\tan id\t3\nq1\t0\tb\t1\n\nq2 0 c 0\nq2 d 2\nq2 Q0 e -2\n")
    assert read_qrels(path) == {"q1": {"an id": 3, "b": 1}, "q2": {"c": 0, "d": 2, "e": 0}}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("q a", "expected query TAB article TAB grade"),
        ("q\t\t1", "expected query TAB article TAB grade"),
        ("q a high", "whole number, not 'high'"),
        ("q\ta\t1.5", "whole number, not '1.5'"),
        ("q\tx\t0", "second time"),
    ],
)
def test_a_bad_judgment_names_its_line(tmp_path: Path, line: str, why: str) -> None:
    path = write(tmp_path, f"q\tx\t1\n{line}\n")
    with pytest.raises(RecordError, match=why) as caught:
        read_qrels(path)
    assert caught.value.place == f"{path}:2"


def test_a_run_file_is_what_trec_expects(tmp_path: Path) -> None:
    path = tmp_path / "run"
    write_run(path, {"q 1": [("a%b", 2.5), ("c", 2.5)], "empty": []}, tag="my system")
    assert path.read_text(encoding="utf-8") == (
        "q%201 Q0 a%25b 1 2.5 my%20system\nq%201 Q0 c 2 2.5 my%20system\n"
    )


def test_a_foreign_run_is_ordered_by_score_then_rank(tmp_path: Path) -> None:
    path = write(tmp_path, "q Q0 low 1 0.5 t\nq Q0 b 3 7 t\nq Q0 a 2 7 t\n")
    assert read_run(path) == {"q": (("a", 7.0), ("b", 7.0), ("low", 0.5))}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("q Q0 a 1 2.0", "expected query Q0 article rank score tag"),
        ("q Q0 two words 1 2.0 t", "expected query Q0 article rank score tag"),
        ("q Q0 a first 2.0 t", "must be numbers"),
        ("q Q0 a 1 nan t", "must be finite"),
        ("q Q0 x 2 1.0 t", "second time"),
    ],
)
def test_a_bad_run_line_names_its_line(tmp_path: Path, line: str, why: str) -> None:
    path = write(tmp_path, f"q Q0 x 1 2.0 t\n{line}\n")
    with pytest.raises(RecordError, match=why) as caught:
        read_run(path)
    assert caught.value.place == f"{path}:2"


@pytest.mark.parametrize(
    ("run", "why"),
    [
        ({"q": [("a", 1.0), ("b", 2.0)]}, "must not rise"),
        ({"q": [("a", 1.0), ("a", 1.0)]}, "twice"),
        ({"q": [("a", float("inf"))]}, "finite"),
        ({"q": [("", 1.0)]}, "empty"),
    ],
)
def test_a_run_that_cannot_be_written_is_refused(
    tmp_path: Path, run: dict[str, list[tuple[str, float]]], why: str
) -> None:
    with pytest.raises(EvaluationError, match=why):
        write_run(tmp_path / "run", run)
    assert not (tmp_path / "run").exists()


ids = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
scores = st.floats(allow_nan=False, allow_infinity=False)
rankings = st.lists(st.tuples(ids, scores), min_size=1, max_size=6, unique_by=lambda row: row[0])


@settings(max_examples=60)
@given(st.dictionaries(ids, rankings, max_size=4))
def test_runs_survive_the_round_trip(
    tmp_path_factory: pytest.TempPathFactory, drawn: dict[str, list[tuple[str, float]]]
) -> None:
    run = {q: tuple(sorted(rows, key=lambda row: -row[1])) for q, rows in drawn.items()}
    path = tmp_path_factory.mktemp("runs") / "run"
    write_run(path, run)
    assert read_run(path) == run
