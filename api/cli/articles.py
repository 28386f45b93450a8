"""`newsearch show` and `newsearch delete`."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group
from rich.text import Text

from api.cli.console import one_line, safe, show, show_json, tell, tell_error
from api.cli.edge import FAILED
from api.cli.history import show_history, show_history_json
from api.cli.options import AsJson, Config, DataDir, open_service
from index.domain import Article, Usage
from index.errors import ArticleNotFound, IndexLocked, SettingsError

if TYPE_CHECKING:
    from api.service.service import Service

MANY = 10
"""From how many articles on deleting asks first."""


def show_article(
    ctx: typer.Context,
    article_id: Annotated[str, typer.Argument(metavar="ID", help="The article's id.")],
    has_history: Annotated[
        bool, typer.Option("--history", help="List every version of the article that was archived.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Print one article in full, even if it is withheld, cancelled or under embargo."""
    service = open_service(ctx, data_dir, config)
    if has_history:
        (show_history_json if as_json else show_history)(service.archive.history(article_id))
        return
    stored = service.archive.get(article_id)
    if as_json:
        from api.schemas.articles import article_body

        show_json(article_body(stored).to_json())
    else:
        show(_article_view(stored.article))


def _article_view(article: Article) -> Group:
    fields = {
        "id": article.id,
        "date": article.date.value if article.date else None,
        "source": article.source,
        "section": article.section,
        "language": article.language,
        "authors": ", ".join(article.authors),
        "place": article.place,
        "agency": article.agency,
        "url": article.url,
        **_news_lines(article),
        **{name: str(value) for name, value in article.metadata.items()},
    }
    lines = [
        Text.assemble((f"{one_line(name)}: ", "dim"), one_line(value))
        for name, value in fields.items()
        if value
    ]
    return Group(Text(one_line(article.title), "bold"), *lines, "", Text(safe(article.text)))


def _news_lines(article: Article) -> dict[str, str]:
    from api.schemas.articles import news_members

    members = news_members(article)
    lines = {
        name: str(members[name])
        for name in ("created", "updated", "version", "slugline", "byline", "dateline", "provider",
                     "urgency", "embargo")
        if members[name] is not None
    }  # fmt: skip
    lines["subjects"] = ", ".join(one.name or one.code for one in article.news.subjects)
    if article.news.usage is not Usage.USABLE:
        lines["usage"] = article.news.usage.value
    return lines


def delete(
    ctx: typer.Context,
    article_ids: Annotated[
        list[str], typer.Argument(metavar="ID", help="The ids of the articles.")
    ],
    is_sure: Annotated[
        bool, typer.Option("--yes", "-y", help="Delete many articles without asking.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Delete articles from the archive and the index for good.

    Asks first if there are ten or more. Exits with 2 if an id does not exist; the
    others are still deleted.
    """
    if len(article_ids) >= MANY and not is_sure:
        _ask(len(article_ids))
    service = open_service(ctx, data_dir, config)
    deleted = service.archive.delete(article_ids)
    missing = [article_id for article_id in article_ids if article_id not in deleted]
    if as_json:
        show_json({"deleted": deleted, "missing": missing})
    for article_id in deleted if not as_json else ():
        show(Text(f"deleted {one_line(article_id)}"))
    if deleted:
        _drop_from_index(service)
    for article_id in missing:
        tell_error(str(ArticleNotFound(article_id)))
    if missing:
        raise typer.Exit(FAILED)


def _ask(count: int) -> None:
    """Ask on the terminal whether to delete; without one, refuse. Raises Abort, SettingsError."""
    if not _is_terminal():
        raise SettingsError(
            f"these are {count} articles, and nobody can be asked whether to delete them for good; "
            "add --yes"
        )
    typer.confirm(f"Delete {count} articles for good?", abort=True, err=True)


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _drop_from_index(service: "Service") -> None:
    try:
        service.upkeep.sync_if_indexed()
    except IndexLocked as error:
        tell(
            "the articles are deleted and no search shows them; "
            f"the index is cleaned up later: {error}"
        )
