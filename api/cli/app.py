"""The `newsearch` command: its options before the command, and the commands."""

import sys
from typing import Annotated

import typer

from api.cli import (
    agents,
    alerts,
    articles,
    evaluating,
    exporting,
    feeds,
    indexing,
    jobs,
    keys,
    searching,
    serving,
    status,
    stories,
    suggesting,
    trends,
    tuning,
    watching,
    working,
)
from api.cli.edge import EdgeGroup
from api.cli.options import Common, Config, DataDir
from api.version import version

app = typer.Typer(
    name="newsearch",
    cls=EdgeGroup,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"newsearch {version()}")
        raise typer.Exit


@app.callback(
    epilog="First steps:  newsearch index ./articles   then   newsearch search 'your question'"
)
def common(
    ctx: typer.Context,
    data_dir: DataDir = None,
    config: Config = None,
    is_version_wanted: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Search a news archive by words and by meaning, in many languages."""
    ctx.obj = Common(data_dir, config)


def _example(command: str) -> str:
    return f"Example:  newsearch {command}"


app.command("index", epilog=_example("index ./articles more.jsonl"))(indexing.index)
app.command("reindex", epilog=_example("reindex --encoder intfloat/multilingual-e5-small"))(
    indexing.reindex
)
app.command("work", epilog=_example("work --every 10s"))(working.work)
app.command("search", epilog=_example("search 'Who opened the bridge?' --lang en --from 2025-03"))(
    searching.search
)
app.command("suggest", epilog=_example("suggest 'night fer'"))(suggesting.suggest)
app.add_typer(stories.app, name="stories")
app.command("trends", epilog=_example("trends ferry bridge --by month"))(trends.trends)
app.command("show", epilog=_example("show ferry-2025-03-04"))(articles.show_article)
app.command("delete", epilog=_example("delete ferry-2025-03-04"))(articles.delete)
app.command("stats", epilog=_example("stats --json"))(status.stats)
app.command("config", epilog=_example("config --data-dir ./data"))(status.config)
app.command("mcp", epilog=_example("mcp --data-dir ./data"))(agents.mcp)
app.command("serve", epilog=_example("serve --port 8080"))(serving.serve)
app.add_typer(feeds.feeds, name="feeds")
app.command("sync", epilog=_example("sync --every 5m"))(feeds.sync)
app.command("watch", epilog=_example("watch ./inbox --delete"))(watching.watch)
app.command("export", epilog=_example("export 'source:gazette ferry' -o ferries.jsonl"))(
    exporting.export
)
app.command("backup", epilog=_example("backup /mnt/backups/news-2025-03-04.tar"))(exporting.backup)
app.command("restore", epilog=_example("restore /mnt/backups/news-2025-03-04.tar --data-dir new"))(
    exporting.restore
)
app.add_typer(jobs.jobs, name="jobs")
app.add_typer(alerts.alerts, name="alerts")
app.add_typer(keys.keys, name="keys")
app.command("eval", epilog=_example("eval --queries queries.jsonl --qrels qrels.tsv --json"))(
    evaluating.evaluate
)
app.command("tune", epilog=_example("tune --queries queries.jsonl --qrels qrels.tsv --dry-run"))(
    tuning.tune
)
app.command("untune", epilog=_example("untune"))(tuning.untune)


def main() -> None:
    """The entry point of the `newsearch` command."""
    # What stands in articles is Unicode; a terminal in another encoding shows what it can.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app()
