"""`newsearch suggest`."""

import typer
from rich.text import Text

from api.cli.console import one_line, show, show_json
from api.cli.edge import NO_HITS
from api.cli.options import AsJson, Config, DataDir, open_service
from api.cli.request_options import asks
from api.schemas.parameters import SuggestParameters


@asks(SuggestParameters, argument="PREFIX")
def suggest(
    ctx: typer.Context,
    parameters: SuggestParameters,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Complete a query as it is typed: with words and with headlines.

    Exits with 0 if there are suggestions, 1 if there are none, 2 after an error.
    """
    found = (
        open_service(ctx, data_dir, config).rooms.indexed().suggest(parameters.q, parameters.limit)
    )
    if as_json:
        from api.schemas.suggestions import suggest_body

        show_json(suggest_body(found).to_json())
    else:
        for word in found.words:
            show(Text.assemble(one_line(word.text), (f"  {word.articles:,}", "dim")))
        for headline in found.headlines:
            show(Text.assemble(one_line(headline.title), (f"  {one_line(headline.id)}", "dim")))
    if not (found.words or found.headlines):
        raise typer.Exit(NO_HITS)
