"""Print facets on the command line."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.cli.console import one_line
from search.facet_types import (
    Basis,
    DateBin,
    DateFacet,
    DateStep,
    Facet,
    ValueFacet,
)

BAR_WIDTH = 30


def facet_view(facet: Facet) -> RenderableType:
    """Return a facet as a table with bars."""
    candidates = " (of the candidates)" if facet.basis is Basis.CANDIDATES else ""
    heading = Text(f"by {facet.name}{candidates}", style="bold")
    rows = _value_rows(facet) if isinstance(facet, ValueFacet) else _date_rows(facet)
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for _ in range(3):
        table.add_column()
    most = max((count for _, count, _ in rows), default=0)
    for label, count, note in rows:
        bar = "▇" * round(BAR_WIDTH * count / most) if most else ""
        table.add_row(Text(label), Text(f"{count:,}{note}"), Text(bar, style="dim"))
    return Group(heading, table, "")


def _value_rows(facet: ValueFacet) -> list[tuple[str, int, str]]:
    rows = [(_shown(value.label, value.is_selected), value.count, "") for value in facet.values]
    if facet.other:
        rows.append(("(others)", facet.other, ""))
    if facet.missing:
        rows.append(("(none)", facet.missing, ""))
    return rows


def _date_rows(facet: DateFacet) -> list[tuple[str, int, str]]:
    rows = [(period_label(one, facet.step), one.count, _share(one)) for one in facet.bins]
    if facet.missing:
        rows.append(("(no date)", facet.missing, ""))
    return rows


def _shown(label: str, is_selected: bool) -> str:
    return f"{'* ' if is_selected else ''}{one_line(label)}"


def _share(one: DateBin) -> str:
    if one.volume is None:
        return ""
    return f" of {one.volume:,}" + ("" if one.share is None else f" ({one.share:.1%})")


def period_label(one: DateBin, step: DateStep) -> str:
    """Return a step as people write it: 2024, 2024-06, 2024-06-17; a week as its first day."""
    day = one.first.isoformat()
    match step:
        case DateStep.YEAR:
            return day[:4]
        case DateStep.MONTH:
            return day[:7]
        case _:
            return day
