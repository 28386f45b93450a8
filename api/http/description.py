"""The description of the API (OpenAPI), with what FastAPI does not know: who may call what."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from api.http.access.rules import Rules

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
            schema.setdefault("components", {})["securitySchemes"] = SCHEMES
            for path, operations in schema["paths"].items():
                for method, operation in operations.items():
                    _secure(operation, rules, method.upper(), path)
        return schema

    return openapi


def _secure(operation: dict[str, Any], rules: Rules, method: str, path: str) -> None:
    scopes = sorted(rules.of(method, path.replace("{", "").replace("}", "")).scopes)
    operation["security"] = _OPTIONAL if scopes else []
    if scopes:
        operation["x-scopes"] = scopes
