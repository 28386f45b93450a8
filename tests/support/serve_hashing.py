"""A server with the hashing encoder, as a process of its own: `serve_hashing.py DATA_DIR [FLAGS]`.

FLAGS are settings as a JSON object. A question that holds the word `slowly` takes SLOW_S seconds.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from hashing_encoder import HashingEncoder
from newsrooms import settings_in

from api.cli.serving import run
from api.logging.logs import configure
from api.service.service import Service
from index.domain import Vector

SLOW_S = 1.5


class SlowEncoder(HashingEncoder):
    """Takes its time where it is asked to."""

    def encode_query(self, text: str) -> Vector:
        if "slowly" in text:
            time.sleep(SLOW_S)
        return super().encode_query(text)


if __name__ == "__main__":
    flags: dict[str, Any] = {"port": 0, "index_wait_s": 60}
    flags |= json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
    settings = settings_in(Path(sys.argv[1]), **flags)
    configure(settings.log_format)
    with Service(settings, encoder=SlowEncoder(), creates=True) as service:
        run(service)
