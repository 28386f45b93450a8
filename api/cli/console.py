"""The two streams: data on stdout, messages on stderr.

Rich styles appear on terminals only; piped output is neither wrapped nor coloured. Control
characters in article text never reach a terminal, which could obey them.
"""

import json
import sys
from typing import Any

from rich.console import Console, RenderableType
from rich.text import Text

PIPED_WIDTH = 10_000
_CONTROLS = {
    code: "\N{REPLACEMENT CHARACTER}"
    for code in (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    if chr(code) not in "\t\n"
}


class PipeConsole(Console):
    """A console that lets a broken pipe through, to be handled at the edge."""

    def on_broken_pipe(self) -> None:
        """Raise the error that Rich is handling."""
        raise


def data_console() -> Console:
    """Stdout."""
    return _console(stderr=False)


def message_console() -> Console:
    """Stderr."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PIPED_WIDTH
    return PipeConsole(stderr=stderr, highlight=False, markup=False, emoji=False, width=width)


def show(renderable: RenderableType) -> None:
    """Print data; piped output has no padding after columns."""
    console = data_console()
    if console.is_terminal:
        console.print(renderable)
        return
    with console.capture() as capture:
        console.print(renderable)
    lines = capture.get().removesuffix("\n").split("\n")
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in lines))


def show_json(body: Any) -> None:
    """Print one JSON value, indented for people."""
    sys.stdout.write(json.dumps(body, ensure_ascii=False, indent=2) + "\n")


def tell(message: str, style: str = "") -> None:
    """Print a message."""
    message_console().print(Text(message, style=style))


def tell_error(message: str) -> None:
    """Print an error."""
    message_console().print(Text.assemble(("error: ", "bold red"), safe(message)))


def safe(text: str) -> str:
    """Return `text` with its control characters made visible, at the same length."""
    return text.translate(_CONTROLS)


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 article`, `2,000 articles`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def one_line(text: str) -> str:
    """Return `text` on one line, at the same length."""
    return safe(text).replace("\n", " ").replace("\t", " ")
