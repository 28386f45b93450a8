"""The routes of the HTTP API, one module per resource, and what each needs."""

from api.http.access.rules import ADMIN, OPEN, SCRAPE, SEARCH, SEARCH_ALL, WRITE_OF_READER
from api.http.routes import (
    alerts,
    articles,
    ask,
    copies,
    jobs,
    metrics,
    search,
    similar,
    status,
    stories,
    suggest,
    syndicated,
    trends,
)

ROUTERS = (
    (search.router, SEARCH),
    (ask.router, SEARCH),
    (syndicated.router, SEARCH),
    (stories.router, SEARCH),
    (suggest.router, SEARCH),
    (similar.router, SEARCH),
    (copies.router, SEARCH),
    (alerts.router, WRITE_OF_READER),
    (articles.router, SEARCH),
    (jobs.router, ADMIN),
    (status.router, SEARCH_ALL),
    (status.health, OPEN),
    (metrics.router, SCRAPE),
    (trends.router, SEARCH),
)
"""Each router with the needs of its routes, unless a route declares its own."""
