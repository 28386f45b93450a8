"""Which German queries find which texts: 404 pairs, half of them older than the rules they test."""

from pathlib import Path

import pytest
from newsrooms import articles_of, service_in

from search.request import Duplicates, Mode, SearchRequest

HERE = Path(__file__).parent
FLOORS = {"german_pairs_unseen.tsv": 0.99, "german_pairs.tsv": 0.97}
LEAST_PAIRS = 200


@pytest.mark.parametrize("name", FLOORS)
def test_german_queries_find_what_was_judged(name: str, tmp_path: Path) -> None:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if not line.startswith("#")]
    assert len(pairs) >= LEAST_PAIRS
    texts = sorted({text for _, text, _ in pairs})
    records = [{"id": text, "text": text, "lang": "de"} for text in texts]
    wrong = []
    with service_in(tmp_path) as service:
        service.archive.put(articles_of(service, records))
        service.upkeep.sync()
        room = service.rooms.indexed()
        for query, text, expected in pairs:
            request = SearchRequest(query, mode=Mode.KEYWORD, limit=100, duplicates=Duplicates.SHOW)
            found = {hit.stored.article.id for hit in room.search(request).hits}
            if (text in found) != (expected == "yes"):
                wrong.append((query, text))
    assert len(wrong) <= (1 - FLOORS[name]) * len(pairs), wrong
