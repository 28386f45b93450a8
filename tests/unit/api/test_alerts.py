"""Alerts against a real receiver: what matches, what is delivered, and what survives."""

import base64
import hashlib
import hmac
import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hashing_encoder import HashingEncoder
from news_server import Answer, NewsServer, serving
from newsrooms import RECORDS, articles_of, service_in, settings_in

from api.alerts.delivery import FIRST_PAUSE_S, LONGEST_PAUSE_S, MOST_ATTEMPTS, pause_s
from api.schemas.parameters import SearchParameters
from api.service.notebook import OpenIndex
from api.service.service import Service
from api.stores.alerts import LEASE_S, Alert
from index.errors import AlertNotFound, QueryError
from search.request import Duplicates, SearchRequest

ROOT = Path(__file__).parents[3]
HOOK = "/hook"


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.now = datetime(2025, 6, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def receiver() -> Iterator[NewsServer]:
    with serving() as server:
        server.pages[HOOK] = Answer(204)
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(tmp_path: Path, clock: Clock) -> Iterator[Service]:
    settings = settings_in(tmp_path / "data", private_hosts="127.0.0.1")
    with Service(settings, encoder=HashingEncoder(), creates=True, clock=clock) as service:
        yield service


def add(service: Service, q: str, server: NewsServer | None = None, **more: Any) -> Alert:
    meaning = more.pop("meaning", None)
    search = SearchParameters.model_validate({"q": q, **more})
    webhook = f"{server.url}{HOOK}" if server else None
    return service.alerts.add(search, webhook=webhook, meaning=meaning)


def fill(service: Service, *records: Mapping[str, Any]) -> None:
    service.archive.put(articles_of(service, records or RECORDS))
    service.upkeep.sync()


def matched(service: Service, alert: Alert) -> list[str]:
    return [article_id for article_id, _ in service.alerts.store.newest(alert.id, 100)]


@pytest.mark.parametrize(
    ("q", "filters", "ids"),
    [
        ("night ferry", {}, {"ferry-1"}),  # all bare words
        ("the ferry", {}, {"ferry-1", "ferry-2"}),  # but for stop words
        ("fare OR bridge", {}, {"ferry-2", "world/bridge-1"}),
        ('"night ferry" autumn', {}, {"ferry-1"}),  # a wish beside a requirement
        ("ferry -horn", {}, {"ferry-2"}),
        ("lang:de hafen", {}, {"faehre-1"}),
        ("source:gazette", {}, set()),
        ('source:"port gazette"', {}, {"ferry-1", "ferry-2"}),
        ("ferry", {"section": ["local"], "from": "2025-03"}, {"ferry-1"}),
        ("zebra", {}, set()),
    ],
)
def test_what_an_alert_matches(
    service: Service, q: str, filters: dict[str, Any], ids: set[str]
) -> None:
    alert = add(service, q, **filters)
    fill(service)
    assert set(matched(service, alert)) == ids


def test_an_alert_finds_what_a_search_finds(service: Service) -> None:
    text = "The night ferry left the harbour at ten, said nobody."
    alert = add(service, text)
    others: list[dict[str, Any]] = [
        {"id": f"other-{n}", "text": f"Weather number {n}.", "lang": "en"} for n in range(9)
    ]
    fill(service, *RECORDS, *others)
    found = service.rooms.indexed().search(SearchRequest(text, duplicates=Duplicates.SHOW))
    ids = {hit.stored.article.id for hit in found.hits}
    assert set(matched(service, alert)) == ids
    assert "ferry-1" in ids
    assert not any(one.startswith("other") for one in ids)


def test_meaning_counts_only_from_the_cosine_that_was_asked_for(service: Service) -> None:
    text = "The night ferry left the harbour at ten, said nobody."
    words, near, far = (
        add(service, text, mode="keyword"),
        add(service, text, meaning=0.5),
        add(service, text, meaning=1),
    )
    fill(service)
    assert (matched(service, words), matched(service, far)) == ([], [])
    assert "ferry-1" in matched(service, near)


def test_only_articles_that_come_later_count_and_each_once(
    service: Service, receiver: NewsServer
) -> None:
    old = {"id": "old", "text": "An old ferry.", "lang": "en"}
    fill(service, old)
    alert = add(service, "ferry", receiver)
    fill(service, {"id": "new", "text": "A new ferry.", "lang": "en"})
    fill(service, {"id": "new", "text": "A new ferry, corrected.", "lang": "en"})
    service.alerts.match()
    assert matched(service, alert) == ["new"]
    assert [service.alerts.deliver(), service.alerts.deliver()] == [1, 0]
    assert receiver.paths() == [HOOK]


def test_a_notebook_delivers_what_it_adds(service: Service, receiver: NewsServer) -> None:
    add(service, "ferry", receiver)
    OpenIndex(service).add({"id": "new", "text": "A new ferry.", "lang": "en"})
    assert receiver.paths() == [HOOK]


def test_deliveries_are_signed_by_the_standard(service: Service, receiver: NewsServer) -> None:
    alert = add(service, "night ferry", receiver)
    fill(service)
    assert service.alerts.deliver() == 1
    (request,) = receiver.asked
    assert alert.secret is not None
    key = base64.b64decode(alert.secret.removeprefix("whsec_"))
    signed = b".".join(
        [
            request.headers["webhook-id"].encode(),
            request.headers["webhook-timestamp"].encode(),
            request.body,
        ]
    )
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"
    body = json.loads(request.body)
    assert body["type"] == "article.matched"
    assert body["data"]["article"]["id"] == "ferry-1"
    assert body["data"]["alert"] == {
        "id": alert.id, "name": "night ferry", "search": {"q": "night ferry"},
    }  # fmt: skip


def test_what_fails_is_tried_again_later_with_the_same_id(
    service: Service, receiver: NewsServer, clock: Clock
) -> None:
    receiver.pages[HOOK] = [Answer(500), Answer(302, {"Location": "/elsewhere"}), Answer(200)]
    alert = add(service, "night ferry", receiver)
    fill(service)
    assert service.alerts.deliver() == 0
    assert service.alerts.deliver() == 0  # not due yet
    assert len(receiver.asked) == 1
    clock.forward(1.5 * FIRST_PAUSE_S)
    assert service.alerts.deliver() == 0
    assert service.alerts.store.states() == {alert.id: {"pending": 1}}
    clock.forward(3 * FIRST_PAUSE_S)
    assert service.alerts.deliver() == 1
    assert service.alerts.store.states() == {alert.id: {"delivered": 1}}
    assert len({request.headers["webhook-id"] for request in receiver.asked}) == 1
    assert receiver.paths() == [HOOK] * 3


def test_pauses_double_up_to_a_limit_and_vary() -> None:
    assert [pause_s(attempts, 0.5) for attempts in (1, 2, 3)] == [5, 10, 20]
    assert pause_s(1, 0.0) == FIRST_PAUSE_S / 2
    assert pause_s(60, 0.5) == LONGEST_PAUSE_S
    assert sum(pause_s(attempts, 0.0) for attempts in range(1, MOST_ATTEMPTS)) > 86_400


def test_it_gives_up_in_the_end_and_says_so(
    service: Service, receiver: NewsServer, clock: Clock
) -> None:
    receiver.pages[HOOK] = Answer(503)
    alert = add(service, "night ferry", receiver)
    fill(service)
    for _ in range(MOST_ATTEMPTS + 3):
        service.alerts.deliver()
        clock.forward(2 * LONGEST_PAUSE_S)
    assert len(receiver.asked) == MOST_ATTEMPTS
    assert service.alerts.store.states() == {alert.id: {"failed": 1}}


def test_private_addresses_are_refused_unless_allowed(tmp_path: Path, receiver: NewsServer) -> None:
    with service_in(tmp_path) as service:
        alert = add(service, "night ferry", receiver)
        fill(service)
        assert service.alerts.deliver() == 0
        result = service.alerts.test(alert)
    assert receiver.asked == []
    assert result.delivered is False
    assert result.problem is not None
    assert "private" in result.problem


def test_an_article_under_embargo_is_told_when_that_ends(
    service: Service, receiver: NewsServer, clock: Clock
) -> None:
    alert = add(service, "ferry", receiver)
    fill(
        service,
        {"id": "later", "text": "A ferry.", "lang": "en", "embargo": "2025-06-01T13:00:00Z"},
        {"id": "gone", "text": "A ferry.", "lang": "en", "embargo": "2025-06-01T13:00:00Z"},
        {"id": "now", "text": "A ferry.", "lang": "en"},
    )
    service.archive.delete(["gone"])
    service.upkeep.sync()
    assert (matched(service, alert), service.alerts.deliver()) == (["now"], 1)
    assert b"later" not in b"".join(request.body for request in receiver.asked)
    clock.forward(3601)
    service.alerts.match()
    assert (set(matched(service, alert)), service.alerts.deliver()) == ({"now", "later"}, 1)
    assert service.alerts.store.waiting() == []


def test_what_was_deleted_before_it_was_delivered_is_not_told(
    service: Service, receiver: NewsServer
) -> None:
    alert = add(service, "night ferry", receiver)
    fill(service)
    service.archive.delete(["ferry-1"])
    assert service.alerts.deliver() == 0
    assert service.alerts.store.states() == {alert.id: {"dropped": 1}}
    assert service.alerts.newest(alert, 10) == []


def test_an_alert_that_cannot_be_asked_says_why_and_others_go_on(service: Service) -> None:
    bad = service.alerts.store.add("bad", {"q": "title:("}, since=0)
    good = add(service, "ferry")
    fill(service)
    problems = {alert.id: alert.problem for alert in service.alerts.store.all()}
    assert problems[good.id] is None
    assert problems[bad.id]
    assert set(matched(service, good)) == {"ferry-1", "ferry-2"}
    with pytest.raises(QueryError):
        add(service, "title:(")


def test_removing_an_alert_removes_what_was_to_be_delivered(
    service: Service, receiver: NewsServer
) -> None:
    alert = add(service, "ferry", receiver)
    fill(service)
    service.alerts.store.remove(alert.id)
    assert service.alerts.deliver() == 0
    assert receiver.asked == []
    with pytest.raises(AlertNotFound):
        service.alerts.store.remove(alert.id)


@pytest.mark.long
@pytest.mark.parametrize(
    "moment", ["before matching", "before delivering", "while delivering", "never"]
)
def test_a_killed_run_loses_nothing(
    tmp_path: Path, receiver: NewsServer, clock: Clock, moment: str
) -> None:
    folder = tmp_path / "data"
    with service_in(folder) as service:
        fill(service, {"id": "old", "text": "An old ferry.", "lang": "en"})
        add(service, "night ferry", receiver)
    killed = subprocess.run(
        [sys.executable, ROOT / "tests" / "support" / "killed_deliverer.py", folder, moment],
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'support'}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert killed.returncode == (0 if moment == "never" else -signal.SIGKILL), killed.stderr
    clock.now = datetime.now(UTC) + timedelta(seconds=LEASE_S + 1)
    settings = settings_in(folder, private_hosts="127.0.0.1")
    with Service(settings, encoder=HashingEncoder(), clock=clock) as service:
        service.upkeep.sync()
        service.alerts.match()
        service.alerts.deliver()
        (counts,) = service.alerts.store.states().values()
    assert counts == {"delivered": 1}
    ids = [request.headers["webhook-id"] for request in receiver.asked]
    assert len(ids) == (2 if moment == "while delivering" else 1)
    assert len(set(ids)) == 1  # what cannot be avoided can be told by the receiver
