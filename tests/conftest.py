"""Servers that several test modules share, and the option that runs slow tests."""

import os
import uuid
from collections.abc import Callable, Iterator

import milvus_server
import postgres_server
import pytest
from milvus_server import MilvusServer
from postgres_server import PostgresServer


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the tests marked as slow, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow"):
        return
    slow = [item for item in items if "slow" in item.keywords]
    config.hook.pytest_deselected(items=slow)
    items[:] = [item for item in items if "slow" not in item.keywords]


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


@pytest.fixture(scope="session")
def milvus() -> Iterator[MilvusServer]:
    """A real Milvus Lite server. CI must have one; elsewhere its tests are skipped without."""
    if not milvus_server.is_installed():
        assert "CI" not in os.environ, "CI installs Milvus Lite"
        pytest.skip("Milvus Lite is not installed (pip install 'newsearch[dev]')")
    server = MilvusServer()
    server.start()
    yield server
    server.close()
