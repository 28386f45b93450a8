"""The process edge of the command line: errors become messages and exit statuses.

A broken pipe is silent (its reader has seen enough), Ctrl-C exits with 130, and an error that
newsearch raises on purpose prints its message and exits with 2. Other errors are bugs or come from
damaged files and keep their traceback.
"""

import os
import sys
from contextlib import suppress
from typing import Any

import typer
from typer.core import TyperGroup

from api.cli.console import tell, tell_error
from index.errors import NewsearchError

NO_HITS = 1
SOME_FAILED = 1
DAMAGED = 1
FAILED = 2
INTERRUPTED = 130


class EdgeGroup(TyperGroup):
    """The group of all commands; handles the errors of whichever runs."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command and turn what it raises into an exit status."""
        try:
            result = super().invoke(ctx)
            if not sys.stdout.closed:  # the protocol of 'mcp' closes it at its end
                sys.stdout.flush()
        except NewsearchError as error:
            tell_error(str(error))
            raise typer.Exit(FAILED) from error
        except (LookupError, ValueError, TypeError, MemoryError):
            # A flipped bit in a segment's arrays ends here: opening a segment does not read them.
            tell("this is a bug or a damaged file; 'newsearch verify' shows which", "bold")
            raise
        except KeyboardInterrupt as error:
            tell("stopped")
            raise typer.Exit(INTERRUPTED) from error
        except BrokenPipeError as error:
            _discard_output()
            raise typer.Exit(0) from error
        return result


def _discard_output() -> None:
    """Point stdout at the null device, so that the flush at exit cannot fail again."""
    with suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
