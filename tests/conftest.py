"""What all tests have in common: options, an environment of their own, servers that they share."""

import os
import re
import uuid
from collections.abc import Callable, Iterator

import hypothesis
import milvus_server
import postgres_server
import pytest
from milvus_server import MilvusServer
from postgres_server import PostgresServer

from index.domain import InferencePrecision

_OF_THE_USER = re.compile(
    r"NEWSEARCH_.*|TZ|LANG|LANGUAGE|LC_.*|COLUMNS|LINES|(CLI|FORCE_|NO_)?COLOR\w*"
    r"|(HTTP|HTTPS|ALL|NO)_PROXY",
    re.IGNORECASE,
)
"""Variables that change what newsearch, or a library of its, does on somebody's machine."""

hypothesis.settings.register_profile(
    "any machine",
    hypothesis.settings(),  # in CI, the same examples every time
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the tests marked as slow, too")
    parser.addoption(
        "--precision",
        choices=[one.value for one in InferencePrecision],
        default=InferencePrecision.AUTO.value,
        help="the numbers in which converted models compute; auto: as the processor does best",
    )


def pytest_configure(config: pytest.Config) -> None:
    for name in filter(_OF_THE_USER.fullmatch, list(os.environ)):
        del os.environ[name]
    os.environ["LC_ALL"] = "C.UTF-8"
    # Converted models and word tables: kept between runs, apart from those of the user.
    os.environ["XDG_CACHE_HOME"] = str(config.rootpath / ".pytest_cache" / "home")
    precision = config.getoption("--precision")
    if precision != InferencePrecision.AUTO:
        os.environ["NEWSEARCH_ENCODER_PRECISION"] = precision  # for the command line


@pytest.fixture(scope="session", autouse=True)
def precision(request: pytest.FixtureRequest) -> Iterator[InferencePrecision]:
    """What `--precision` says. Encoders of this process that nobody told otherwise compute so."""
    precision = InferencePrecision(request.config.getoption("--precision"))
    with pytest.MonkeyPatch.context() as patch:
        if precision is not InferencePrecision.AUTO:
            patch.setattr("index.encoder.conversion.native_precision", lambda: precision)
        yield precision


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
