"""`newsearch ask`."""

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from api.cli.console import one_line, show, show_json, tell
from api.cli.edge import NO_HITS
from api.cli.options import AsJson, Config, DataDir, open_service
from api.cli.render import FAINT, HIGHLIGHT, INDENT
from api.cli.request_options import asks
from api.schemas.parameters import AskParameters
from search.asking.answer import Answer, Quotation


@asks(AskParameters, argument="QUESTION")
def ask(
    ctx: typer.Context,
    parameters: AskParameters,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Answer a question with sentences of articles, word for word, each with its source.

    Exits with 0 if anything answers it, 1 if nothing does, 2 after an error.
    """
    service = open_service(ctx, data_dir, config, asked=parameters.q)
    answer = service.rooms.indexed().ask(parameters.to_request())
    if as_json:
        from api.schemas.ask import ask_body

        show_json(ask_body(answer).to_json())
    else:
        _show(answer)
    if not answer.quotations:
        raise typer.Exit(NO_HITS)


def _show(answer: Answer) -> None:
    for note in (*_time_notes(answer), *(note.text for note in answer.notes)):
        tell(f"note: {note}", style="yellow")
    if not answer.quotations:
        tell("nothing in the archive answers this question")
        return
    show(Group(*map(_quotation, answer.quotations)))
    for one in answer.disagreements:
        figures = ", ".join(
            f"{figure} ({_origin(answer.quotations[at])})" for figure, at in one.figures
        )
        tell(f"articles differ: {one_line(one.thing)}: {figures}", style="yellow")
    count = len(answer.quotations)
    found = f"{answer.searched:,} article{'s' if answer.searched != 1 else ''}"
    tell(f"{count} quotation{'s' if count != 1 else ''} from {found} in {answer.took_ms:.0f} ms")


def _time_notes(answer: Answer) -> list[str]:
    time = answer.time
    if time is None:
        return []
    period = f"{time.first or 'the beginning'} to {time.last or 'now'}"
    if time.is_applied:
        return [f"“{time.phrase}” limits the articles to {period}; --no-read-time does not"]
    return [f"nothing from “{time.phrase}” ({period}) answers; these are articles of all dates"]


def _quotation(one: Quotation) -> RenderableType:
    text = Text(f"“{one_line(one.text)}”")
    for start, end in one.highlights:
        text.stylize(HIGHLIGHT, 1 + start - one.start, 1 + end - one.start)
    lines = Text(f"{_origin(one)} · {one_line(one.stored.article.title)}\n", style=FAINT)
    lines.append(f"{one_line(one.stored.article.id)}, characters {one.start} to {one.end}")
    if one.articles > 1:
        lines.append(f"\n{one.articles} articles say so: {', '.join(map(one_line, one.sources))}")
    return Group(text, Padding(lines, (0, 0, 0, INDENT), expand=False), "")


def _origin(one: Quotation) -> str:
    """Return source, date and language, as far as known."""
    article = one.stored.article
    date = article.date.value[:10] if article.date else None
    return one_line(", ".join(part for part in (article.source, date, article.language) if part))
