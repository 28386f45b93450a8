"""A server with the hashing encoder, as a process of its own: `serve_hashing.py DATA_DIR`."""

import logging
import sys
from pathlib import Path

from newsrooms import service_in

from api.cli.serving import run

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    with service_in(Path(sys.argv[1]), port=0, index_wait_s=60) as service:
        run(service)
