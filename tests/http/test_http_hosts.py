"""Names by which a server on this machine is called: no page elsewhere may read it as its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from newsrooms import RECORDS, articles_of, service_in

from api.app import create_app
from api.http.access import key_ring
from api.service.service import Service
from api.stores.keys import Scope
from index.errors import SettingsError

ASKED = "/v1/articles/ferry-1"


def filled(folder: Path, **flags: object) -> Service:
    service = service_in(folder, **flags)
    service.archive.put(articles_of(service))
    return service


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setattr(key_ring, "FRESH_S", 0.0)
    with filled(tmp_path, host_names="news.example, Archive.Example") as service:
        yield service


def status(service: Service, host: str, **headers: str) -> int:
    client = TestClient(create_app(service))
    return client.get(ASKED, headers={"Host": host, **headers}).status_code


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:8000", "localhost.", "127.0.0.1:8000", "[::1]:8000", "[::1]", "::1",
     "10.1.2.3", "app.localhost:1", "news.example", "NEWS.example:443", "archive.example."],
)  # fmt: skip
def test_its_own_names_and_addresses_are_answered(service: Service, host: str) -> None:
    assert status(service, host) == 200


@pytest.mark.parametrize(
    "host",
    ["rebound.example", "rebound.example:8000", "localhost.rebound.example", "notlocalhost", "",
     "127.0.0.1.rebound.example", "news.example.evil", "xnews.example", "localhost:80:80", "[x]",
     "127.0.0.1:x", "localhost@rebound.example", "testserver"],
)  # fmt: skip
def test_other_names_are_refused_and_told_what_to_do(service: Service, host: str) -> None:
    client = TestClient(create_app(service))
    for method, path in (("GET", ASKED), ("GET", "/"), ("POST", "/v1/articles"), ("GET", "/mcp")):
        answer = client.request(method, path, headers={"Host": host})
        assert (answer.status_code, answer.headers["content-type"]) == (
            421,
            "application/problem+json",
        )
        assert "host_names" in answer.json()["detail"]
        assert RECORDS[0]["title"] not in answer.text


def test_every_host_header_counts(service: Service) -> None:
    client = TestClient(create_app(service))
    headers = [("Host", "localhost"), ("Host", "rebound.example")]
    assert client.get(ASKED, headers=headers).status_code == 421


def test_health_and_keys_need_no_name(service: Service) -> None:
    client = TestClient(create_app(service), headers={"Host": "probe.example"})
    assert client.get("/health/live").status_code == 200
    _, token = service.keys.add("reader", [Scope.SEARCH])
    assert client.get(ASKED).status_code == 401
    assert client.get(ASKED, headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_who_may_search_without_a_key_needs_a_name(tmp_path: Path) -> None:
    with filled(tmp_path, allow_anonymous=True) as service:
        _, token = service.keys.add("reader", [Scope.SEARCH])
        assert status(service, "localhost") == 200
        assert status(service, "rebound.example") == 421
        assert status(service, "rebound.example", Authorization=f"Bearer {token}") == 200


def test_a_server_for_others_is_called_as_they_like(tmp_path: Path) -> None:
    with filled(tmp_path, host="0.0.0.0", open=True) as service:
        assert status(service, "newsroom.example") == 200


def test_names_have_no_ports(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="without ports"):
        service_in(tmp_path, host_names="news.example:443")
