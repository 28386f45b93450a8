"""The daily self-check: a healthy index finds its own articles, a broken encoder shows."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from hashing_encoder import HashingEncoder
from newsrooms import articles_of, service_in, settings_in

from api.app import create_app
from api.background.repeating import Stopping
from api.service.self_check import ARTICLES
from api.service.service import Service
from index.domain import Vector

WORDS = ("ferry", "harbour", "bridge", "river", "council", "strike", "tram", "library", "storm")


def records() -> Sequence[dict[str, Any]]:
    return [
        {
            "id": f"a{number}",
            "title": f"{WORDS[number % 9]} {WORDS[number // 9]} number{number} reopens",
            "text": f"The {WORDS[number % 9]} was closed for {number} days.",
            "lang": "en",
        }
        for number in range(60)
    ]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with service_in(tmp_path) as service:
        service.archive.put(articles_of(service, records()))
        service.upkeep.sync()
        yield service


def test_a_healthy_index_finds_its_articles(service: Service) -> None:
    service.check_itself()
    checked = service.last_self_check
    assert checked is not None
    assert checked.queries == ARTICLES
    assert checked.found == {"words": ARTICLES, "meaning": ARTICLES}
    metrics = TestClient(create_app(service)).get("/metrics").text
    assert f'newsearch_self_check_found{{by="meaning"}} {ARTICLES}.0' in metrics
    assert f"newsearch_self_check_queries {ARTICLES}.0" in metrics


class BrokenEncoder(HashingEncoder):
    """Gives every query the same vector."""

    def encode_query(self, text: str) -> Vector:
        vector: Vector = np.eye(1, self.identity.dimension, dtype=np.float32)[0]
        return vector


def test_a_broken_encoder_shows(service: Service) -> None:
    folder = service.settings.data_dir
    with Service(settings_in(folder), encoder=BrokenEncoder()) as broken:
        broken.check_itself()
        checked = broken.last_self_check
    assert checked is not None
    assert checked.found["words"] == ARTICLES
    assert checked.found["meaning"] < ARTICLES / 2


def test_an_empty_archive_has_nothing_to_ask(tmp_path: Path) -> None:
    with service_in(tmp_path) as service:
        service.check_itself()
        assert service.last_self_check is not None
        assert service.last_self_check.queries == 0


def test_it_stops_when_the_server_does(service: Service) -> None:
    def stop() -> None:
        raise Stopping

    with pytest.raises(Stopping):
        service.check_itself(stop)
    assert service.last_self_check is None
