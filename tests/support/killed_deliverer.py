"""A run of the alerts that kills itself (SIGKILL): `killed_deliverer.py DATA_DIR MOMENT`.

MOMENT is `before matching` (the index is committed), `before delivering` (matches are recorded),
`while delivering` (the receiver has it, and nobody here knows) or `never`.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from newsrooms import articles_of, service_in

from api.alerts.alerts import Alerts
from api.alerts.delivery import AlertDelivery
from api.stores.alerts import AlertStore


def killed(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    moment = sys.argv[2]
    if moment == "before matching":
        Alerts.match = killed  # type: ignore[method-assign]
    if moment == "before delivering":
        AlertDelivery.run = killed  # type: ignore[method-assign]
    if moment == "while delivering":
        AlertStore.settle = killed  # type: ignore[method-assign]
    with service_in(Path(sys.argv[1]), private_hosts="127.0.0.1") as service:
        service.archive.put(articles_of(service))
        service.upkeep.sync()
        service.alerts.deliver()
