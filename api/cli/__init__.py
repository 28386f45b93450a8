"""The command line: parse, call, print.

Data goes to stdout, messages and progress to stderr. Exit status: 0 success, 1 no hits (`search`)
or records that could not be read (`index`), 2 an error, 130 interrupted.
"""

from api.cli.app import main

__all__ = ["main"]
