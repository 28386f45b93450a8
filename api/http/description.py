"""The description of the API (OpenAPI), with what FastAPI does not know: who may call what.

FastAPI also leaves out what is null in examples, although it is required; it is put back.
"""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from api.http.access.rules import Rules
from api.http.routes.articles import POSTED_SCHEMAS
from api.http.routes.examples import SEARCH_ANSWER
from api.schemas.stories import STORIES_EXAMPLE, TOLD_STORY_EXAMPLE

ANSWERS = (SEARCH_ANSWER, STORIES_EXAMPLE, TOLD_STORY_EXAMPLE)

SCHEMES: dict[str, dict[str, str]] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of `newsearch keys add`. Needed once the server has keys.",
    },
    "header": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "The same key in a header of its own.",
    },
    "basic": {
        "type": "http",
        "scheme": "basic",
        "description": "The same key as a password, for browsers; it can only search.",
    },
}
_OPTIONAL: list[dict[str, list[str]]] = [{}, {"bearer": []}, {"header": []}, {"basic": []}]


def described(app: FastAPI, rules: Rules) -> Callable[[], dict[str, Any]]:
    """Return what makes an app's description, complete with schemes and the scopes of each call."""
    original = app.openapi

    def openapi() -> dict[str, Any]:
        is_new = app.openapi_schema is None
        schema = original()
        if is_new:
            components = schema.setdefault("components", {})
            components["securitySchemes"] = SCHEMES
            components.setdefault("schemas", {}).update(POSTED_SCHEMAS)
            for path, operations in schema["paths"].items():
                for method, operation in operations.items():
                    _secure(operation, rules, method.upper(), path)
                    _complete(operation)
        return schema

    return openapi


def _secure(operation: dict[str, Any], rules: Rules, method: str, path: str) -> None:
    scopes = sorted(rules.of(method, path.replace("{", "").replace("}", "")).scopes)
    operation["security"] = _OPTIONAL if scopes else []
    if scopes:
        operation["x-scopes"] = scopes


def _complete(operation: dict[str, Any]) -> None:
    """Put the null members of examples back."""
    for response in operation["responses"].values():
        for content in response.get("content", {}).values():
            for whole in ANSWERS:
                if content.get("example") == _without_nulls(whole):
                    content["example"] = whole


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(one) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_without_nulls(one) for one in value]
    return value
