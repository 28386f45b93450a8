"""`newsearch stats` and `newsearch config`."""

from typing import TYPE_CHECKING

import typer
from rich.table import Table
from rich.text import Text

from api.cli.console import counted, one_line, show, show_json
from api.cli.options import AsJson, Config, DataDir, open_service, settings_of
from api.settings.settings import SETTINGS, Settings

if TYPE_CHECKING:
    from api.schemas.stats import StatsBody, ThresholdBody


def stats(
    ctx: typer.Context,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Show what the archive and the index contain: counts, languages, sizes, the encoder."""
    body = open_service(ctx, data_dir, config).stats()
    if as_json:
        show_json(body.to_json())
    else:
        show(_stats_table(body))


def _stats_table(body: "StatsBody") -> Table:
    encoder = body.encoder
    rows = [
        ("articles archived", f"{body.archived:,}"),
        ("articles searchable", f"{body.articles:,}"),
        ("changes not yet indexed", f"{body.pending:,}"),
        ("chunks", f"{body.chunks:,}"),
        ("vector search", _vector_search(body)),
        ("segments", f"{body.segments:,} ({body.deleted:,} deleted articles inside)"),
        ("archive size", size(body.archive_bytes)),
        ("index size", size(body.index_bytes)),
        ("snapshot", body.snapshot or "none: nothing has been indexed"),
        ("encoder", f"{encoder.name} ({encoder.dimension} dimensions)" if encoder else "none"),
    ]
    ranked = sorted(body.languages.items(), key=lambda item: (-item[1], item[0]))
    for language, articles in ranked:
        weight = body.weights.get(language)
        learnt = ""
        if weight is not None:
            prose = "" if weight.prose is None else f", in prose {weight.prose:.0%}"
            learnt = f", meaning counts {weight.semantic:.0%}{prose} ({weight.origin})"
        rows.append((f"language {language}", f"{counted(articles, 'article')}{learnt}"))
        if language in body.thresholds:
            rows.append((f"found in {language}", _threshold(body.thresholds[language])))
    return _table(rows)


def _threshold(one: "ThresholdBody") -> str:
    """Return the thresholds of a language and how they were measured to perform."""
    said = f"evidence {one.answer:.2f}, after an answer {one.end:.2f} ({one.origin}"
    if one.kept is None or one.refused is None:
        return f"{said})"
    return (
        f"{said}: of {one.questions} test queries {one.kept:.0%} kept with their article present, "
        f"{one.refused:.0%} refused without it)"
    )


def _vector_search(body: "StatsBody") -> str:
    """Return how many chunks are searched exactly, and the recall of the others."""
    coded = body.approximations
    if not coded:
        return "exact"
    chunks = sum(segment.chunks for segment in coded)
    codecs = ", ".join(sorted({segment.codec for segment in coded}))
    recall = min(segment.recall for segment in coded)
    refined = max(segment.refined for segment in coded)
    return (
        f"{chunks:,} chunks by {codecs}, {refined:,} candidates scored exactly: recall@10 "
        f"{recall:.4f} at least; the rest exact"
    )


def config(
    ctx: typer.Context,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config_file: Config = None,
) -> None:
    """Show each setting, its value and where the value came from."""
    settings = settings_of(ctx, data_dir, config_file)
    if as_json:
        show_json(_config_body(settings))
    else:
        show(_config_table(settings))


def _config_body(settings: Settings) -> dict[str, dict[str, object]]:
    return {
        setting.name: {
            "value": settings.shown(setting.name),
            "source": settings.origins[setting.name].source,
            "detail": settings.origins[setting.name].detail,
            "variable": setting.variable,
        }
        for setting in SETTINGS
    }


def _config_table(settings: Settings) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("setting", "value", "from", "to change it"):
        table.add_column(heading, overflow="fold")
    for setting in SETTINGS:
        origin = settings.origins[setting.name]
        table.add_row(
            setting.name,
            Text(one_line(str(settings.shown(setting.name)))),
            Text(one_line(str(origin))),
            setting.variable,
        )
    return table


def size(size_bytes: int) -> str:
    """Format a size for people: `3.4 MB`."""
    amount, unit = float(size_bytes), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:,.0f} {unit}" if unit == "B" else f"{amount:,.1f} {unit}"


def _table(rows: list[tuple[str, str]]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(Text(one_line(name)), Text(one_line(value)))
    return table
