"""Reports of an evaluation for people, as Markdown and as an HTML page, both with plots.

They are self-contained: no scripts, no other files, and all foreign text is escaped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from search.evaluation.bars import difference_bars
from search.evaluation.compare import Comparison
from search.evaluation.curve_plot import weight_plot
from search.evaluation.evaluate import Evaluation
from search.evaluation.measures import ALL, MEASURES, GroupMeans

_STYLE = """
:root { color-scheme: light dark; --gain: #1a7f5a; --loss: #b3412e; --quiet: #767676; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { padding: .25rem .75rem; text-align: right; border-bottom: 1px solid var(--quiet); }
th:first-child, td:first-child, .text { text-align: left; }
svg { display: block; width: 100%; height: auto; margin: 1rem 0; }
svg .gain { fill: var(--gain); } svg .loss { fill: var(--loss); }
svg line { stroke: var(--quiet); } svg text { fill: currentColor; font-size: 11px; }
svg .curve { stroke: var(--gain); } svg line.mark { stroke: var(--loss); }
""".strip()

_SVG_STYLE = (
    "<style>.gain { fill: #1a7f5a; } .loss { fill: #b3412e; } line { stroke: #767676; } "
    "text { fill: #767676; font: 11px sans-serif; } .curve { stroke: #1a7f5a; } "
    "line.mark { stroke: #b3412e; }</style>"
)


@dataclass(frozen=True, slots=True)
class CurvePlot:
    """A weight curve to draw: (weight, value) by weight, and labelled weights to mark."""

    curve: Sequence[tuple[float, float]]
    marks: Mapping[str, float]

    def drawn(self, name: str) -> str:
        """The plot as an `<svg>`."""
        return weight_plot(name, self.curve, self.marks)


def markdown_table(means: Mapping[str, GroupMeans]) -> str:
    """`Evaluation.means` as a Markdown table: a row per mode and language, a column per measure."""
    head = ["mode", "language", *MEASURES]
    rows = [
        [_cell(mode), _cell(group), *(f"{values[name]:.3f}" for name in MEASURES)]
        for mode, groups in means.items()
        for group, values in groups.items()
    ]
    align = ["---", "---", *("---:" for _ in MEASURES)]
    return "".join(f"| {' | '.join(row)} |\n" for row in [head, align, *rows])


def markdown_report(
    title: str,
    evaluations: Mapping[str, Evaluation],
    comparisons: Mapping[str, Mapping[str, Comparison]],
    curves: Mapping[str, CurvePlot] | None = None,
) -> str:
    """The content of `html_report` as Markdown, with the plots as inline SVG."""
    texts = _texts(evaluations)
    parts = [f"# {_cell(title)}"]
    for name, evaluation in evaluations.items():
        parts += [f"## {_cell(name)}", markdown_table(evaluation.means)]
    for name, groups in comparisons.items():
        parts += [f"## {_cell(name)}", _markdown(*_groups_rows(groups))]
        if ALL in groups:
            parts += [
                _inline(difference_bars(groups[ALL], texts)),
                _markdown(*_changes_rows(groups[ALL], texts)),
            ]
    for name, plot in (curves or {}).items():
        parts += [f"## {_cell(_curve_heading(name))}", _inline(plot.drawn(name))]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def html_report(
    title: str,
    evaluations: Mapping[str, Evaluation],
    comparisons: Mapping[str, Mapping[str, Comparison]],
    curves: Mapping[str, CurvePlot] | None = None,
) -> str:
    """A complete HTML page.

    `evaluations` are shown as tables under their names. `comparisons` are those of
    `compare_by_language` under a heading each, such as `hybrid against keyword, nDCG@10`: figures,
    a bar per query and the queries that changed most. `curves` are weight curves under their
    languages.
    """
    texts = _texts(evaluations)
    parts = [f"<h1>{escape(title)}</h1>"]
    for name, evaluation in evaluations.items():
        parts += [f"<h2>{escape(name)}</h2>", _means_table(evaluation), _refusals(evaluation)]
    for name, groups in comparisons.items():
        parts += [f"<h2>{escape(name)}</h2>", _groups_table(groups)]
        if ALL in groups:
            parts += [difference_bars(groups[ALL], texts), _changes_table(groups[ALL], texts)]
    for name, plot in (curves or {}).items():
        parts += [f"<h2>{escape(_curve_heading(name))}</h2>", plot.drawn(name)]
    body = "\n".join(part for part in parts if part)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _means_table(evaluation: Evaluation) -> str:
    rows = [
        [mode, group, *(f"{values[name]:.3f}" for name in MEASURES)]
        for mode, groups in evaluation.means.items()
        for group, values in groups.items()
    ]
    note = f"<p>{len(evaluation.queries)} judged queries"
    if evaluation.unjudged:
        note += f"; {len(evaluation.unjudged)} without a judgment are left out"
    return _table(["mode", "language", *MEASURES], rows) + f"\n{note}.</p>"


def _refusals(evaluation: Evaluation) -> str:
    rows = [
        [refusal.query_id, refusal.mode.value, refusal.text, refusal.why]
        for refusal in evaluation.refusals
    ]
    if not rows:
        return ""
    return "<p>Refused, and counted as 0:</p>\n" + _table(["query", "mode", "text", "why"], rows)


def _groups_table(groups: Mapping[str, Comparison]) -> str:
    return _table(*_groups_rows(groups))


def _groups_rows(groups: Mapping[str, Comparison]) -> tuple[list[str], list[list[str]]]:
    head = ["language", "before", "after", "difference", "better", "worse", "same"]
    rows = [
        [
            group,
            f"{comparison.mean_before:.3f}",
            f"{comparison.mean_after:.3f}",
            f"{comparison.difference:+.3f}",
            f"{comparison.wins}",
            f"{comparison.losses}",
            f"{comparison.ties}",
            f"{comparison.randomisation_p:.4f}",
            f"{comparison.t_p:.4f}",
        ]
        for group, comparison in groups.items()
    ]
    return [*head, "p (randomisation)", "p (t-test)"], rows


def _changes_table(comparison: Comparison, texts: Mapping[str, str]) -> str:
    head, rows = _changes_rows(comparison, texts)
    return _table(head, rows) if rows else ""


def _changes_rows(
    comparison: Comparison, texts: Mapping[str, str]
) -> tuple[list[str], list[list[str]]]:
    rows = [
        [
            change.query_id,
            f"{change.before:.3f}",
            f"{change.after:.3f}",
            f"{change.difference:+.3f}",
            texts.get(change.query_id, ""),
        ]
        for change in comparison.most_changed()
    ]
    return ["query", "before", "after", "difference", "text"], rows


def _texts(evaluations: Mapping[str, Evaluation]) -> dict[str, str]:
    return {
        query.id: query.text for evaluation in evaluations.values() for query in evaluation.queries
    }


def _curve_heading(name: str) -> str:
    return f"nDCG@10 by semantic weight: {name}"


def _inline(svg: str) -> str:
    """A plot with its own colours, for a page without our style sheet."""
    head, _, rest = svg.partition("\n")
    return f"{head}\n{_SVG_STYLE}\n{rest}"


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def row(cells: Sequence[str], tag: str) -> str:
        inner = "".join(
            f"<{tag}{_align(head[i])}>{escape(cell)}</{tag}>" for i, cell in enumerate(cells)
        )
        return f"<tr>{inner}</tr>"

    lines = [row(head, "th"), *(row(cells, "td") for cells in rows)]
    return "<table>\n" + "\n".join(lines) + "\n</table>"


def _align(column: str) -> str:
    return ' class="text"' if column in {"query", "mode", "language", "text", "why"} else ""


def _cell(text: str) -> str:
    """Text for a Markdown cell: a bar would end the cell, a line break the row."""
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")
