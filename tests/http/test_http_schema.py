"""The API does what its OpenAPI description says, whatever is sent: schemathesis, all checks.

A real server; requests that fit the description, and requests that do not. In CI a few of each
kind, the same each time; with --slow many, new ones each time.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from hypothesis.errors import Unsatisfiable
from live_server import live
from newsrooms import articles_of, service_in
from schemathesis.generation import GenerationMode
from waiting import PATIENCE_S

OPERATIONS = [
    ("GET", "/v1/search"),
    ("POST", "/v1/search"),
    ("GET", "/v1/ask"),
    ("POST", "/v1/ask"),
    ("GET", "/v1/search.rss"),
    ("GET", "/v1/search.atom"),
    ("GET", "/v1/search.jsonfeed"),
    ("GET", "/v1/stories"),
    ("GET", "/v1/stories/{story_id}"),
    ("GET", "/v1/suggest"),
    ("GET", "/v1/similar/{article_id}"),
    ("GET", "/v1/copies/{article_id}"),
    ("GET", "/v1/alerts"),
    ("POST", "/v1/alerts"),
    ("GET", "/v1/alerts/{alert_id}"),
    ("DELETE", "/v1/alerts/{alert_id}"),
    ("POST", "/v1/alerts/{alert_id}/test"),
    ("GET", "/v1/alerts/{alert_id}/feed.rss"),
    ("GET", "/v1/alerts/{alert_id}/feed.atom"),
    ("GET", "/v1/alerts/{alert_id}/feed.jsonfeed"),
    ("GET", "/v1/articles/{article_id}"),
    ("DELETE", "/v1/articles/{article_id}"),
    ("POST", "/v1/articles"),
    ("POST", "/v1/reindex"),
    ("GET", "/v1/jobs"),
    ("GET", "/v1/jobs/{job_id}"),
    ("POST", "/v1/jobs/{job_id}/pause"),
    ("POST", "/v1/jobs/{job_id}/resume"),
    ("POST", "/v1/jobs/{job_id}/cancel"),
    ("GET", "/v1/jobs/{job_id}/events"),
    ("GET", "/v1/stats"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/v1/ask"),
    ("POST", "/v1/ask"),
    ("GET", "/v1/trends"),
]
EXAMPLES = 6
EXAMPLES_SLOW = 200
LONGEST_ADDRESS = 30_000
"""uvicorn takes 64 KiB of address and headers; beyond that it answers 400 and hangs up."""

CONFIG = {
    "checks": {
        # What a query, a date or a cursor means is no matter of a schema, so 400 may be the answer.
        "positive_data_acceptance": {"expected-statuses": ["2xx", 304, 400, 404, 409, 410]}
    }
}


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The description of a server over a few articles."""
    folder = tmp_path_factory.mktemp("data")
    with service_in(folder, index_wait_s=0.0, rate_per_s=0.0) as service:
        service.archive.put(articles_of(service))
        service.upkeep.sync()
        with live(service) as url:
            config = schemathesis.Config.from_dict(CONFIG)
            yield schemathesis.openapi.from_url(f"{url}/openapi.json", config=config)


def test_every_operation_is_asked(schema: Any) -> None:
    described = {
        (method.upper(), path)
        for path, operations in schema.raw_schema["paths"].items()
        for method in operations
    }
    assert described == set(OPERATIONS)


def ask(operation: Any, mode: GenerationMode, how: settings) -> None:
    """Send what a mode makes up, and check each answer."""

    @how
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        assume(len(str(case.as_transport_kwargs().get("params", ""))) < LONGEST_ADDRESS)
        case.call_and_validate(timeout=PATIENCE_S)

    try:
        send()
    except Unsatisfiable:
        # Whatever is sent fits where nothing, or any text, is asked for.
        assert mode is GenerationMode.NEGATIVE


def bounded(examples: int, *, is_new: bool) -> settings:
    return settings(
        max_examples=examples,
        derandomize=not is_new,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_answers_are_as_described(
    schema: Any, method: str, path: str, mode: GenerationMode
) -> None:
    ask(schema[path][method], mode, bounded(EXAMPLES, is_new=False))


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_many_answers_are_as_described(
    schema: Any, method: str, path: str, mode: GenerationMode
) -> None:
    ask(schema[path][method], mode, bounded(EXAMPLES_SLOW, is_new=True))
