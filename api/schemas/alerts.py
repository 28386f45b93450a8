"""Alerts as JSON."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.body import Body
from api.schemas.parameters import SearchParameters, Text
from api.stores.alerts import Alert

MAX_NAME_CHARS = 200


class NewAlert(BaseModel):
    """A search to save, and where to report new matches."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    search: SearchParameters
    name: str | None = Field(
        None, max_length=MAX_NAME_CHARS, description="The name; defaults to the query."
    )
    meaning: float | None = Field(
        None,
        ge=-1,
        le=1,
        description="The lowest cosine at which an article matches by meaning; without it, an "
        "article matches if a search finds it.",
    )
    webhook: Text | None = Field(
        None,
        pattern=r"^https?://[^/\s]+",
        description="Where matches are posted; without it there is only a feed.",
    )


class AlertBody(Body):
    """A saved search. `matches` counts its matches by state; `owner` is the id of the key that
    saved it, null without one.

    `secret` signs deliveries; it is returned only once, when the alert is created.
    """

    id: str
    name: str
    search: dict[str, Any]
    meaning: float | None
    webhook: str | None
    secret: str | None = None
    created_at: str
    problem: str | None
    owner: str | None
    matches: dict[str, int]


class AlertsBody(Body):
    """The caller's alerts, oldest first; all alerts for a key with the scope admin."""

    alerts: list[AlertBody]


class AlertTestBody(Body):
    """What an alert's search finds now, newest first, and the outcome of a test message.

    `delivered` is null if the alert has no webhook; `problem` says why delivery failed.
    """

    found: list[str]
    delivered: bool | None
    problem: str | None


def alert_body(
    alert: Alert, states: dict[str, int] | None = None, *, with_secret: bool = False
) -> AlertBody:
    """Return an alert as JSON."""
    return AlertBody(
        id=alert.id,
        name=alert.name,
        search=dict(alert.search),
        meaning=alert.meaning,
        webhook=alert.webhook,
        secret=alert.secret if with_secret else None,
        created_at=alert.created_at,
        problem=alert.problem,
        owner=alert.owner,
        matches=states or {},
    )
