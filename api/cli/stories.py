"""`newsearch stories list` and `newsearch stories show`."""

from typing import Annotated

import typer
from rich.text import Text

from api.cli.console import counted, one_line, show, show_json, tell
from api.cli.edge import NO_HITS
from api.cli.options import AsJson, Config, DataDir, open_service
from api.cli.request_options import asks
from api.schemas.parameters import StoryParameters

app = typer.Typer(
    help="Stories: articles about one event over several days.",
    epilog="Example:  newsearch stories list --order largest",
    no_args_is_help=True,
)

FAINT = "dim"


@app.command("list", epilog="Example:  newsearch stories list --order largest --lang de")
@asks(StoryParameters, argument="")
def list_stories(
    ctx: typer.Context,
    parameters: StoryParameters,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """List stories.

    Exits with 0 if there are any, 1 if there are none, 2 after an error.
    """
    page = open_service(ctx, data_dir, config).rooms.unrestricted.stories.list(
        parameters.to_request()
    )
    if as_json:
        from api.schemas.stories import stories_body

        show_json(stories_body(page).to_json())
    else:
        for story in page.stories:
            summary = story.summary
            told = f"  {counted(summary.articles, 'article')}, {' '.join(summary.languages)}"
            show(Text.assemble((f"{summary.id}  ", FAINT), one_line(story.title), (told, FAINT)))
        if page.cursor:
            tell(f"next page: --cursor {page.cursor}")
    if not page.stories:
        tell("no stories")
        raise typer.Exit(NO_HITS)


@app.command("show", epilog="Example:  newsearch stories show k3v9x0ap")
def show_story(
    ctx: typer.Context,
    story_id: Annotated[str, typer.Argument(metavar="ID", help="The story's id.")],
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Print one story with its articles in chronological order."""
    told = open_service(ctx, data_dir, config).rooms.unrestricted.stories.get(story_id)
    if as_json:
        from api.schemas.stories import told_story_body

        show_json(told_story_body(told).to_json())
        return
    show(Text(one_line(told.story.title), style="bold"))
    for one in told.articles:
        article = one.stored.article
        known = (
            article.date.value if article.date else None, article.source, article.language,
            article.id, f"copy of {one.original}" if one.original else None,
        )  # fmt: skip
        facts = " · ".join(one_line(part) for part in known if part)
        show(Text.assemble(one_line(article.title), (f"  {facts}", FAINT)))
