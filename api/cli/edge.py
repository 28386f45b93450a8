"""The process edge of the command line: errors become messages and exit statuses.

A broken pipe is quiet (its reader has seen enough), Ctrl-C exits 130, an error that newsearch
raises on purpose prints its message and exits 2. Others are bugs, or come of damaged files, and
keep their traceback.
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
    """The group of all commands, with the edge around whichever runs."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; turn what it raises into an exit status."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except NewsearchError as error:
            tell_error(str(error))
            raise typer.Exit(FAILED) from error
        except (LookupError, ValueError, TypeError, MemoryError):
            # What a flipped bit in the arrays of a segment comes to: opening does not read them.
            tell("a bug, or a damaged file: 'newsearch verify' tells which", "bold")
            raise
        except KeyboardInterrupt as error:
            tell("stopped")
            raise typer.Exit(INTERRUPTED) from error
        except BrokenPipeError as error:
            _discard_output()
            raise typer.Exit(0) from error
        return result


def _discard_output() -> None:
    """Point stdout at nothing, so that flushing it at exit cannot fail again."""
    with suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
