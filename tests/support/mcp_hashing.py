"""The MCP server over stdio with the hashing encoder: `mcp_hashing.py DATA_DIR`."""

import sys
from pathlib import Path

from newsrooms import service_in

from api.mcp.server import serve_stdio

if __name__ == "__main__":
    with service_in(Path(sys.argv[1])) as service:
        serve_stdio(service)
