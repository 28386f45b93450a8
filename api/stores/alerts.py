"""`AlertStore`: saved searches, their matches, and what is still to be delivered.

A match and the progress past its article become durable in one transaction, and there is one match
per alert and article, so that a run that is killed at any point loses nothing and repeats nothing.
"""

import base64
import json
import secrets
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from index.archive.database import Database
from index.errors import AlertNotFound

LEASE_S = 120.0
"""How long a process may take for one delivery before another tries."""

_COLUMNS = "id, name, search, meaning, webhook, secret, since, created_at, problem, owner"


class MatchState(StrEnum):
    """The state of a match: only kept for the feed, to be delivered, or finished."""

    KEPT = "kept"
    PENDING = "pending"
    DELIVERED = "delivered"
    DROPPED = "dropped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Alert:
    """A saved search; `search` has the parameters of `GET /v1/search`.

    `meaning` is the lowest cosine at which an article matches by meaning; None means what a search
    finds. `problem` is why the last search failed. `owner` is the id of the key that saved it, None
    if it was saved on the command line or without keys.
    """

    id: str
    name: str
    search: Mapping[str, Any]
    meaning: float | None
    webhook: str | None
    secret: str | None
    since: int
    created_at: str
    problem: str | None = None
    owner: str | None = None

    def may_report(self, readers: Collection[str]) -> bool:
        """Return whether its owner may search, `readers` being the ids of the keys that may."""
        return self.owner is None or self.owner in readers


@dataclass(frozen=True, slots=True)
class Delivery:
    """A match to be delivered."""

    alert: Alert
    article_id: str
    revision: int
    matched_at: str
    attempts: int


class AlertStore:
    """The tables `alert…` of the archive's database. Methods raise ArchiveError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        name: str,
        search: Mapping[str, Any],
        *,
        meaning: float | None = None,
        webhook: str | None = None,
        since: int,
        owner: str | None = None,
    ) -> Alert:
        """Save a search; with a webhook it gets its own secret."""
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode() if webhook else None
        alert = Alert(
            secrets.token_hex(6), name, dict(search), meaning, webhook, secret, since, _now(),
            owner=owner,
        )  # fmt: skip
        row = (
            alert.id, name, json.dumps(alert.search), meaning, webhook, secret, since,
            alert.created_at, None, owner,
        )  # fmt: skip
        with self._database.transaction() as connection:
            connection.execute(
                f"INSERT INTO alerts ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                row,
            )
            connection.execute("INSERT OR IGNORE INTO alert_progress VALUES (1, ?)", (since,))
        return alert

    def all(self) -> list[Alert]:
        """Return all alerts, oldest first."""
        with self._database.connection() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM alerts ORDER BY created_at, id"  # noqa: S608
            )
            return [_alert(row) for row in rows]

    def get(self, alert_id: str) -> Alert:
        """Return one alert. Raises AlertNotFound."""
        for alert in self.all():
            if alert.id == alert_id:
                return alert
        raise AlertNotFound(alert_id)

    def remove(self, alert_id: str) -> None:
        """Delete an alert with all its matches. Raises AlertNotFound."""
        self.get(alert_id)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM alerts WHERE id = ?", (alert_id,))

    def states(self) -> dict[str, dict[str, int]]:
        """Return how many matches each alert has in each state."""
        found: dict[str, dict[str, int]] = {}
        with self._database.connection() as connection:
            for alert, state, count in connection.execute(
                "SELECT alert, state, count(*) FROM alert_matches GROUP BY alert, state"
            ):
                found.setdefault(alert, {})[state] = count
        return found

    def progress(self) -> int | None:
        """Return the revision up to which articles have been matched; None at first."""
        with self._database.connection() as connection:
            row = connection.execute("SELECT revision FROM alert_progress").fetchone()
        return None if row is None else int(row[0])

    def waiting(self) -> list[int]:
        """Return the revisions that were under embargo."""
        with self._database.connection() as connection:
            return [key for (key,) in connection.execute("SELECT revision FROM alert_waiting")]

    def record(
        self,
        matches: Iterable[tuple[Alert, str, int]],
        problems: Mapping[str, str | None],
        *,
        revision: int,
        begin_waiting: Sequence[int] = (),
        end_waiting: Sequence[int] = (),
    ) -> int:
        """Store matches (alert, article id, its revision) and the run's progress in one
        transaction.

        Returns how many are new: an article that matched an alert before is not reported again.
        """
        added, now = 0, _now()
        with self._database.transaction() as connection:
            known = {key for (key,) in connection.execute("SELECT id FROM alerts")}
            for alert, article_id, key in matches:
                if alert.id in known:
                    state = MatchState.PENDING if alert.webhook else MatchState.KEPT
                    added += connection.execute(
                        "INSERT OR IGNORE INTO alert_matches "
                        "(alert, article_id, revision, matched_at, state) VALUES (?, ?, ?, ?, ?)",
                        (alert.id, article_id, key, now, state),
                    ).rowcount
            for alert_id, problem in problems.items():
                connection.execute(
                    "UPDATE alerts SET problem = ? WHERE id = ?", (problem, alert_id)
                )
            _keep_waiting(connection, begin_waiting, end_waiting)
            connection.execute(
                "INSERT INTO alert_progress VALUES (1, ?) "
                "ON CONFLICT (one) DO UPDATE SET revision = max(revision, excluded.revision)",
                (revision,),
            )
        return added

    def newest(self, alert_id: str, limit: int) -> list[tuple[str, str]]:
        """Return the latest matching articles, newest first: (article id, when)."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT article_id, matched_at FROM alert_matches WHERE alert = ? "
                "ORDER BY revision DESC LIMIT ?",
                (alert_id, limit),
            )
            return [(article_id, matched_at) for article_id, matched_at in rows]

    def claim(self, now_s: float) -> Delivery | None:
        """Take a delivery that is due, for LEASE_S; if not settled by then, it is due again."""
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT alert, article_id, revision, matched_at, attempts FROM alert_matches "
                "WHERE state = 'pending' AND due_at_s <= ? ORDER BY due_at_s, revision LIMIT 1",
                (now_s,),
            ).fetchone()
            if row is None:
                return None
            alert_id, article_id, *rest = row
            connection.execute(
                "UPDATE alert_matches SET due_at_s = ?, attempts = attempts + 1 "
                "WHERE alert = ? AND article_id = ?",
                (now_s + LEASE_S, alert_id, article_id),
            )
            alert = _alert(
                connection.execute(
                    f"SELECT {_COLUMNS} FROM alerts WHERE id = ?",  # noqa: S608
                    (alert_id,),
                ).fetchone()
            )
        revision, matched_at, attempts = rest
        return Delivery(alert, article_id, revision, matched_at, attempts + 1)

    def settle(
        self, delivery: Delivery, state: MatchState, *, due_at_s: float = 0.0, problem: str = ""
    ) -> None:
        """Record the outcome of a delivery; a pending one is tried again at `due_at_s`."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE alert_matches SET state = ?, due_at_s = ?, problem = ? "
                "WHERE alert = ? AND article_id = ?",
                (state, due_at_s, problem or None, delivery.alert.id, delivery.article_id),
            )


def _keep_waiting(connection: sqlite3.Connection, begin: Sequence[int], end: Sequence[int]) -> None:
    rows = [(key,) for key in begin]
    connection.executemany("INSERT OR IGNORE INTO alert_waiting VALUES (?)", rows)
    connection.executemany("DELETE FROM alert_waiting WHERE revision = ?", [(key,) for key in end])


def _alert(row: Sequence[Any]) -> Alert:
    alert_id, name, search, *rest = row
    return Alert(alert_id, name, json.loads(search), *rest)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
