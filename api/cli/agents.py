"""`newsearch mcp`."""

import logging
import sys

import typer

from api.cli.options import Config, DataDir, open_service
from index.errors import SettingsError

MISSING = "MCP needs the package mcp. Install it with: pip install 'newsearch[mcp]'"


def mcp(ctx: typer.Context, data_dir: DataDir = None, config: Config = None) -> None:
    """Serve the archive to a language model as MCP tools over stdin and stdout.

    The tools search, read articles, follow stories and show when a topic was in
    the news.
    """
    try:
        from api.mcp.server import serve_stdio
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "mcp":
            raise
        raise SettingsError(MISSING) from error
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)  # stdout belongs to the protocol
    serve_stdio(open_service(ctx, data_dir, config))
