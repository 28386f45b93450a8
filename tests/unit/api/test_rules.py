"""Needs are read from the routes themselves; what nobody declared needs the scope admin."""

import pytest
from fastapi import APIRouter

from api.http.access.rules import ADMIN, OPEN, SEARCH, WRITE, Needs, Rules, needs


@pytest.fixture
def rules() -> Rules:
    router = APIRouter(prefix="/v1/things")

    @router.get("")
    @router.get("/{name:path}")
    def get() -> None: ...

    @router.delete("/{name:path}")
    @needs(WRITE)
    def delete() -> None: ...

    @router.get("/{name}/state/open")
    @needs(OPEN)
    def state() -> None: ...

    made = Rules()
    made.add(router.routes, SEARCH)
    made.declare("/elsewhere", ("GET", "POST"), OPEN)
    return made


@pytest.mark.parametrize(
    ("method", "path", "needed"),
    [
        ("GET", "/v1/things", SEARCH),
        ("GET", "/v1/things/a/b", SEARCH),
        ("DELETE", "/v1/things/a", WRITE),
        ("DELETE", "/v1/things/a\nb", WRITE),
        ("DELETE", "/v1/things", ADMIN),
        ("PUT", "/v1/things/a", ADMIN),
        ("GET", "/v1/things-of-others", ADMIN),
        ("GET", "/v1/things\n", ADMIN),
        ("POST", "/elsewhere", OPEN),
        ("DELETE", "/elsewhere", ADMIN),
    ],
)
def test_needs_are_those_of_the_route(rules: Rules, method: str, path: str, needed: Needs) -> None:
    assert rules.of(method, path) == needed


def test_of_two_routes_the_first_answers_and_so_decides(rules: Rules) -> None:
    assert rules.of("GET", "/v1/things/a/state/open") == SEARCH


def test_a_router_that_is_only_included_is_refused() -> None:
    outer = APIRouter()
    outer.routes.append(object())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="rules are read from routes"):
        Rules().add(outer.routes, SEARCH)
