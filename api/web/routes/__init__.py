"""The routes of the pages for people, and what each needs."""

from api.http.access.rules import PAGE, PAGE_ALL
from api.web.routes import article, ask, page, reference, status, stories, trends

ROUTERS = (
    (page.router, PAGE),
    (article.router, PAGE),
    (ask.router, PAGE),
    (status.router, PAGE_ALL),
    (stories.router, PAGE),
    (trends.router, PAGE),
    (reference.router, PAGE),
)
"""Each router with the needs of its routes, unless a route declares its own."""
