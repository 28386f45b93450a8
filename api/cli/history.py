"""`newsearch show --history`: the versions of one article."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from api.cli.console import one_line, show, show_json
from index.protocols import Change


def show_history(changes: Sequence[Change]) -> None:
    """Return the versions as a table, oldest first."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("revision", "version", "updated", "ingested", "usage", "title"):
        table.add_column(heading)
    for change in changes:
        table.add_row(*map(Text, _cells(change)))
    show(table)


def _cells(change: Change) -> tuple[str, ...]:
    stored = change.stored
    if stored is None:
        return str(change.revision), "", "", "", "deleted", ""
    news = stored.article.news
    return (
        str(change.revision),
        "" if news.version is None else str(news.version),
        news.updated.value if news.updated else "",
        stored.ingested_at,
        news.usage.value,
        one_line(stored.article.title),
    )


def show_history_json(changes: Sequence[Change]) -> None:
    """Return the versions as a list, oldest first; null for a deletion."""
    from api.schemas.articles import article_body

    show_json(
        [
            {
                "revision": change.revision,
                "article": article_body(change.stored).to_json() if change.stored else None,
            }
            for change in changes
        ]
    )
