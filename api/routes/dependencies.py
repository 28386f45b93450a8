"""What the routes are handed: the service, the indexer, and a query string without strangers."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError

from api.indexer import BackgroundIndexer
from api.service import Service


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _indexer(request: Request) -> BackgroundIndexer:
    indexer: BackgroundIndexer = request.app.state.indexer
    return indexer


def no_parameters(request: Request) -> None:
    """Refuse any query parameter, as a route that takes none must."""
    if request.query_params:
        raise RequestValidationError(
            [
                {"type": "unexpected", "loc": ("query", name), "msg": "this takes no parameters"}
                for name in sorted(request.query_params.keys())
            ]
        )


TheService = Annotated[Service, Depends(_service)]
TheIndexer = Annotated[BackgroundIndexer, Depends(_indexer)]
NoParameters = Depends(no_parameters)
