"""A server with the hashing encoder, as a process of its own: `serve_hashing.py DATA_DIR [FLAGS]`.

FLAGS are settings as a JSON object. A question that holds the word `held` is answered once there is
a file `go` beside the folder.
"""

import json
import sys
from pathlib import Path
from typing import Any

from hashing_encoder import HashingEncoder
from newsrooms import settings_in
from waiting import wait_until

from api.cli.serving import run_alone
from api.logging.logs import configure
from api.service.service import Service
from index.domain import Vector

FOLDER = Path(sys.argv[1])


class HeldEncoder(HashingEncoder):
    """Waits where it is asked to."""

    def encode_query(self, text: str) -> Vector:
        if "held" in text:
            wait_until(FOLDER.with_name("go").exists, "the file that lets it go on")
        return super().encode_query(text)


if __name__ == "__main__":
    flags: dict[str, Any] = {"port": 0, "index_wait_s": 60}
    flags |= json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
    settings = settings_in(FOLDER, **flags)
    configure(settings.log_format)
    with Service(settings, encoder=HeldEncoder(), creates=True) as service:
        run_alone(service)
