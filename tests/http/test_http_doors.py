"""Every door of the server, tried by every kind of caller: nobody sees what they may not read."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from news_server import Answer, serving
from newsrooms import RECORDS, service_in
from starlette.routing import Route
from waiting import wait_until

from api.app import create_app
from api.http.access import key_ring
from api.http.access.rules import OPEN
from api.http.routes import ROUTERS
from api.schemas.parameters import SearchParameters
from api.service.service import Service
from api.stores.jobs import JobKind
from api.stores.keys import Scope
from api.web.routes import ROUTERS as PAGE_ROUTERS

SECRETS = ("Xylotheque", "Quagmarsh", "Zephyrine Courier")
"""Words of the title, the text and the source of an article, and of nothing else."""

HIDDEN = {
    "id": "hidden-1",
    "title": f"{SECRETS[0]} opens its doors",
    "text": f"The {SECRETS[1]} was drained for it. The ferry brings visitors.",
    "source": SECRETS[2],
    "lang": "en",
    "date": "2025-06-01",
}
NO_KEY = frozenset[Scope]()
SCOPES = [frozenset(some) for count in range(1, 4) for some in itertools.combinations(Scope, count)]


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setattr(key_ring, "FRESH_S", 0.0)
    with service_in(tmp_path, index_wait_s=60, private_hosts="127.0.0.1", rate_per_s=0) as made:
        yield made


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with TestClient(create_app(service), raise_server_exceptions=False) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def doors(service: Service) -> list[tuple[str, str]]:
    """Method and address of every route, with ids that exist."""
    alert = service.alerts.add(SearchParameters.model_validate({"q": "ferry"}))
    job = service.jobs.add(JobKind.REINDEX)
    known = {
        "article_id": "hidden-1",
        "alert_id": alert.id,
        "job_id": job.id,
        "story_id": "nothing",
        "name": "page.css",
    }
    routes = [route for router, _ in (*ROUTERS, *PAGE_ROUTERS) for route in router.routes]
    found = []
    for route in routes:
        assert isinstance(route, Route)
        path = re.sub(r"\{(\w+)(:\w+)?\}", lambda one: known[one[1]], route.path)
        found += [(method, path) for method in sorted(route.methods or ())]
    found += [("POST", "/mcp"), ("GET", "/openapi.json"), ("GET", "/docs")]
    return sorted(found, key=lambda door: door[0] == "DELETE")  # what is deleted is gone


@pytest.mark.long
@pytest.mark.parametrize(
    "scopes", [NO_KEY, *SCOPES], ids=lambda some: "+".join(sorted(some)) or "none"
)
def test_every_door_for_every_scope(
    client: TestClient, service: Service, scopes: frozenset[Scope]
) -> None:
    assert client.post("/v1/articles", json=[*RECORDS, HIDDEN]).json()["searchable"]
    opened = doors(service)
    assert len(opened) > 40
    service.keys.add("somebody else", [Scope.ADMIN])
    token = service.keys.add("caller", scopes)[1] if scopes else ""
    rules = client.app.state.rules  # type: ignore[attr-defined]
    for method, path in opened:
        if path.endswith("/events"):
            continue  # it lasts as long as somebody listens; the gate is the same
        answer = client.request(
            method, path, params={"q": "ferry"} if "search" in path else None,
            headers=bearer(token) if token else {}, content=b"{}" if method == "POST" else None,
        )  # fmt: skip
        needed = rules.of(method, path)
        is_refused = answer.status_code in (401, 403)
        assert is_refused == (not needed.scopes <= scopes), (method, path, answer.status_code)
        if Scope.SEARCH not in scopes:
            assert not [word for word in SECRETS if word in answer.text], (method, path)
        if not scopes:
            assert not is_refused or answer.status_code == 401
            assert is_refused or needed.scope is OPEN.scope


def test_a_key_that_may_only_write_learns_nothing_by_alerts(
    client: TestClient, service: Service
) -> None:
    assert client.post("/v1/articles", json=[*RECORDS, HIDDEN]).json()["searchable"]
    writer = bearer(service.keys.add("feed", [Scope.WRITE])[1])
    reader = bearer(service.keys.add("desk", [Scope.WRITE, Scope.SEARCH])[1])
    new = {"search": {"q": f'"{SECRETS[1]} was drained"'}}
    refused = client.post("/v1/alerts", json=new, headers=writer)
    assert refused.status_code == 403
    assert "search and write" in refused.json()["detail"]
    alert = client.post("/v1/alerts", json=new, headers=reader).json()
    address = f"/v1/alerts/{alert['id']}"
    tried = client.post(f"{address}/test", headers=reader).json()
    assert tried["found"] == ["hidden-1"]
    for method, path in (
        ("POST", f"{address}/test"), ("GET", f"{address}/feed.atom"), ("GET", address),
        ("GET", "/v1/alerts"), ("DELETE", address),
    ):  # fmt: skip
        assert client.request(method, path, headers=writer).status_code == 403, (method, path)


def test_an_alert_is_its_owners_and_the_administrators(
    client: TestClient, service: Service
) -> None:
    one, other = (
        bearer(service.keys.add(name, [Scope.WRITE, Scope.SEARCH])[1]) for name in ("one", "other")
    )
    admin = bearer(service.keys.add("admin", list(Scope))[1])
    service.alerts.add(SearchParameters.model_validate({"q": "harbour"}), name="made here")
    hook = "https://desk.example/hook?token=secret"
    new = {"search": {"q": "ferry"}, "webhook": hook}
    alert = client.post("/v1/alerts", json=new, headers=one).json()
    address = f"/v1/alerts/{alert['id']}"

    def listed(caller: dict[str, str]) -> list[str]:
        return [one["name"] for one in client.get("/v1/alerts", headers=caller).json()["alerts"]]

    assert listed(one) == ["ferry"]
    assert listed(other) == []
    assert sorted(listed(admin)) == ["ferry", "made here"]
    for method, path in (
        ("GET", address), ("POST", f"{address}/test"), ("GET", f"{address}/feed.rss"),
        ("DELETE", address),
    ):  # fmt: skip
        answer = client.request(method, path, headers=other)
        assert answer.status_code == 404
        assert answer.json()["type"].endswith(":no-alert")
        assert hook not in answer.text
    assert client.get(address, headers=admin).json()["webhook"] == hook
    assert client.delete(address, headers=one).status_code == 204


def test_nobody_owns_what_was_saved_without_a_key(tmp_path: Path) -> None:
    with service_in(tmp_path, allow_anonymous=True) as service:
        alert = service.alerts.add(SearchParameters.model_validate({"q": "harbour"}))
        service.keys.add("writer", [Scope.WRITE])
        with TestClient(create_app(service)) as client:
            assert client.get("/v1/alerts").json() == {"alerts": []}
            assert client.get(f"/v1/alerts/{alert.id}/feed.atom").status_code == 404


def test_the_alerts_of_a_revoked_key_report_nothing_more(
    client: TestClient, service: Service
) -> None:
    with serving() as receiver:
        receiver.pages["/gone"] = receiver.pages["/here"] = Answer(200)
        leaver, desk = (
            service.keys.add(name, [Scope.WRITE, Scope.SEARCH]) for name in ("leaver", "desk")
        )
        for (_, token), path in ((leaver, "/gone"), (desk, "/here")):
            new = {"search": {"q": "ferry"}, "webhook": f"{receiver.url}{path}"}
            assert client.post("/v1/alerts", json=new, headers=bearer(token)).status_code == 201
        service.keys.revoke(leaver[0].id)
        posted = client.post("/v1/articles", json=[HIDDEN], headers=bearer(desk[1]))
        assert posted.json()["searchable"]
        wait_until(lambda: "/here" in receiver.paths(), "the delivery to the other key's webhook")
        matches = {
            alert.owner: service.alerts.newest(alert, 9) for alert in service.alerts.store.all()
        }
        assert matches[leaver[0].id] == []
        assert receiver.paths() == ["/here"]
