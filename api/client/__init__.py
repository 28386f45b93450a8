"""A client of the HTTP API, for programs in Python: `Client`, and `AsyncClient` for asyncio.

Answers have the types of `api.schemas`. An error status raises ServerProblem; a server that cannot
be reached raises NoServer.
"""

from api.client.asynchronous import AsyncClient
from api.client.synchronous import Client

__all__ = ["AsyncClient", "Client"]
