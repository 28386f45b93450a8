"""A server of several workers with the hashing encoder: `serve_workers.py DATA_DIR [FLAGS]`.

FLAGS are settings as a JSON object. A worker waits where `serve_hashing.HeldEncoder` does.
"""

import json
import sys
from pathlib import Path
from typing import Any

from newsrooms import settings_in
from serve_hashing import HeldEncoder

from api.cli.serving import run_together
from api.logging.logs import configure
from api.service.service import Service
from api.settings.settings import Settings


def opened(settings: Settings) -> Service:
    """The service of a worker."""
    return Service(settings, encoder=HeldEncoder(), creates=True)


if __name__ == "__main__":
    flags: dict[str, Any] = {"port": 0, "index_wait_s": 60, "workers": 2}
    flags |= json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
    settings = settings_in(Path(sys.argv[1]), **flags)
    configure(settings.log_format)
    run_together(settings, opened)
