"""An index of every format there ever was opens, or says what to do, and that works.

The samples were made by the code of their time (`tests/index_formats/make.py`).
"""

import json
import tarfile
from pathlib import Path

import pytest
from newsrooms import service_in

from api.service.service import Service
from index.errors import StoreError
from index.local.manifest import FORMAT
from search.request import Match, Mode, SearchRequest

SAMPLES = Path(__file__).parents[2] / "index_formats"
FORMATS = range(1, FORMAT + 1)


def answers(service: Service) -> dict[str, list[str]]:
    """What some questions find, best first."""
    return {
        f"{mode} {query}": [
            hit.stored.article.id
            for hit in service.rooms.indexed()
            .search(SearchRequest(query, mode=mode, match=Match.ALL))
            .hits
        ]
        for mode, query in (
            (Mode.KEYWORD, "ferry"),
            (Mode.KEYWORD, "closed"),
            (Mode.KEYWORD, "Fähre"),
            (Mode.SEMANTIC, "The bridge is open to the ferry."),
        )
    }


ANSWERS = {
    "keyword ferry": ["ferry", "bridge"],
    "keyword closed": [],
    "keyword Fähre": ["faehre"],
    "semantic The bridge is open to the ferry.": ["bridge", "ferry", "faehre"],
}


def unpacked(number: int, folder: Path) -> Path:
    path = SAMPLES / f"format-{number}.tar.xz"
    assert path.exists(), f"the index format {number} has no sample: run {SAMPLES}/make.py"
    with tarfile.open(path) as packed:
        packed.extractall(folder, filter="data")
    (manifest, *_) = sorted((folder / "data" / "index" / "manifests").iterdir())
    assert json.loads(manifest.read_bytes())["format"] == number
    return folder / "data"


@pytest.mark.parametrize("number", FORMATS)
def test_an_index_of_every_format(tmp_path: Path, number: int) -> None:
    with service_in(unpacked(number, tmp_path)) as service:
        if number == FORMAT:
            assert answers(service) == ANSWERS
            assert service.maintenance.verify().damages == ()
        else:
            for attempt in (
                lambda: answers(service),
                service.upkeep.sync,
                service.maintenance.repair,
            ):
                with pytest.raises(StoreError, match="run 'newsearch reindex'"):
                    attempt()
            (damage,) = service.maintenance.verify().damages
            assert "newsearch reindex" in damage.why
        # The archive is there all the same, whatever its age.
        texts = {one.article.id: one.article.text for one in service.archive.iterate()}
        assert sorted(texts) == ["bridge", "faehre", "ferry"]
        assert texts["bridge"] == "The bridge is open to the ferry."
        assert service.upkeep.reindex().indexed == 3
        assert answers(service) == ANSWERS
        assert service.maintenance.verify().damages == ()
    with service_in(tmp_path / "data") as service:
        assert service.upkeep.sync().indexed == 0
        assert answers(service) == ANSWERS
