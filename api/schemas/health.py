"""The answers of the two health checks."""

from api.schemas.body import Body


class LiveBody(Body):
    """The process answers."""

    status: str = "live"


class ReadyBody(Body):
    """An index is open."""

    status: str = "ready"
    snapshot: str
