"""What each route requires of its caller, declared with the routes and read at the start.

`ROUTERS` in `api.http.routes` and `api.web.routes` give each router its needs; a route with
different needs declares them with `@needs`. Anything undeclared needs a key with the scope admin.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from starlette.routing import BaseRoute, Route

from api.stores.keys import Scope

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Needs:
    """`scope` None: no key is needed. `also` is a second scope that the key must have.

    `is_limitable`: open to keys limited to sources, because it answers only from what such a key
    may read. `is_queued`: takes a place in a queue. `is_page`: people read the answer, even a
    refusal. `is_quiet`: requested so often that it is not logged.
    """

    scope: Scope | None
    is_limitable: bool = False
    is_queued: bool = True
    is_page: bool = False
    is_quiet: bool = False
    also: Scope | None = None

    @property
    def scopes(self) -> frozenset[Scope]:
        """Every scope that the caller's key must have."""
        return frozenset(filter(None, (self.scope, self.also)))


OPEN = Needs(None, is_queued=False, is_quiet=True)
SEARCH = Needs(Scope.SEARCH, is_limitable=True)
SEARCH_ALL = Needs(Scope.SEARCH)
"""About the whole archive, so not open to keys limited to sources."""
PAGE = Needs(Scope.SEARCH, is_limitable=True, is_page=True)
PAGE_ALL = Needs(Scope.SEARCH, is_page=True)
WRITE = Needs(Scope.WRITE)
FOLLOW = Needs(Scope.WRITE, is_queued=False)
"""Streams, which last as long as a client listens."""
WRITE_OF_READER = Needs(Scope.WRITE, also=Scope.SEARCH)
"""A write whose answer, or whose effect, shows articles."""
ADMIN = Needs(Scope.ADMIN)
SCRAPE = Needs(Scope.ADMIN, is_queued=False, is_quiet=True)

_ATTRIBUTE = "needs_of_route"


def needs(needed: Needs) -> Callable[[Endpoint], Endpoint]:
    """Declare a route's needs if they differ from its router's. Goes below the route decorator."""

    def declare(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _ATTRIBUTE, needed)
        return endpoint

    return declare


class Rules:
    """The needs of all routes, by method and path."""

    def __init__(self) -> None:
        self._exact: dict[tuple[str, str], Needs] = {}
        self._patterns: list[tuple[frozenset[str], re.Pattern[str], Needs]] = []

    def add(self, routes: Iterable[BaseRoute], needed: Needs) -> None:
        """Add the routes of a router, which need this unless they declare otherwise."""
        for route in _leaves(routes):
            own = getattr(route.endpoint, _ATTRIBUTE, needed)
            self.declare(route.path, route.methods or (), own, route.path_regex)

    def declare(
        self,
        path: str,
        methods: Iterable[str],
        needed: Needs,
        pattern: re.Pattern[str] | None = None,
    ) -> None:
        """Add a path; `pattern` matches it if it has parameters."""
        if pattern is None or "{" not in path:
            self._exact |= {(method, path): needed for method in methods}
        else:
            # A line feed in a URL must not bypass the rule.
            whole = re.compile(pattern.pattern, pattern.flags | re.DOTALL)
            self._patterns.append((frozenset(methods), whole, needed))

    def of(self, method: str, path: str) -> Needs:
        """Return what a request needs; HEAD needs what GET does."""
        method = "GET" if method == "HEAD" else method
        found = self._exact.get((method, path))
        if found is not None:
            return found
        for methods, pattern, needed in self._patterns:
            if method in methods and pattern.fullmatch(path):
                return needed
        return ADMIN

    def methods(self, path: str) -> tuple[str, ...]:
        """Return every method that a path accepts, in alphabetical order."""
        found = {method for method, known in self._exact if known == path}
        for methods, pattern, _needed in self._patterns:
            if pattern.fullmatch(path):
                found |= methods
        if "GET" in found:
            found.add("HEAD")
        return tuple(sorted(found))


def _leaves(routes: Iterable[BaseRoute]) -> Iterator[Route]:
    for route in routes:
        if not isinstance(route, Route):
            raise TypeError(
                f"{route!r}: rules are read from routes, not from routers that include them"
            )
        yield route
