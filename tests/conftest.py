"""Servers that several test modules share."""

import os
import uuid
from collections.abc import Callable, Iterator

import postgres_server
import pytest
from postgres_server import PostgresServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL server. CI must have one; elsewhere the tests that need it are skipped."""
    binaries = postgres_server.binaries()
    if binaries is None:
        assert "CI" not in os.environ, "CI installs PostgreSQL's server"
        pytest.skip("PostgreSQL's server is not installed (Debian: postgresql)")
    server = PostgresServer(binaries)
    server.start()
    yield server
    server.close()


@pytest.fixture
def new_database(postgres: PostgresServer) -> Callable[[], str]:
    """Makes an empty database and gives its address."""
    return lambda: postgres.create(f"test_{uuid.uuid4().hex}")
