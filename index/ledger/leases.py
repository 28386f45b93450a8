"""Leases: exclusive rights of one process among any number of machines.

A lease must be renewed, so it expires if its holder dies. A holder that was too slow is detected at
its commit, which compares manifest numbers; a lease only prevents two processes from doing the same
work.
"""

import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from index.errors import IndexLocked
from index.ledger.sql import Sql

DURATION_S = 30.0


@contextmanager
def lease(sql: Sql, name: str, duration_s: float = DURATION_S) -> Iterator[None]:
    """Hold a lease while the block runs. Raises IndexLocked, naming the holder, at once."""
    holder = f"process {os.getpid()} on {socket.gethostname()} ({uuid.uuid4().hex[:8]})"
    _take(sql, name, holder, duration_s)
    ended = threading.Event()
    keeper = threading.Thread(
        target=_keep, args=(sql, name, holder, duration_s, ended), name="newsearch-lease"
    )
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()
        with sql.writing() as statements:
            statements.rows(
                "DELETE FROM ledger_leases WHERE name = ? AND holder = ?", (name, holder)
            )


def _take(sql: Sql, name: str, holder: str, duration_s: float) -> None:
    now_s = time.time()
    with sql.writing() as statements:
        taken = statements.rows(
            "INSERT INTO ledger_leases (name, holder, until_s) VALUES (?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_s = excluded.until_s "
            "WHERE ledger_leases.until_s < ? RETURNING holder",
            (name, holder, now_s + duration_s, now_s),
        )
        others = statements.rows("SELECT holder FROM ledger_leases WHERE name = ?", (name,))
    if not taken:
        raise IndexLocked(
            f"the index is being written by {others[0][0]}; wait until it has finished"
        )


def _keep(sql: Sql, name: str, holder: str, duration_s: float, ended: threading.Event) -> None:
    while not ended.wait(duration_s / 3):
        with sql.writing() as statements:
            statements.rows(
                "UPDATE ledger_leases SET until_s = ? WHERE name = ? AND holder = ?",
                (time.time() + duration_s, name, holder),
            )
