"""`/v1/alerts`: saved searches, and the feed of each."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from api.alerts.delivery import SUMMARY_CHARACTERS
from api.http.problem_responses import documented
from api.http.routes.dependencies import NoParameters, TheService
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
from index.domain import StoredArticle

router = APIRouter(
    prefix="/v1/alerts",
    tags=["alerts"],
    dependencies=[NoParameters],
    responses=documented(400, 404, 408, 413, 503),
)


@router.post("", summary="Save a search", status_code=HTTPStatus.CREATED)
def post_alert(new: NewAlert, service: TheService) -> AlertBody:
    """Reports articles that arrive from now on. `secret` is returned only this once."""
    alert = service.alerts.add(new.search, name=new.name, meaning=new.meaning, webhook=new.webhook)
    return alert_body(alert, with_secret=True)


@router.get("", summary="List the saved searches")
def get_alerts(service: TheService) -> AlertsBody:
    """All alerts, with the state of their matches."""
    store = service.alerts.store
    states = store.states()
    return AlertsBody(alerts=[alert_body(one, states.get(one.id)) for one in store.all()])


@router.get("/{alert_id}", summary="Read a saved search")
def get_alert(alert_id: str, service: TheService) -> AlertBody:
    """Return one alert."""
    store = service.alerts.store
    return alert_body(store.get(alert_id), store.states().get(alert_id))


@router.delete("/{alert_id}", summary="Delete a saved search", status_code=HTTPStatus.NO_CONTENT)
def delete_alert(alert_id: str, service: TheService) -> Response:
    """Deletes it with its matches; nothing more is delivered."""
    service.alerts.store.remove(alert_id)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post("/{alert_id}/test", summary="Test a saved search")
def post_test(alert_id: str, service: TheService) -> AlertTestBody:
    """What it finds in the archive now; its webhook is sent a message of type `alert.test`."""
    return service.alerts.test(service.alerts.store.get(alert_id))


def _route(kind: FeedFormat) -> None:
    @router.get(
        f"/{{alert_id}}/feed.{kind}",
        summary=f"The matches of a saved search as {kind.name}",
        name=f"get_alert_{kind}",
        response_class=Response,
        responses={200: {"content": {kind.media_type: {}}}},
    )
    def get_feed(alert_id: str, request: Request, service: TheService) -> Response:
        """The latest matching articles, newest first."""
        alerts, base = service.alerts, base_url(request)
        alert = alerts.store.get(alert_id)
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
