"""The sample corpus, indexed with the bundled model, once for all tests of quality."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.service.service import Service
from api.settings.resolving import resolve

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over the sample corpus and the seed article; no test changes it."""
    settings = resolve({"data_dir": tmp_path_factory.mktemp("sample")}, environ={})
    with Service(settings, creates=True) as service:
        records = list(service.ingest.reading([str(SEEDS)]).records)
        service.archive.put([item for item in records if not isinstance(item, Exception)])
        service.upkeep.sync()
        yield service
