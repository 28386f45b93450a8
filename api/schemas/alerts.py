"""What the HTTP API and `--json` say of alerts."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.body import Body
from api.schemas.parameters import SearchParameters, Text
from api.stores.alerts import Alert

MAX_NAME_CHARS = 200


class NewAlert(BaseModel):
    """A search to save, and where to tell of what is new for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    search: SearchParameters
    name: str | None = Field(
        None, max_length=MAX_NAME_CHARS, description="What to call it; the query if missing."
    )
    meaning: float | None = Field(
        None,
        ge=-1,
        le=1,
        description="The least cosine by which an article matches without the words; without it "
        "only words decide.",
    )
    webhook: Text | None = Field(
        None,
        pattern=r"^https?://[^/\s]+",
        description="Where matches are posted; none: a feed only.",
    )


class AlertBody(Body):
    """A saved search. `matches` counts its articles by what has become of them.

    `secret` signs deliveries; it is told once, when the alert is made.
    """

    id: str
    name: str
    search: dict[str, Any]
    meaning: float | None
    webhook: str | None
    secret: str | None = None
    created_at: str
    problem: str | None
    matches: dict[str, int]


class AlertsBody(Body):
    """All alerts, oldest first."""

    alerts: list[AlertBody]


class AlertTestBody(Body):
    """What the search of an alert finds now, newest first, and how a test message went.

    `delivered` is null where the alert has no webhook; `problem` says why it was not taken.
    """

    found: list[str]
    delivered: bool | None
    problem: str | None


def alert_body(
    alert: Alert, states: dict[str, int] | None = None, *, with_secret: bool = False
) -> AlertBody:
    """An alert as it is told."""
    return AlertBody(
        id=alert.id,
        name=alert.name,
        search=dict(alert.search),
        meaning=alert.meaning,
        webhook=alert.webhook,
        secret=alert.secret if with_secret else None,
        created_at=alert.created_at,
        problem=alert.problem,
        matches=states or {},
    )
