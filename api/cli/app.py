"""The `newsearch` command: the options before the command, and the commands."""

import importlib
import sys
from collections.abc import Collection, Sequence
from typing import Annotated, NamedTuple

import typer

from api.cli.edge import EdgeGroup
from api.cli.options import Common, Config, DataDir
from api.cli.process import set_up_process
from api.settings.version import version


class _Command(NamedTuple):
    """Where a command is defined; without an example, a group of commands."""

    module: str
    attribute: str
    example: str = ""


_COMMANDS = {
    "index": _Command("indexing", "index", "index ./articles more.jsonl"),
    "reindex": _Command("indexing", "reindex", "reindex --encoder intfloat/multilingual-e5-small"),
    "work": _Command("working", "work", "work --every 10s"),
    "search": _Command(
        "searching", "search", "search 'Who opened the bridge?' --lang en --from 2025-03"
    ),
    "ask": _Command("asking", "ask", "ask 'Why did the bridge fall?' --from 2025"),
    "suggest": _Command("suggesting", "suggest", "suggest 'night fer'"),
    "stories": _Command("stories", "app"),
    "trends": _Command("trends", "trends", "trends ferry bridge --by month"),
    "show": _Command("articles", "show_article", "show ferry-2025-03-04"),
    "delete": _Command("articles", "delete", "delete ferry-2025-03-04"),
    "stats": _Command("status", "stats", "stats --json"),
    "config": _Command("status", "config", "config --data-dir ./data"),
    "mcp": _Command("agents", "mcp", "mcp --data-dir ./data"),
    "serve": _Command("serving", "serve", "serve --port 8080"),
    "feeds": _Command("feeds", "feeds"),
    "sync": _Command("feeds", "sync", "sync --every 5m"),
    "watch": _Command("watching", "watch", "watch ./inbox --delete"),
    "export": _Command("exporting", "export", "export 'source:gazette ferry' -o ferries.jsonl"),
    "backup": _Command("exporting", "backup", "backup /mnt/backups/news-2025-03-04.tar"),
    "restore": _Command(
        "exporting", "restore", "restore /mnt/backups/news-2025-03-04.tar --data-dir new"
    ),
    "verify": _Command("integrity", "verify", "verify --json"),
    "repair": _Command("integrity", "repair", "repair"),
    "synonyms": _Command("synonyms", "synonyms", "synonyms --json"),
    "jobs": _Command("jobs", "jobs"),
    "alerts": _Command("alerts", "alerts"),
    "keys": _Command("keys", "keys"),
    "eval": _Command(
        "evaluating", "evaluate", "eval --queries queries.jsonl --qrels qrels.tsv --json"
    ),
    "tune": _Command("tuning", "tune", "tune --queries queries.jsonl --qrels qrels.tsv --dry-run"),
    "untune": _Command("tuning", "untune", "untune"),
    "compare-encoders": _Command(
        "comparing_encoders", "compare_encoders", "compare-encoders --articles 500"
    ),
}


_BEFORE_COMMANDS = ("--data-dir", "--config")
"""Options before the command that take a value."""


def application(names: Collection[str] = _COMMANDS) -> typer.Typer:
    """Build the command line with the named commands; this imports their modules."""
    app = typer.Typer(
        name="newsearch",
        cls=EdgeGroup,
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(
        epilog="First steps:  newsearch index ./articles   then   newsearch search 'your question'"
    )(_common)
    for name, command in _COMMANDS.items():
        if name in names:
            made = getattr(importlib.import_module(f"api.cli.{command.module}"), command.attribute)
            if command.example:
                app.command(name, epilog=f"Example:  newsearch {command.example}")(made)
            else:
                app.add_typer(made, name=name)
    return app


def main() -> None:
    """Run the `newsearch` command."""
    # Articles are Unicode; a terminal in another encoding shows what it can.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    set_up_process()
    application(_asked_for(sys.argv[1:]))()


def _asked_for(words: Sequence[str]) -> Collection[str]:
    """Return the one command that a command line names, or all if it names none.

    Importing all commands takes longer than most of them run.
    """
    rest = iter(words)
    for word in rest:
        if word in _BEFORE_COMMANDS:
            next(rest, None)
        elif not word.startswith("-"):
            return [word] if word in _COMMANDS else _COMMANDS
    return _COMMANDS


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"newsearch {version()}")
        raise typer.Exit


def _common(
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
