"""Draws a weight curve as an inline SVG: the measure at each semantic weight, and weights in use.

Colours and strokes come from the page's style sheet, by class.
"""

from collections.abc import Mapping, Sequence
from html import escape

_WIDTH = 960
_HEIGHT = 240
_LEFT = 56
_RIGHT = 16
_TOP = 16
_BOTTOM = 32
_TICKS = 4


def weight_plot(
    name: str, curve: Sequence[tuple[float, float]], marks: Mapping[str, float] | None = None
) -> str:
    """An `<svg>` of `curve` ((weight, value), by weight, weights 0 to 1); `marks` are weights."""
    values = [value for _, value in curve]
    low, high = min(values), max(values)
    if high - low < 1e-6:
        low, high = low - 0.005, high + 0.005

    def x(weight: float) -> float:
        return _LEFT + weight * (_WIDTH - _LEFT - _RIGHT)

    def y(value: float) -> float:
        return _TOP + (high - value) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    best_weight, best = max(curve, key=lambda point: point[1])
    label = f"{name}: best {best:.3f} at semantic weight {best_weight:g}"
    points = " ".join(f"{x(weight):.1f},{y(value):.1f}" for weight, value in curve)
    ticks = [low + (high - low) * step / _TICKS for step in range(_TICKS + 1)]
    lines = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(label)}">',
        f"<title>{escape(label)}</title>",
        *(_level(y(value), value) for value in ticks),
        *(_weight_tick(x(step / 5), step / 5) for step in range(6)),
        *(_mark(x(weight), f"{text} {weight:g}") for text, weight in (marks or {}).items()),
        f'<polyline class="curve" fill="none" stroke-width="2" points="{points}"/>',
        "</svg>",
    ]
    return "\n".join(lines)


def _level(y: float, value: float) -> str:
    return (
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" '
        f'stroke-opacity="0.3"/>'
        f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.3f}</text>'
    )


def _weight_tick(x: float, weight: float) -> str:
    return f'<text x="{x:.1f}" y="{_HEIGHT - 10}" text-anchor="middle">{weight:g}</text>'


def _mark(x: float, text: str) -> str:
    return (
        f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}" '
        f'stroke-dasharray="4 4"><title>{escape(text)}</title></line>'
        f'<text x="{x + 4:.1f}" y="{_TOP - 4}">{escape(text)}</text>'
    )
