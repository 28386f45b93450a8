"""`newsearch feeds add | list | remove`, and `newsearch sync`."""

import re
import time
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from api.cli.console import one_line, show, show_json, tell, tell_error
from api.cli.edge import FAILED, SOME_FAILED
from api.cli.notes import tell_notes
from api.cli.options import AsJson, Config, DataDir, open_service
from api.cli.progress import ProgressView
from index.errors import IndexLocked

if TYPE_CHECKING:
    from api.service.service import Service
    from index.feeds.store import Feed
    from index.feeds.sync import FeedOutcome

FAILURES_SHOWN = 20
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}

feeds = typer.Typer(
    help="Follow feeds: RSS, Atom, JSON Feed, news sitemaps.",
    epilog="Example:  newsearch feeds add https://paper.example/rss",
    no_args_is_help=True,
)

Urls = Annotated[list[str], typer.Argument(metavar="URL", help="The URLs of the feeds.")]


@feeds.command("add", epilog="Example:  newsearch feeds add https://paper.example/rss --full-text")
def add(
    ctx: typer.Context,
    urls: Urls,
    source: Annotated[
        str | None,
        typer.Option(help="The name of the source. (default: the feed's title)"),
    ] = None,
    full_text: Annotated[
        bool,
        typer.Option(
            "--full-text",
            help="Read the full text from each entry's page if the site's robots.txt allows it.",
        ),
    ] = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Follow feeds; 'newsearch sync' and a running server fetch them.

    Adding a feed again changes its options and revives a retired feed.
    """
    store = open_service(ctx, data_dir, config, creates=True).feeds
    for url in urls:
        if not re.match(r"https?://[^/\s]", url):
            raise typer.BadParameter(f"{url!r} does not start with http:// or https://")
    for url in urls:
        is_new = store.add(url, source=source, takes_full_text=full_text)
        show(Text(f"{'added' if is_new else 'changed'} {one_line(url)}"))


@feeds.command("list", epilog="Example:  newsearch feeds list --json")
def list_feeds(
    ctx: typer.Context, as_json: AsJson = False, data_dir: DataDir = None, config: Config = None
) -> None:
    """List the feeds that are followed and how their last fetch went."""
    store = open_service(ctx, data_dir, config).feeds
    followed, counts = store.all(), store.entry_counts()
    if as_json:
        show_json([_feed_body(feed, counts.get(feed.url, 0)) for feed in followed])
    elif not followed:
        tell("no feeds are followed yet; add one with 'newsearch feeds add URL'")
    else:
        show(_feed_table(followed, counts))


@feeds.command("remove", epilog="Example:  newsearch feeds remove https://paper.example/rss")
def remove(ctx: typer.Context, urls: Urls, data_dir: DataDir = None, config: Config = None) -> None:
    """Stop following feeds; their articles stay."""
    store = open_service(ctx, data_dir, config).feeds
    for url in urls:
        store.remove(url)
        show(Text(f"removed {one_line(url)}"))


def sync(
    ctx: typer.Context,
    every: Annotated[
        str | None,
        typer.Option(
            help="Keep running until Ctrl-C and check again at this interval: 90s, 5m, 1h."
        ),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Fetch new articles from the feeds and make them searchable.

    A feed that fails is retried after growing pauses; one that is gone for good
    is retired. Exits with 1 if some feeds failed, with 2 if all did.
    """
    every_s = None if every is None else seconds(every)
    service = open_service(ctx, data_dir, config, creates=True)
    if not service.feeds.all():
        tell("no feeds are followed yet; add one with 'newsearch feeds add URL'")
    fetching = service.ingest.feed_sync()
    while True:
        with ProgressView() as view:
            outcomes = fetching.run()
            index_now(service, view)
        _show_outcomes(outcomes, as_json)
        if every_s is None:
            break
        time.sleep(every_s)
    failed = sum(outcome.problem is not None for outcome in outcomes)
    if failed:
        raise typer.Exit(FAILED if failed == len(outcomes) else SOME_FAILED)


def index_now(service: "Service", view: ProgressView) -> None:
    """Bring the index up to date unless a server or another command is doing that."""
    if not service.upkeep.pending():
        return
    try:
        service.ingest.publish(view.listen)
    except IndexLocked as error:
        tell(
            "the new articles are in the archive; "
            f"the process that writes the index will add them: {error}"
        )


def seconds(every: str) -> float:
    """Read a duration, in seconds. Raises BadParameter."""
    match = re.fullmatch(r"(\d+)([smhd]?)", every.strip())
    if match is None or int(match[1]) == 0:
        raise typer.BadParameter(
            f"{every!r} is not a duration; write for example 90s, 5m or 1h", param_hint="--every"
        )
    return float(match[1]) * _UNITS[match[2]]


def _show_outcomes(outcomes: "Sequence[FeedOutcome]", as_json: bool) -> None:
    if as_json:
        show_json([_outcome_body(outcome) for outcome in outcomes])
        return
    for outcome in outcomes:
        if outcome.problem is not None:
            # Some problems begin with the address, others do not.
            about = outcome.problem.removeprefix(f"{outcome.url}: ")
            tell_error(f"{one_line(outcome.url)}: {about}")
            continue
        news = f"{outcome.added:,} new, {outcome.updated:,} updated"
        show(Text(f"{one_line(outcome.url)}: {news if outcome.is_modified else 'nothing new'}"))
        for failure in outcome.failures[:FAILURES_SHOWN]:
            tell(f"  {one_line(str(failure))}")
        if len(outcome.failures) > FAILURES_SHOWN:
            tell(f"  and {len(outcome.failures) - FAILURES_SHOWN:,} more; --json lists all")
        tell_notes(outcome.notes)


def _outcome_body(outcome: "FeedOutcome") -> dict[str, object]:
    return {
        "url": outcome.url,
        "added": outcome.added,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "is_modified": outcome.is_modified,
        "problem": outcome.problem,
        "failures": [{"place": one.place, "why": one.why} for one in outcome.failures],
        "notes": [{"place": one.place, "what": one.what} for one in outcome.notes],
    }


def _feed_body(feed: "Feed", entries: int) -> dict[str, object]:
    return {
        "url": feed.url,
        "source": feed.source,
        "full_text": feed.takes_full_text,
        "entries": entries,
        "fetched_at": feed.fetched_at,
        "failures": feed.failures,
        "retry_at": _moment(feed.retry_at_s),
        "problem": feed.problem,
        "is_retired": feed.is_retired,
    }


def _moment(at_s: float) -> str | None:
    return datetime.fromtimestamp(at_s).astimezone().isoformat(timespec="seconds") if at_s else None


def _feed_table(followed: "Sequence[Feed]", counts: dict[str, int]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("feed", "entries", "fetched", "state"):
        table.add_column(heading, overflow="fold")
    for feed in followed:
        state = "retired: " if feed.is_retired else ""
        retry = f"; next try at {_moment(feed.retry_at_s)}" if feed.retry_at_s else ""
        state += f"{feed.problem}{retry}" if feed.problem else "well"
        count = f"{counts.get(feed.url, 0):,}"
        table.add_row(
            Text(one_line(feed.url)), count, feed.fetched_at or "never", Text(one_line(state))
        )
    return table
