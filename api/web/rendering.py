"""Render templates: everything escaped, nothing inline, nothing from other servers.

The policy allows only the page's own files, so that the text of an article or query stays text even
if it got past the escaping.
"""

import functools
from collections.abc import Mapping
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.web import assets
from api.web.interface import Interface, direction, interface, preferred

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

PAGES = ("ask", "stories", "trends", "status", "help")
"""The pages linked in the header of each page."""


def spoken(request: Request) -> Interface:
    """Return the page in the language a browser requests."""
    return interface(preferred(request.headers.get("accept-language", "")))


def render(
    request: Request, template: str, context: Mapping[str, object], status: int = 200
) -> HTMLResponse:
    """Render a template as the answer to a request."""
    words = spoken(request)
    given = {
        "pages": PAGES,
        "query": "",
        "kept": (),
        "here": "",
        **context,
        "i": words,
        "t": words.text,
    }
    return HTMLResponse(
        _environment().get_template(template).render(given),
        status,
        headers={
            "Content-Security-Policy": POLICY,
            "Content-Language": words.language,
            "Vary": "Accept-Language",
            "Cache-Control": "no-cache",
        },
    )


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = lambda name: assets.assets()[name].address
    environment.filters["direction"] = direction
    environment.filters["path"] = lambda text: quote(text, safe="/")
    return environment
