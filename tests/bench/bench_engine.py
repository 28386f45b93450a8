"""newsearch in the bench: the whole product, with vectors that were prepared instead of computed.

`PreparedEncoder` is the bundled model for everything but passages: it reads a passage's number off
its title and looks the vector up. So indexing does all it does in use (archive, chunking with the
model's tokenizer, analysis, writing) except the model's arithmetic.
"""

import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from bench_corpus import Block, Originals, blocks

from api.service.service import Service
from api.settings.resolving import resolve
from index.build.pipeline import catch_up
from index.domain import Article, EncoderIdentity, Vector, Vectors
from index.protocols import Encoder
from index.segment import float16
from search.request import Mode, SearchRequest

NEWSEARCH = str(Path(sys.executable).with_name("newsearch"))
TITLE = "passage {}"
SETTLED = 20_000
"""Above so many passages, all made of the same sentences, copies and stories are not looked for."""


class PreparedEncoder:
    """An `index.protocols.Encoder` whose passages have vectors in a file."""

    def __init__(
        self, real: Encoder, stored: float16.HalfVectors, queries: dict[str, Vector]
    ) -> None:
        self._real = real
        self._stored = stored
        self._queries = queries

    @property
    def identity(self) -> EncoderIdentity:
        """That of the real model, so that its own queries fit."""
        return self._real.identity

    @property
    def passage_budget(self) -> int:
        """As the real model's."""
        return self._real.passage_budget

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """By the real model's tokenizer."""
        return self._real.count_tokens(texts)

    def encode_passages(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Looked up by the number in the title."""
        numbers = [int(text.split("\n", 1)[0].rsplit(" ", 1)[1]) for text in texts]
        return float16.single(self._stored[numbers])

    def encode_query(self, text: str) -> Vector:
        """Prepared, or by the real model."""
        found = self._queries.get(text)
        return self._real.encode_query(text) if found is None else found


@dataclass(frozen=True, slots=True)
class Built:
    """An index folder with what making it took.

    `seconds` until all is searchable, `settling_s` for weights, copies and stories after that,
    which are left out above `SETTLED` passages (None).
    """

    seconds: float
    settling_s: float | None
    peak_bytes: int
    disk_bytes: int


def write_vectors(originals: Originals, count: int, folder: Path) -> float16.HalfVectors:
    """The passages' vectors in a file of their own, made once."""
    path = folder / f"vectors-{count}.f16"
    dimension = originals.vectors.shape[1]
    if not path.exists():
        making = path.with_suffix(".making")
        with making.open("wb") as file:
            for block in blocks(originals, count):
                file.write(float16.rounded(block.vectors).tobytes())
        making.rename(path)
    return np.memmap(path, np.float16, "r").reshape(count, dimension)


def service_in(folder: Path, encoder: Encoder | None) -> Service:
    """The product over a data folder; without `encoder` with the bundled model."""
    flags: dict[str, object] = {"data_dir": folder, "time_zone": "UTC"}
    return Service(resolve(flags, environ={}), encoder=encoder, creates=True)


def articles_of(block: Block) -> list[Article]:
    """Each passage as an article of one chunk."""
    return [
        Article(str(number), TITLE.format(number), text, "en")
        for number, text in enumerate(block.texts, start=block.first)
    ]


def build(originals: Originals, count: int, folder: Path, encoder: Encoder) -> Built:
    """Put all passages into an archive and index them; an unfinished folder is begun anew."""
    shutil.rmtree(folder, ignore_errors=True)
    making = folder.with_name(f"{folder.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    started = time.perf_counter()
    with service_in(making, encoder) as service:
        for block in blocks(originals, count):
            service.archive.put(articles_of(block))
        with service.upkeep.writing() as writer:
            catch_up(service.archive, writer, encoder)
        searchable = time.perf_counter()
        if count <= SETTLED:
            service.upkeep.sync()
    settled = time.perf_counter() if count <= SETTLED else None
    making.rename(folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    with service_in(folder, encoder) as service:
        # Without what was merged and is kept for ten minutes, for cursors.
        disk = service.store.snapshot().stats().size_bytes
    settling_s = None if settled is None else settled - searchable
    return Built(searchable - started, settling_s, peak, disk)


def ask_all(
    service: Service, queries: Sequence[str], *, hits: int = 10, wants_cpu: bool = False
) -> list[float]:
    """As `ask_each`, after all of them ran once unmeasured."""
    for query in queries:
        service.rooms.indexed().search(SearchRequest(query, mode=Mode.HYBRID, limit=hits))
    return ask_each(service, queries, hits=hits, wants_cpu=wants_cpu)


def ask_each(
    service: Service, queries: Sequence[str], *, hits: int = 10, wants_cpu: bool = False
) -> list[float]:
    """Milliseconds of each hybrid search, first page, snippets included."""
    clock = time.thread_time if wants_cpu else time.perf_counter
    times = []
    for query in queries:
        started = clock()
        service.rooms.indexed().search(SearchRequest(query, mode=Mode.HYBRID, limit=hits))
        times.append((clock() - started) * 1000)
    return times


def recall(service: Service, stored: float16.HalfVectors, queries: Vectors, top: int = 10) -> float:
    """The share of the nearest articles that are found, over queries by the real model."""
    best = np.full((len(queries), top), -np.inf, np.float32)
    for block in float16.blocks(stored):
        products = queries @ block.T
        best = -np.sort(-np.concatenate([best, products], axis=1), axis=1)[:, :top]
    snapshot = service.store.snapshot()
    found = 0
    for query, near in zip(queries, best, strict=True):
        found += int((snapshot.nearest(query, top).scores >= near[-1] - 1e-6).sum())
    return found / (top * len(queries))


def cold_start(folder: Path) -> float:
    """Seconds from the start of a process to its answer, the model's conversion being cached."""
    command = [NEWSEARCH, "search", "harbour strike", "--data-dir", str(folder)]
    times = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - started)
    return min(times)
