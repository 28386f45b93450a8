"""`newsearch eval` with comparisons, run files and reports, and `newsearch tune`."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from newsrooms import service_in

from index.domain import Article, Calibration, EncoderIdentity, LanguageWeight
from index.local import manifest as manifests
from search.evaluation.runs import read_run
from search.ranking.calibration import due_languages
from search.request import Mode

Run = Any

WORDS = (
    "harbour", "ferry", "bridge", "mayor", "river", "council", "budget", "school",
    "storm", "flood", "train", "strike", "museum", "garden", "tower", "market",
)  # fmt: skip


def article(number: int, language: str = "en") -> Article:
    """Four words on a theme in each of three sentences, different in every article."""
    own = [WORDS[(number * step + step) % len(WORDS)] for step in (1, 3, 5, 7)]
    sentence = f"The {own[0]} and the {own[1]} of district{number} met {own[2]} with {own[3]}."
    text = f"{sentence} Nobody in place{number} had seen the {own[0]} before that long day. Again."
    return Article(f"a{number}-{language}", f"Title {number}", text, language)


@pytest.fixture
def archive(data_dir: Path) -> Path:
    """40 English articles, indexed and calibrated."""
    with service_in(data_dir) as service:
        service.archive.put([article(number) for number in range(40)])
        service.upkeep.sync()
    return data_dir


@pytest.fixture
def judged(tmp_path: Path) -> list[str]:
    """30 questions with one right answer each, as options."""
    queries, qrels = tmp_path / "queries.jsonl", tmp_path / "qrels.tsv"
    numbers = range(30)
    texts = [f"{article(number).text.split()[1]} place{number} before" for number in numbers]
    lines = [json.dumps({"id": f"q{n}", "text": texts[n], "lang": "en"}) for n in numbers]
    queries.write_text("\n".join(lines), encoding="utf-8")
    qrels.write_text("".join(f"q{n}\ta{n}-en\t1\n" for n in numbers), encoding="utf-8")
    return ["--queries", str(queries), "--qrels", str(qrels)]


def test_two_ways_to_answer_are_compared(run: Run, archive: Path, judged: list[str]) -> None:
    result = run("eval", *judged, "--mode", "keyword", "--compare", "0,1")
    assert result.exit_code == 0, result.stderr
    assert "weight 0 → weight 1, nDCG@10" in result.stdout
    by_name = {line.split()[0]: line.split() for line in result.stdout.splitlines() if line}
    assert len(by_name["en"]) == 8
    assert sum(int(count) for count in by_name["en"][4:7]) == 30


@pytest.mark.parametrize("names", ["hybrid", "keyword,nonsense", "1.5,0", "a,b,c"])
def test_what_cannot_be_compared(run: Run, archive: Path, judged: list[str], names: str) -> None:
    result = run("eval", *judged, "--compare", names)
    assert result.exit_code == 2
    assert "compar" in result.stderr


def test_json_keeps_its_shape_when_something_is_compared(
    run: Run, archive: Path, judged: list[str]
) -> None:
    body = json.loads(run("eval", *judged, "--compare", "keyword,rrf", "--json").stdout)
    assert list(body) == [mode.value for mode in Mode]
    assert list(body["hybrid"]) == ["all", "en"]


def test_an_index_is_compared_with_a_copy_of_itself(
    run: Run, archive: Path, judged: list[str], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(archive, copy)
    report = tmp_path / "report.json"
    result = run("eval", *judged, "--against", str(copy), "--report", str(report))
    assert result.exit_code == 0, result.stderr
    body = json.loads(report.read_text(encoding="utf-8"))
    assert set(body["means"]) == {"this index", str(copy)}
    assert len(body["comparisons"]) == len(Mode)
    for groups in body["comparisons"].values():
        assert groups["all"]["ties"] == 30
    assert len(body["weight_curves"]["all"]) == 41


def test_an_index_is_compared_with_a_smaller_one(
    run: Run, archive: Path, judged: list[str], tmp_path: Path
) -> None:
    smaller = tmp_path / "smaller"
    with service_in(smaller) as service:
        service.archive.put([article(number) for number in range(20)])
        service.upkeep.sync()
    report = tmp_path / "report.json"
    args = ("--mode", "keyword", "--against", str(smaller), "--report", str(report))
    assert run("eval", *judged, *args).exit_code == 0
    (groups,) = json.loads(report.read_text(encoding="utf-8"))["comparisons"].values()
    assert groups["all"]["wins"] >= 10
    assert groups["all"]["randomisation_p"] < 0.01


def test_a_run_goes_out_and_comes_in(
    run: Run, archive: Path, judged: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "keyword.run"
    assert run("eval", *judged, "--mode", "keyword", "--run-out", str(file)).exit_code == 0
    assert set(read_run(file)) == {f"q{number}" for number in range(30)}
    result = run("eval", *judged, "--mode", "keyword", "--run-in", str(file))
    assert "keyword.run → keyword, nDCG@10" in result.stdout
    row = next(line.split() for line in result.stdout.splitlines() if "+0.000" in line)
    assert row[3:7] == ["+0.000", "0", "0", "30"]


def test_a_run_file_holds_one_mode(
    run: Run, archive: Path, judged: list[str], tmp_path: Path
) -> None:
    result = run("eval", *judged, "--run-out", str(tmp_path / "x.run"))
    assert result.exit_code == 2
    assert "--mode" in result.stderr


@pytest.mark.parametrize("ending", ["html", "md"])
def test_a_report_has_plots_of_differences_and_weights(
    run: Run, archive: Path, judged: list[str], tmp_path: Path, ending: str
) -> None:
    report = tmp_path / f"report.{ending}"
    result = run("eval", *judged, "--compare", "keyword,semantic", "--report", str(report))
    assert result.exit_code == 0, result.stderr
    content = report.read_text(encoding="utf-8")
    assert content.count("<svg") == content.count("</svg>") == 3
    assert content.count("<polyline") == 2
    assert "keyword → semantic" in content


def test_a_report_of_an_unknown_kind(
    run: Run, archive: Path, judged: list[str], tmp_path: Path
) -> None:
    result = run("eval", *judged, "--report", str(tmp_path / "report.pdf"))
    assert result.exit_code == 2
    assert ".html, .md or .json" in result.stderr


def test_a_fixed_weight_of_0_and_1_is_a_leg_alone(
    run: Run, archive: Path, judged: list[str]
) -> None:
    def means(*args: str) -> Any:
        return json.loads(run("eval", *judged, *args, "--json").stdout)

    legs = means()
    assert means("--weight", "0")["hybrid"]["all"] == legs["keyword"]["all"]
    semantic = means("--weight", "1")["hybrid"]["all"]["nDCG@10"]
    assert semantic == pytest.approx(legs["semantic"]["all"]["nDCG@10"])


def test_a_dry_run_says_what_tuning_is_worth_and_writes_nothing(
    run: Run, archive: Path, judged: list[str]
) -> None:
    with service_in(archive) as service:
        before = service.rooms.unrestricted.engine.calibration
    body = json.loads(run("tune", *judged, "--dry-run", "--json").stdout)
    assert body["is_written"] is False
    assert body["weights"]["en"]["queries"] == 30
    assert len(body["weights"]["en"]["fold_weights"]) == 5
    with service_in(archive) as service:
        assert service.rooms.unrestricted.engine.calibration == before


def test_tuned_weights_stay_until_they_are_forgotten(
    run: Run, archive: Path, judged: list[str]
) -> None:
    result = run("tune", *judged, "--json")
    chosen = json.loads(result.stdout)["weights"]["en"]["weight"]
    with service_in(archive) as service:
        service.archive.put([article(number) for number in range(40, 90)])
        service.upkeep.sync()
        weight = service.rooms.unrestricted.engine.calibration.weights["en"]
        assert (weight.semantic, weight.is_tuned, weight.sampled) == (chosen, True, 30)
        assert weight.origin == "tuned on 30 judged queries"
        assert due_languages(service.store.snapshot()) == []
        service.upkeep.reindex()
        assert service.rooms.unrestricted.engine.calibration.weights["en"] == weight
    assert "tuned on 30 judged queries" in run("stats").stdout
    assert run("untune").exit_code == 0
    with service_in(archive) as service:
        learnt = service.rooms.unrestricted.engine.calibration.weights["en"]
    assert not learnt.is_tuned
    assert learnt.origin == "learnt from the archive"
    assert "there were no tuned weights" in run("untune").stderr


def test_a_language_with_few_questions_gets_the_weight_of_all(
    run: Run, data_dir: Path, tmp_path: Path
) -> None:
    with service_in(data_dir) as service:
        service.archive.put([article(n) for n in range(30)] + [article(n, "de") for n in range(5)])
        service.upkeep.sync()
    queries, qrels = tmp_path / "queries.jsonl", tmp_path / "qrels.tsv"
    answers = [*(f"a{n}-en" for n in range(26)), *(f"a{n}-de" for n in range(4))]
    queries.write_text(
        "\n".join(json.dumps({"id": a, "text": f"place{a[1:].split('-')[0]}"}) for a in answers),
        encoding="utf-8",
    )
    qrels.write_text("".join(f"{a}\t{a}\t1\n" for a in answers), encoding="utf-8")
    result = run("tune", "--queries", str(queries), "--qrels", str(qrels))
    assert result.exit_code == 0, result.stderr
    assert "fitted on all together: de" in result.stderr
    with service_in(data_dir) as service:
        weights = service.rooms.unrestricted.engine.calibration.weights
    assert weights["en"].origin == "tuned on 26 judged queries"
    assert weights["de"].origin == "tuned on 30 judged queries of all languages"
    assert weights["de"].is_tuned


def test_tuning_needs_archived_answers(run: Run, archive: Path, judged: list[str]) -> None:
    Path(judged[3]).write_text("q1\tno-such-article\t1\n", encoding="utf-8")
    result = run("tune", *judged)
    assert result.exit_code == 2
    assert "relevant articles in the archive" in result.stderr


def test_a_manifest_without_the_mark_is_read() -> None:
    """Indexes from before there was tuning hold weights without `is_tuned`."""
    weight = LanguageWeight(0.5, 3, "learnt")
    identity = EncoderIdentity("any", "1", 8, 16)
    made = replace(manifests.empty(identity), calibration=Calibration({"en": weight}, weight))
    body = json.loads(made.to_json())
    del body["checksum"]  # which came later
    for stored in (body["calibration"]["default"], body["calibration"]["weights"]["en"]):
        del stored["is_tuned"]
    read = manifests.parse(json.dumps(body).encode(), Path("manifest"))
    assert read.calibration.weights["en"] == weight
