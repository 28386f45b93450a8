"""What each address needs: one table; what it does not list needs the scope admin.

A key that is limited to sources may ask only what answers from what that key may read.
"""

import re
from dataclasses import dataclass

from api.stores.keys import Scope


@dataclass(frozen=True, slots=True)
class Rule:
    """`scope` None: nobody needs a key. `is_limitable`: fit for keys limited to sources."""

    methods: tuple[str, ...]
    path: re.Pattern[str]
    scope: Scope | None
    is_limitable: bool = False


def _rule(methods: str, path: str, scope: Scope | None, *, is_limitable: bool = False) -> Rule:
    return Rule(tuple(methods.split()), re.compile(path, re.DOTALL), scope, is_limitable)


RULES = (
    _rule("GET", r"/health/(live|ready)|/static/.+", None),
    _rule("GET POST", r"/v1/search", Scope.SEARCH, is_limitable=True),
    _rule(
        "GET",
        r"/v1/(search\.(rss|atom|jsonfeed)|suggest|trends|stories(/.+)?|(articles|similar)/.+)",
        Scope.SEARCH,
        is_limitable=True,
    ),
    _rule("GET", r"/|/help|/trends|/stories(/.+)?|/articles/.+", Scope.SEARCH, is_limitable=True),
    _rule("GET", r"/openapi\.json|/docs.*|/redoc", Scope.SEARCH, is_limitable=True),
    _rule("GET", r"/status|/v1/stats", Scope.SEARCH),
    _rule("GET POST DELETE", r"/mcp(/.*)?", Scope.SEARCH, is_limitable=True),
    _rule("POST DELETE", r"/v1/articles(/.+)?", Scope.WRITE),
    _rule("GET POST DELETE", r"/v1/alerts(/.*)?", Scope.WRITE),
    _rule("GET", r"/v1/jobs(/.*)?", Scope.WRITE),
)

ADMIN = Rule((), re.compile(""), Scope.ADMIN)


def rule_for(method: str, path: str) -> Rule:
    """The rule of a request."""
    found = (rule for rule in RULES if method in rule.methods and rule.path.fullmatch(path))
    return next(found, ADMIN)
