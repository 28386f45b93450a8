"""The comparisons of `newsearch eval`: what is compared, how it is shown, and the reports."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from api.cli.console import one_line, show
from index.errors import EvaluationError
from index.protocols import ProgressListener
from search.request import FusionMethod, Mode, SearchRequest

if TYPE_CHECKING:
    from search.engine import Engine
    from search.evaluation.compare import Comparison
    from search.evaluation.curves import WeightCurves
    from search.evaluation.evaluate import Evaluation
    from search.evaluation.qrels import Qrels
    from search.evaluation.queries import Query
    from search.evaluation.systems import System

MEASURE = "nDCG@10"
MOST_CHANGED = 10


@dataclass(slots=True)
class Compared:
    """Judged queries, what the index returned, and the comparisons made so far.

    `evaluations` and `comparisons` (by language) are keyed by the names they are shown under.
    """

    queries: "Sequence[Query]"
    qrels: "Qrels"
    modes: Sequence[Mode]
    fusion: FusionMethod
    weight: float | None
    evaluations: "dict[str, Evaluation]" = field(default_factory=dict)
    comparisons: "dict[str, Mapping[str, Comparison]]" = field(default_factory=dict)

    @property
    def texts(self) -> dict[str, str]:
        """Return query id → text."""
        return {query.id: query.text for query in self.queries}

    @property
    def languages(self) -> dict[str, str]:
        """Return query id → language."""
        return {query.id: query.language for query in self.queries}

    def evaluate(self, engine: "Engine", on_progress: ProgressListener) -> "Evaluation":
        """Measure this index in every mode."""
        evaluation = self._evaluate(engine, on_progress)
        self.evaluations["this index"] = evaluation
        return evaluation

    def add_engine(self, engine: "Engine", name: str, on_progress: ProgressListener) -> None:
        """Compare with another index, mode by mode."""
        before = self._evaluate(engine, on_progress)
        after = self.evaluations["this index"]
        self.evaluations[name] = before
        for mode in self.modes:
            self._compare(
                f"{name} → this index, {mode}",
                before.scores[mode][MEASURE],
                after.scores[mode][MEASURE],
            )

    def add_systems(self, engine: "Engine", names: str, on_progress: ProgressListener) -> None:
        """Compare two ways to search, given as in `keyword,hybrid`."""
        from search.evaluation.systems import systems_named

        before, after = systems_named(names)
        self._compare(
            f"{before.name} → {after.name}",
            self._values(engine, before, on_progress),
            self._values(engine, after, on_progress),
        )

    def add_run(self, path: Path) -> None:
        """Compare the rankings of a run file with those of this index, mode by mode."""
        from search.evaluation.measures import score_queries
        from search.evaluation.runs import read_run

        after = self.evaluations["this index"]
        judged = {query.id: self.qrels[query.id] for query in after.queries}
        before = score_queries(read_run(path), judged)[MEASURE]
        for mode in self.modes:
            self._compare(f"{path.name} → {mode}", before, after.scores[mode][MEASURE])

    def _evaluate(self, engine: "Engine", on_progress: ProgressListener) -> "Evaluation":
        from search.evaluation.evaluate import evaluate

        def ask(request: SearchRequest) -> list[tuple[str, float]]:
            made = replace(request, fusion=self.fusion, semantic_weight=self.weight)
            return engine.ranked_ids(made)

        return evaluate(ask, self.queries, self.qrels, self.modes, on_progress=on_progress)

    def _values(
        self, engine: "Engine", system: "System", on_progress: ProgressListener
    ) -> Mapping[str, float]:
        from search.evaluation.evaluate import evaluate

        ask = system.asking(engine.ranked_ids)
        one = evaluate(ask, self.queries, self.qrels, [system.mode], on_progress=on_progress)
        return one.scores[system.mode][MEASURE]

    def _compare(self, name: str, before: Mapping[str, float], after: Mapping[str, float]) -> None:
        from search.evaluation.compare import compare_by_language

        self.comparisons[name] = compare_by_language(before, after, self.languages)


def show_comparison(
    name: str, groups: "Mapping[str, Comparison]", texts: Mapping[str, str]
) -> None:
    """Return a table by language and the queries that changed most."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "before", "after", "difference", "better", "worse", "same", "p"):
        table.add_column(heading, justify="right" if heading else "left")
    for language, found in groups.items():
        table.add_row(
            language,
            f"{found.mean_before:.3f}",
            f"{found.mean_after:.3f}",
            f"{found.difference:+.3f}",
            *(f"{count}" for count in (found.wins, found.losses, found.ties)),
            f"{found.randomisation_p:.4f}",
        )
    show(Text(f"\n{one_line(name)}, {MEASURE}", style="bold"))
    show(table)
    changed = next(iter(groups.values())).most_changed(MOST_CHANGED)
    if changed:
        show(Text("queries that changed most", style="bold"))
    for change in changed:
        text = one_line(texts.get(change.query_id, ""))
        line = f"{change.before:.3f} → {change.after:.3f}  {one_line(change.query_id)}  {text}"
        show(Text(line))


def write_report(
    path: Path, compared: Compared, engine: "Engine", on_progress: ProgressListener
) -> None:
    """Write a report as HTML, Markdown or JSON, depending on its file extension.

    Raises EvaluationError for another extension or if the file cannot be written.
    """
    from search.evaluation.curves import weight_curves
    from search.evaluation.report import html_report, markdown_report

    kind = path.suffix.lower()
    if kind not in {".html", ".md", ".json"}:
        raise EvaluationError(f"{path}: the name of a report must end in .html, .md or .json")
    curves = weight_curves(
        engine.ranked_by_weight, compared.queries, compared.qrels, on_progress=on_progress
    )
    if kind == ".json":
        content = json.dumps(_report_body(compared, curves), ensure_ascii=False, indent=1) + "\n"
    else:
        write = html_report if kind == ".html" else markdown_report
        plots = _plots(curves, compared, engine)
        content = write("Evaluation", compared.evaluations, compared.comparisons, plots)
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be written ({error.strerror})") from error


def _plots(curves: "WeightCurves", compared: Compared, engine: "Engine") -> dict[str, Any]:
    from search.evaluation.curves import curves_by_language
    from search.evaluation.report import CurvePlot

    calibration = engine.calibration
    return {
        language: CurvePlot(
            curve,
            {"in use:": calibration.weights[language].semantic}
            if language in calibration.weights
            else {},
        )
        for language, curve in curves_by_language(curves, compared.languages).items()
    }


def _report_body(compared: Compared, curves: "WeightCurves") -> dict[str, Any]:
    from search.evaluation.curves import curves_by_language

    return {
        "means": {name: one.means for name, one in compared.evaluations.items()},
        "comparisons": {
            name: {language: asdict(found) for language, found in groups.items()}
            for name, groups in compared.comparisons.items()
        },
        "weight_curves": curves_by_language(curves, compared.languages),
    }
