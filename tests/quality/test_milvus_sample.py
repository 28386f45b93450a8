"""Every query of the sample corpus on both backends: the same first ten."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from milvus_server import MilvusServer

from api.service import Service
from api.settings import resolve
from index.build import catch_up
from search.request import Mode, SearchRequest

SAMPLE = Path(__file__).parents[2] / "seeds" / "sample"

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def services(
    milvus: MilvusServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Service, Service]]:
    """The sample corpus in a folder and on Milvus, with the same fusion weights."""
    folder = tmp_path_factory.mktemp("sample")
    flags = {"milvus_uri": milvus.uri, "milvus_prefix": "sample", "time_zone": "UTC"}
    here, there = (
        Service(resolve({"data_dir": folder / kind, "backend": kind, **flags}, environ={}),
                creates=True)
        for kind in ("local", "milvus")
    )  # fmt: skip
    with here, there:
        for service in (here, there):
            records = list(service.reading([str(SAMPLE)]).records)
            service.put([record for record in records if not isinstance(record, Exception)])
        here.sync()
        with there.writing() as writer:
            catch_up(there.archive, writer, here.encoder())
            writer.set_calibration(here.store.snapshot().calibration)
        yield here, there


@pytest.mark.parametrize("mode", Mode)
def test_the_first_ten_are_the_same(services: tuple[Service, Service], mode: Mode) -> None:
    lines = (SAMPLE / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    differing = []
    for query in map(json.loads, lines):
        request = SearchRequest(query["text"], mode=mode)
        one, other = ([hit.stored.article.id for hit in service.search(request).hits]
                      for service in services)  # fmt: skip
        if one != other:
            differing.append((query["text"], one, other))
    assert len(differing) <= 0.05 * len(lines), differing
