"""A small data folder with every kind of file, and ways to damage one file of it."""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from newsrooms import articles_of, service_in

from api.service.service import Service
from index.domain import Article
from index.integrity import Verification
from index.local import manifest as manifests
from search.request import Mode, SearchRequest

KINDS = (
    "postings", "columns", "vectors", "codes", "segment.json", "tombstones", "manifest", "CURRENT",
)  # fmt: skip
WORDS = ("ferry", "harbour", "bridge", "river", "council", "strike", "tram", "library", "storm")
ARTICLES = 240
QUERIES = ("ferry", "harbour bridge", '"river council"', "storm -tram", "lib*")


@contextmanager
def small_codes() -> Iterator[None]:
    """Segments of a few hundred chunks get codes, too."""
    with (
        patch("index.segment.sealing.LEAST_CHUNKS", 220),
        patch("index.segment.sealing.MOST_REFINED_SHARE", 1),
    ):
        yield


def text_of(number: int, version: int = 0) -> str:
    """A few of the words in an order of its own, and one word that only this text has."""
    chance = random.Random(f"{number}/{version}")
    return f"{' '.join(chance.choices(WORDS, k=12))} only{number}v{version}."


def fill(folder: Path) -> None:
    """Index articles in three runs: a large segment with codes, changes, and deletions."""
    with service_in(folder) as service, small_codes():
        for batch in (range(ARTICLES), range(ARTICLES, ARTICLES + 20)):
            service.archive.put(_articles(service, batch))
            service.upkeep.sync()
        service.archive.put(_articles(service, range(0, 30, 3), version=1))
        service.archive.delete([f"a{number}" for number in (1, 2, ARTICLES + 1)])
        service.archive.put(_articles(service, [ARTICLES + 20]))
        service.upkeep.sync()  # one run more, and all would be merged


def _articles(service: Service, numbers: Iterable[int], version: int = 0) -> list[Article]:
    return articles_of(
        service,
        [
            {"id": f"a{number}", "text": text_of(number, version), "lang": "en"}
            for number in numbers
        ],
    )


def file_of(index: Path, kind: str) -> Path:
    """A file of this kind that the current snapshot reads."""
    manifest = manifests.read_current(index)
    if kind == "CURRENT":
        return index / "CURRENT"
    if kind == "manifest":
        return manifests.path_of(index, manifest.number)
    if kind == "tombstones":
        names = [entry.tombstones for entry in manifest.segments if entry.tombstones]
        return index / "tombstones" / names[0]
    first = index / "segments" / manifest.segments[0].name
    (path,) = first.glob(f"{kind}*")
    return path


def flip(path: Path, at: int, bit: int) -> None:
    """Flip one bit."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    path.unlink()  # segments may be linked from elsewhere
    path.write_bytes(content)


def answers(folder: Path) -> list[tuple[str, str, float]]:
    """What a fresh service answers to some queries, in every mode."""
    with service_in(folder) as service:
        return [
            (f"{mode} {query}", hit.stored.article.id, hit.score)
            for mode in (Mode.KEYWORD, Mode.SEMANTIC, Mode.HYBRID)
            for query in QUERIES
            for hit in service.rooms.indexed().search(SearchRequest(query, mode=mode)).hits
        ]


def verified(folder: Path) -> Verification:
    """What verifying says."""
    with service_in(folder) as service:
        return service.maintenance.verify()
