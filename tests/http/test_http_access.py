"""Who may do what over HTTP: keys, scopes, rates, and what is logged of writes."""

import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from newsrooms import RECORDS, service_in
from server_process import running

from api.app import create_app
from api.http.access import gate, key_ring
from api.service.service import Service
from api.stores import keys
from api.stores.keys import HashKind, Key, Scope

SEARCH = "/v1/search?q=ferry&mode=keyword"
REQUESTS: Sequence[tuple[str, str, Scope]] = (
    ("GET", SEARCH, Scope.SEARCH),
    ("GET", "/", Scope.SEARCH),
    ("GET", "/v1/stats", Scope.SEARCH),
    ("POST", "/v1/articles", Scope.WRITE),
    ("DELETE", "/v1/articles/nothing", Scope.WRITE),
    ("GET", "/v1/jobs", Scope.WRITE),
    ("GET", "/v1/alerts", Scope.SEARCH),
    ("POST", "/v1/reindex", Scope.ADMIN),
    ("GET", "/v1/made-tomorrow", Scope.ADMIN),
)


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setattr(key_ring, "FRESH_S", 0.0)
    with service_in(tmp_path, index_wait_s=60) as service:
        yield service


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with TestClient(create_app(service)) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_without_keys_everything_is_open(client: TestClient) -> None:
    assert client.post("/v1/articles", json=list(RECORDS)).status_code == 200
    assert client.get(SEARCH).status_code == 200


@pytest.mark.parametrize(("method", "path", "scope"), REQUESTS)
def test_a_key_opens_what_its_scopes_say(
    client: TestClient, service: Service, method: str, path: str, scope: Scope
) -> None:
    for one in Scope:
        _, token = service.keys.add(f"only {one}", [one])
        status = client.request(method, path, headers=bearer(token)).status_code
        assert (status == 403) == (one is not scope), (one, status)
    answer = client.request(method, path)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_key_may_be_a_header_or_a_browsers_password(client: TestClient, service: Service) -> None:
    _, token = service.keys.add("all", list(Scope))
    assert client.get("/v1/stats", headers={"X-API-Key": token}).status_code == 200
    assert client.get("/v1/stats", auth=("anybody", token)).status_code == 200
    # What a browser remembers it also sends for other sites' pages: it may only search.
    assert client.post("/v1/articles", json=list(RECORDS), auth=("x", token)).status_code == 403
    assert client.get("/v1/stats", headers={"Authorization": "Basic %%%"}).status_code == 401


def test_wrong_and_revoked_keys_open_nothing(client: TestClient, service: Service) -> None:
    key, token = service.keys.add("reader", [Scope.SEARCH])
    assert client.get("/v1/stats", headers=bearer(token)).status_code == 200
    for wrong in (token[:-1] + ("0" if token[-1] != "0" else "1"), "ns_x_y", "ns__", "\xe9"):
        headers = {b"Authorization": f"Bearer {wrong}".encode("latin-1")}
        assert client.get("/v1/stats", headers=headers).status_code == 401
    service.keys.revoke(key.id)
    assert client.get("/v1/stats", headers=bearer(token)).status_code == 401


def test_nothing_stored_opens_the_door(service: Service) -> None:
    _, token = service.keys.add("reader", [Scope.SEARCH])
    secret = token.rpartition("_")[2]
    service.database.empty_log()
    assert secret.encode() not in service.database.path.read_bytes()
    assert bytes.fromhex(secret) not in service.database.path.read_bytes()


def make_older(service: Service, key: Key, token: str) -> None:
    """Store a key as earlier versions did."""
    hashed = keys._hashed(token.rpartition("_")[2], key.salt, HashKind.SCRYPT)
    with service.database.transaction() as connection:
        connection.execute(
            "UPDATE api_keys SET hash = ?, kind = 'scrypt' WHERE id = ?", (hashed, key.id)
        )


def test_a_key_of_an_earlier_version_is_hashed_once(
    client: TestClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, token = service.keys.add("reader", [Scope.SEARCH])
    make_older(service, key, token)
    assert client.get("/v1/stats", headers=bearer(token + "0")).status_code == 401
    assert client.get("/v1/stats", headers=bearer(token)).status_code == 200
    (stored,) = service.keys.all()
    assert stored.kind is HashKind.SHA256
    monkeypatch.setattr("hashlib.scrypt", None)
    assert client.get("/v1/stats", headers=bearer(token)).status_code == 200
    with TestClient(create_app(service)) as restarted:
        assert restarted.get("/v1/stats", headers=bearer(token)).status_code == 200
        assert restarted.get("/v1/stats", headers=bearer(token + "0")).status_code == 401


def test_a_refusal_costs_the_same_whatever_is_wrong(
    client: TestClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted as hashes, since times differ from one run to the next."""
    _, token = service.keys.add("reader", [Scope.SEARCH])
    old, old_token = service.keys.add("old", [Scope.SEARCH])
    hashes: list[str] = []
    scrypt = hashlib.scrypt

    def counted(*told: Any, **more: Any) -> bytes:
        hashes.append("scrypt")
        return scrypt(*told, **more)

    monkeypatch.setattr(hashlib, "scrypt", counted)

    def cost(token: str) -> list[str]:
        hashes.clear()
        status = client.get("/v1/stats", headers=bearer(token)).status_code
        assert status in (401, 429)
        return list(hashes)

    wrong = [f"{token[:-1]}{'0' if token[-1] != '0' else '1'}", "ns_0123456789_" + "0" * 64]
    assert [cost(one) for one in wrong] == [[], []]
    make_older(service, old, old_token)
    wrong.append(f"{old_token[:-1]}{'0' if old_token[-1] != '0' else '1'}")
    assert [cost(one) for one in wrong] == [["scrypt"]] * 3


def test_wrong_keys_of_others_lock_no_valid_key_out(client: TestClient, service: Service) -> None:
    """Behind a proxy, everybody has the proxy's address."""
    tokens = [service.keys.add(f"reader {one}", [Scope.SEARCH]) for one in range(3)]
    make_older(service, *tokens[2])
    for number in range(30):
        refused = client.get("/v1/stats", headers=bearer(f"ns_{number}_x"))
        assert refused.status_code in (401, 429)
    assert refused.status_code == 429
    assert "wrong keys" in refused.json()["detail"]
    assert "rate_per_s" not in refused.json()["detail"]
    for _, token in tokens:  # none of which has been used before
        assert client.get("/v1/stats", headers=bearer(token)).status_code == 200


@pytest.mark.parametrize(
    ("proxies", "forwarded", "logged"),
    [
        ("", "198.51.100.7", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.0/8, 10.0.0.0/8", "203.0.113.9, 198.51.100.7, 10.1.2.3", "198.51.100.7"),
        ("10.0.0.0/8", "198.51.100.7", "127.0.0.1"),
    ],
)
def test_the_address_comes_from_named_proxies_only(
    tmp_path: Path, proxies: str, forwarded: str, logged: str
) -> None:
    with running(tmp_path / "data", proxies=proxies) as server:
        address = server.address()
        headers = {"X-Forwarded-For": forwarded}
        httpx.delete(f"{address}/v1/articles/nothing", headers=headers)
        assert server.wait_for(r'"address": "([\d.]+)"')[1] == logged


def test_guessing_is_slowed_down_and_health_is_not(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "FAILURES_PER_S", 1e-6)  # none is forgiven while the test lasts
    service.keys.add("reader", [Scope.SEARCH])
    with TestClient(create_app(service)) as client:
        statuses = [
            client.get("/v1/stats", headers=bearer(f"ns_{number}_x")).status_code
            for number in range(12)
        ]
        assert statuses == [401] * 10 + [429] * 2
        assert client.get("/health/live").status_code == 200


def test_each_key_has_its_own_rate(tmp_path: Path) -> None:
    with (
        service_in(tmp_path, rate_per_s=0.0001, rate_burst=2) as service,
        TestClient(create_app(service)) as client,
    ):
        _, one = service.keys.add("one", [Scope.SEARCH])
        _, other = service.keys.add("other", [Scope.SEARCH])
        answers = [client.get("/v1/stats", headers=bearer(one)) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 0 < int(answers[-1].headers["retry-after"]) <= 10_000
        assert client.get("/v1/stats", headers=bearer(other)).status_code == 200


def test_anonymous_search_where_the_settings_want_it(tmp_path: Path) -> None:
    with (
        service_in(tmp_path, allow_anonymous=True) as service,
        TestClient(create_app(service)) as client,
    ):
        service.keys.add("writer", [Scope.WRITE])
        assert client.get("/").status_code == 200
        assert client.post("/v1/articles", json=list(RECORDS)).status_code == 403


def test_writes_are_logged_with_who_and_what_became_of_it(
    client: TestClient, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "newsearch.audit")
    key, token = service.keys.add("desk\nforged", [Scope.WRITE, Scope.SEARCH])
    client.get(SEARCH, headers=bearer(token))
    client.delete("/v1/articles/a%0Ab", headers=bearer(token))
    (record,) = [one for one in caplog.records if one.name == "newsearch.audit"]
    assert "\n" not in record.getMessage()
    entry = json.loads(record.getMessage())
    assert entry["who"] == f"{key.id} (desk\nforged)"
    assert (entry["method"], entry["path"]) == ("DELETE", "/v1/articles/a\nb")
    assert entry["status"] == 404


def test_other_sites_pages_cannot_write(client: TestClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Content-Type": "text/plain"}
    assert client.post("/v1/articles", content=b"{}", headers=headers).status_code == 403


def test_every_address_of_the_app_has_a_rule_on_purpose(service: Service) -> None:
    app = create_app(service)
    unlisted = {
        (method, path)
        for path, operations in app.openapi()["paths"].items()
        for method in map(str.upper, operations)
        if app.state.rules.of(method, path.replace("{", "").replace("}", "")).scope is Scope.ADMIN
    }
    assert unlisted
    assert all(path.startswith(("/v1/reindex", "/v1/jobs")) for _, path in unlisted), unlisted
