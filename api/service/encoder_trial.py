"""Try an encoder on a sample of an archive: how well it finds, and what it costs here.

Each trial runs in its own process, so that its memory is that of one encoder. Converting a model
into the cache, which happens once, is done in another process first and is not counted.
"""

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import TypeVar

from api.service.encoders import Encoders
from api.service.service import Service
from api.settings.resolving import resolve
from api.settings.settings import Settings
from index.domain import Article, EncoderIdentity
from index.errors import EncoderError
from index.protocols import Encoder
from index.text.chunking import chunk_many, embedded_text
from search.evaluation.curves import MEASURE
from search.evaluation.evaluate import evaluate
from search.evaluation.known_items import TestSet
from search.request import Mode

_Result = TypeVar("_Result")

_TIMED_CHUNKS = 256
_WARM_CHUNKS = 16
_PARTS = 4
_TIMED_QUERIES = 50
_DEPTH = 100
_BYTES_OF_A_FLOAT = 2
"""The index stores vectors in half precision."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The results of one encoder on a sample.

    `values` are nDCG@10 by mode and query id; `weights` what calibration learnt by language.
    `memory_bytes` is how much a process grows by loading it and answering queries; None if the
    system does not say.
    """

    identity: EncoderIdentity
    values: Mapping[Mode, Mapping[str, float]]
    weights: Mapping[str, float]
    chunks_per_article: float
    chunks_per_s: float
    query_ms: float
    memory_bytes: int | None

    def mean(self, mode: Mode) -> float:
        """Return nDCG@10 over all queries."""
        values = self.values[mode].values()
        return sum(values) / len(values)

    @property
    def vector_bytes_per_article(self) -> float:
        """The size of an article's vectors in the index, on disk and in memory."""
        return self.chunks_per_article * self.identity.dimension * _BYTES_OF_A_FLOAT


def try_encoder(name: str, test_set: TestSet, settings: Settings) -> Trial:
    """Try the encoder `name`. Raises EncoderError."""
    flags: dict[str, object] = {
        "encoder": name,
        "cache_dir": settings.cache_dir,
        "encoder_key": settings.encoder_key or None,
        "encoder_precision": settings.encoder_precision,
    }
    _in_process(name, partial(_prepare, flags))
    return _in_process(name, partial(_try, flags, test_set))


def _in_process(name: str, work: Callable[[], _Result]) -> _Result:
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(work).result()
        except BrokenProcessPool as error:
            raise EncoderError(
                f"{name}: the process trying this encoder died; there may be too little "
                "memory for it"
            ) from error


def _prepare(flags: Mapping[str, object]) -> None:
    """Convert or unpack the model into the cache if necessary."""
    with _empty_settings(flags) as settings:
        _load(settings).encode_query("prepared")


def _try(flags: Mapping[str, object], test_set: TestSet) -> Trial:
    with _empty_settings(flags) as settings:
        before = _resident_bytes()
        encoder = _load(settings)
        query_ms = _query_ms(encoder, test_set)
        after = _resident_bytes()
        memory = None if before is None or after is None else after - before
        texts, per_article = _chunks(test_set.articles, encoder)
        rate = _chunks_per_s(encoder, texts)
        values, weights = _found(settings, encoder, test_set)
    return Trial(encoder.identity, values, weights, per_article, rate, query_ms, memory)


@contextmanager
def _empty_settings(flags: Mapping[str, object]) -> Iterator[Settings]:
    """Return the settings of a temporary data folder without a settings file."""
    with tempfile.TemporaryDirectory() as folder:
        yield resolve({**flags, "data_dir": Path(folder) / "data"}, environ={})


def _load(settings: Settings) -> Encoder:
    return Encoders.of(settings).named(settings.encoder)


def _query_ms(encoder: Encoder, test_set: TestSet) -> float:
    """Return the median time of a query that is not cached."""
    encoder.encode_query("warm")
    times = []
    for query in test_set.queries[:_TIMED_QUERIES]:
        start_s = time.perf_counter()
        encoder.encode_query(query.text)
        times.append(time.perf_counter() - start_s)
    return median(times) * 1000


def _chunks(articles: Sequence[Article], encoder: Encoder) -> tuple[list[str], float]:
    """Return some of all the texts to embed, and how many an article has."""
    texts = [
        embedded_text(article, chunk, encoder)
        for article, chunks in zip(articles, chunk_many(articles, encoder), strict=True)
        for chunk in chunks
    ]
    per_article = len(texts) / len(articles)
    random.Random(0).shuffle(texts)  # noqa: S311 - a sample, not a secret
    return texts[: _TIMED_CHUNKS + _WARM_CHUNKS], per_article


def _chunks_per_s(encoder: Encoder, texts: Sequence[str]) -> float:
    """Return the best rate over a few parts, because other programs can only slow it down."""
    warm, timed = texts[:_WARM_CHUNKS], texts[_WARM_CHUNKS:] or texts
    encoder.encode_passages(warm)
    rates = []
    for part in (timed[start::_PARTS] for start in range(min(_PARTS, len(timed)))):
        start_s = time.perf_counter()
        encoder.encode_passages(part)
        rates.append(len(part) / (time.perf_counter() - start_s))
    return max(rates)


def _found(
    settings: Settings, encoder: Encoder, test_set: TestSet
) -> tuple[dict[Mode, Mapping[str, float]], dict[str, float]]:
    """Return nDCG@10 by mode and query, and the learnt weights, of an index of the sample."""
    with Service(settings, encoder=encoder, creates=True) as service:
        service.archive.put(test_set.articles)
        with service.upkeep.writing() as writer:
            # Copies and stories do not matter here: grouping gives way at once.
            service.upkeep.catch_up(writer, gives_way=lambda: True)
        ranked = service.rooms.unrestricted.engine.ranked_ids
        found = evaluate(ranked, test_set.queries, test_set.qrels, Mode, depth=_DEPTH)
        weights = service.rooms.unrestricted.engine.calibration.weights
    values = {mode: found.scores[mode][MEASURE] for mode in Mode}
    return values, {language: weight.semantic for language, weight in weights.items()}


def _resident_bytes() -> int | None:
    """Return how much memory this process uses; None if the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
