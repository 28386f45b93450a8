"""Every query of the sample corpus on both backends: the same first ten."""

import json
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import pytest
from milvus_server import MilvusServer

from api.service.service import Service
from api.settings.resolving import resolve
from index.build.pipeline import catch_up
from search.request import Mode, Page, SearchRequest

QUERIES = Path(__file__).parents[2] / "seeds" / "sample" / "queries.jsonl"

pytestmark = [pytest.mark.model, pytest.mark.slow]


@pytest.fixture(scope="module")
def on_milvus(milvus: MilvusServer, sample: Service) -> Iterator[Service]:
    """The same archive, indexed on Milvus, with the same fusion weights."""
    flags = {"backend": "milvus", "milvus_uri": milvus.uri, "milvus_prefix": "sample"}
    folder = sample.settings.data_dir
    with Service(resolve({"data_dir": folder, **flags}, environ={})) as service:
        with service.upkeep.writing() as writer:
            catch_up(service.archive, writer, sample.upkeep.encoder())
            writer.set_calibration(sample.store.snapshot().calibration)
        yield service


@pytest.mark.parametrize("mode", Mode)
def test_the_first_ten_are_the_same(sample: Service, on_milvus: Service, mode: Mode) -> None:
    lines = QUERIES.read_text(encoding="utf-8").splitlines()
    differing = []
    for query in map(json.loads, lines):
        request = SearchRequest(query["text"], mode=mode)
        here = sample.rooms.indexed().search(request)
        there = on_milvus.rooms.indexed().search(request)
        if _ids(here) != _ids(there):
            differing.append(_difference(query["text"], here, there))
    print(f"{mode}: {len(differing)} of {len(lines)} differ", *differing, sep="\n\n")  # pytest -rP
    assert len(differing) <= 0.05 * len(lines), "\n\n".join(differing)


def _ids(page: Page) -> list[str]:
    return [hit.stored.article.id for hit in page.hits]


def _difference(query: str, here: Page, there: Page) -> str:
    """What two answers disagree on, with the scores that made it so."""
    lines = [query]
    for one, other in zip_longest(here.hits, there.hits):
        told = [
            "–" if hit is None else f"{hit.stored.article.id} {hit.score:.5f}"
            for hit in (one, other)
        ]
        lines.append(f"  {told[0]:<40} {told[1]}")
    return "\n".join(lines)
