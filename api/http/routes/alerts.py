"""`/v1/alerts`: saved searches, and the feed of each.

A key sees its own alerts only, unless it has the scope admin: to others an alert is unknown. What
an alert finds is shown to keys that may search.
"""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from api.alerts.delivery import SUMMARY_CHARACTERS
from api.http.access.gate import Caller
from api.http.access.rules import SEARCH_ALL, needs
from api.http.problem_responses import documented
from api.http.routes.dependencies import NoParameters, TheCaller, TheService
from api.http.routes.syndicated import (
    MOST_ENTRIES,
    article_url,
    base_url,
    feed_response,
)
from api.http.syndication import Entry, Feed, FeedFormat
from api.schemas.alerts import (
    AlertBody,
    AlertsBody,
    AlertTestBody,
    NewAlert,
    alert_body,
)
from api.service.service import Service
from api.stores.alerts import Alert
from index.domain import StoredArticle
from index.errors import AlertNotFound

router = APIRouter(
    prefix="/v1/alerts",
    tags=["alerts"],
    dependencies=[NoParameters],
    responses=documented(400, 404, 408, 413, 503),
)


def _is_shown_to(caller: Caller, alert: Alert) -> bool:
    return caller.is_admin or (caller.key_id is not None and caller.key_id == alert.owner)


def _alert(service: Service, alert_id: str, caller: Caller) -> Alert:
    """Return an alert of the caller. Raises AlertNotFound."""
    alert = service.alerts.store.get(alert_id)
    if not _is_shown_to(caller, alert):
        raise AlertNotFound(alert_id)
    return alert


@router.post("", summary="Save a search", status_code=HTTPStatus.CREATED)
def post_alert(new: NewAlert, service: TheService, caller: TheCaller) -> AlertBody:
    """Reports articles that arrive from now on. `secret` is returned only this once."""
    alert = service.alerts.add(
        new.search,
        name=new.name,
        meaning=new.meaning,
        webhook=new.webhook,
        owner=caller.key_id,
    )
    return alert_body(alert, with_secret=True)


@router.get("", summary="List the saved searches")
@needs(SEARCH_ALL)
def get_alerts(service: TheService, caller: TheCaller) -> AlertsBody:
    """The caller's alerts, or all for a key with the scope admin, with the state of their
    matches.
    """
    store = service.alerts.store
    states = store.states()
    shown = [one for one in store.all() if _is_shown_to(caller, one)]
    return AlertsBody(alerts=[alert_body(one, states.get(one.id)) for one in shown])


@router.get("/{alert_id}", summary="Read a saved search")
@needs(SEARCH_ALL)
def get_alert(alert_id: str, service: TheService, caller: TheCaller) -> AlertBody:
    """Return one alert."""
    alert = _alert(service, alert_id, caller)
    return alert_body(alert, service.alerts.store.states().get(alert_id))


@router.delete("/{alert_id}", summary="Delete a saved search", status_code=HTTPStatus.NO_CONTENT)
def delete_alert(alert_id: str, service: TheService, caller: TheCaller) -> Response:
    """Deletes it with its matches; nothing more is delivered."""
    service.alerts.store.remove(_alert(service, alert_id, caller).id)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post("/{alert_id}/test", summary="Test a saved search")
def test_alert(alert_id: str, service: TheService, caller: TheCaller) -> AlertTestBody:
    """What it finds in the archive now; its webhook is sent a message of type `alert.test`."""
    return service.alerts.test(_alert(service, alert_id, caller))


def _route(kind: FeedFormat) -> None:
    @router.get(
        f"/{{alert_id}}/feed.{kind}",
        summary=f"The matches of a saved search as {kind.name}",
        name=f"get_alert_{kind}",
        response_class=Response,
        responses={200: {"content": {kind.media_type: {}}}},
    )
    @needs(SEARCH_ALL)
    def get_feed(
        alert_id: str, request: Request, service: TheService, caller: TheCaller
    ) -> Response:
        """The latest matching articles, newest first."""
        alerts, base = service.alerts, base_url(request)
        alert = _alert(service, alert_id, caller)
        feed = Feed(
            name=f"alert {alert.id}",
            title=f"{alert.name} – newsearch",
            home_url=f"{base}/",
            self_url=str(request.url),
            entries=[_entry(stored, base) for stored in alerts.newest(alert, MOST_ENTRIES)],
            zone=service.settings.time_zone,
        )
        return feed_response(request, feed, kind)


for _kind in FeedFormat:
    _route(_kind)


def _entry(stored: StoredArticle, base: str) -> Entry:
    article = stored.article
    summary = article.text[article.body_start :].strip()[:SUMMARY_CHARACTERS]
    return Entry(stored, article_url(stored, base), summary)
