"""Draws a comparison's per-query differences as an inline SVG: one bar per query, best gain first.

Colours and strokes come from the page's style sheet, by class.
"""

from collections.abc import Mapping
from html import escape

from search.evaluation.compare import Comparison, QueryChange

_WIDTH = 960
_HALF = 120
_LEFT = 40
_TOP = 16
_WIDEST_BAR = 24.0


def difference_bars(comparison: Comparison, texts: Mapping[str, str]) -> str:
    """An `<svg>` of the differences, -1 to 1; the tooltip of a bar shows query, text and values."""
    width = _WIDTH - _LEFT
    step = min(_WIDEST_BAR, width / max(1, len(comparison.changes)))
    bars = [
        _bar(change, _LEFT + number * step, step, texts.get(change.query_id, ""))
        for number, change in enumerate(comparison.changes)
    ]
    label = (
        f"Differences of {len(comparison.changes)} queries: {comparison.wins} better, "
        f"{comparison.losses} worse, {comparison.ties} the same"
    )
    height = 2 * (_TOP + _HALF)
    lines = [
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(label)}">',
        *(_grid_line(value) for value in (1.0, 0.5, 0.0, -0.5, -1.0)),
        *bars,
        "</svg>",
    ]
    return "\n".join(lines)


def _bar(change: QueryChange, x: float, step: float, text: str) -> str:
    size = max(-1.0, min(1.0, change.difference)) * _HALF
    y = _TOP + _HALF - max(0.0, size)
    kind = "gain" if change.difference >= 0 else "loss"
    name = f"{change.query_id}: {change.before:.3f} → {change.after:.3f} {text}".strip()
    return (
        f'<rect class="{kind}" x="{x:.2f}" y="{y:.2f}" width="{step * 0.8:.2f}" '
        f'height="{abs(size):.2f}"><title>{escape(name)}</title></rect>'
    )


def _grid_line(value: float) -> str:
    y = _TOP + _HALF * (1 - value)
    opacity = 1 if value == 0 else 0.3
    return (
        f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{y:g}" y2="{y:g}" stroke-opacity="{opacity}"/>'
        f'<text x="{_LEFT - 6}" y="{y + 4:g}" text-anchor="end">{value:+.1f}</text>'
    )
