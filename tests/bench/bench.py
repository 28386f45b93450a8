"""`make bench`: newsearch and other engines on one corpus, part by part.

    python tests/bench/bench.py [--sizes 10000 100000] [--large] [--parts …] [--folder .bench]

A part is one engine at one size. What a part found is kept in the folder, and a part that is there
is not run again, so that a long bench can be stopped and gone on with; `--again` runs it anew. At
the end `docs/bench/` gets a table and a plot of all parts that the folder has. Peers whose packages
are missing are left out, and said to be. Vectors are made between those of real passages, and all
engines get the same; the rate with encoding is measured on the first passages alone.
"""

import argparse
import importlib.util
import json
import platform
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import bench_corpus as corpus  # noqa: E402
import bench_engine as engine  # noqa: E402
from bench_http import CLIENTS, serving, throughput, warm_up  # noqa: E402
from bench_peers import PEERS, index_with_txtai  # noqa: E402
from bench_report import write_report  # noqa: E402

from index.build.pipeline import catch_up  # noqa: E402
from index.domain import Vector  # noqa: E402
from index.encoder import load_encoder  # noqa: E402
from index.encoder.sources import BUNDLED, find_model  # noqa: E402
from index.protocols import Encoder  # noqa: E402
from index.runtime.cores import cores  # noqa: E402

SIZES, LARGE = (10_000, 100_000), 1_000_000
ENCODED = 500
"""Passages that are really encoded for the rate with encoding."""
UNSEEN = 10_000
"""Queries for the server, each asked at most once: more than it answers in all phases."""
NEEDS = {"txtai": "txtai", "LanceDB": "lancedb", "tantivy + FAISS flat": "tantivy"}

Figures = dict[str, Any]


def percentiles(times: list[float]) -> list[float]:
    """p50, p95, p99."""
    return [round(float(value), 3) for value in np.percentile(times, [50, 95, 99])]


def newsearch(size: int, folder: Path) -> Figures:
    """All figures of newsearch at one size."""
    encoder = load_encoder(BUNDLED, cache_dir=folder / "cache")
    originals = corpus.load(folder, encoder)
    stored = engine.write_vectors(originals, size, folder)
    prepared = dict(zip(originals.queries, originals.query_vectors, strict=True))
    stand_in = engine.PreparedEncoder(encoder, stored, prepared)
    data = folder / f"newsearch-{size}"
    built = engine.build(originals, size, data, stand_in)
    with engine.service_in(data, stand_in) as service:
        times = engine.ask_all(service, originals.queries)
        one = engine.ask_all(service, originals.queries, hits=1)
        cpu = engine.ask_all(service, originals.queries, wants_cpu=True)
        recall = engine.recall(service, stored, originals.query_vectors)
        approximations = [found.to_json() for found in service.stats().approximations]
    with engine.service_in(data, encoder) as service:
        engine.ask_all(service, originals.queries)
        encoded = engine.ask_each(service, corpus.queries_from(originals.texts, 100, seed=3))
    with serving(data) as port:
        warm_up(port, originals.queries)
        unseen = corpus.queries_from(originals.texts, UNSEEN, seed=4)
        answers = {str(count): throughput(port, unseen, count) for count in CLIENTS}
    return {
        "corpus": originals.digest,
        "source": originals.source,
        "chunks_per_s": size / built.seconds,
        "settled_per_s": size / built.settling_s if built.settling_s else None,
        "peak_bytes": built.peak_bytes,
        "disk_bytes_per_chunk": built.disk_bytes / size,
        "query_ms": percentiles(times),
        "query_one_hit_ms": percentiles(one),
        "query_cpu_ms": percentiles(cpu),
        "query_with_encoding_ms": percentiles(encoded),
        "recall": recall,
        "approximations": approximations,
        "cold_start_s": engine.cold_start(data),
        "http": answers,
        **_rate_with_encoding(originals, folder, encoder),
    }


def _rate_with_encoding(originals: corpus.Originals, folder: Path, encoder: Encoder) -> Figures:
    """Articles until they are searchable with the real model, beside encoding them alone."""
    data = folder / "newsearch-encoded"
    texts = originals.texts[:ENCODED]
    encoder.encode_passages(texts[:20])
    alone = _seconds(lambda: encoder.encode_passages(texts))
    block = corpus.Block(0, list(texts), originals.vectors[:ENCODED])
    shutil.rmtree(data, ignore_errors=True)

    def index() -> None:
        with engine.service_in(data, encoder) as service:
            service.archive.put(engine.articles_of(block))
            with service.upkeep.writing() as writer:
                catch_up(service.archive, writer, encoder)

    whole = _seconds(index)
    return {"encoded_per_s": ENCODED / whole, "encoding_alone_per_s": ENCODED / alone}


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _encoded_by_txtai(originals: corpus.Originals) -> Figures:
    """txtai's rate with the same model, encoding and indexing, on the same passages."""
    texts, model = originals.texts[:ENCODED], str(find_model(BUNDLED))
    index_with_txtai(texts[:20], model)
    return {"encoded_per_s": ENCODED / _seconds(lambda: index_with_txtai(texts, model))}


def peer(name: str, size: int, folder: Path) -> Figures:
    """All figures of one peer at one size."""
    originals = corpus.load(folder, load_encoder(BUNDLED, cache_dir=folder / "cache"))
    data = folder / f"peer-{NEEDS[name]}-{size}"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    made = PEERS[name]()
    seconds = _seconds(lambda: made.build(corpus.blocks(originals, size), data))
    asked: list[tuple[str, Vector]] = list(
        zip(originals.queries, originals.query_vectors, strict=True)
    )
    for query, vector in asked:
        made.ask(query, vector)
    times = [_seconds(lambda: made.ask(query, vector)) * 1000 for query, vector in asked]  # noqa: B023
    disk = sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
    shutil.rmtree(data)
    encoded = _encoded_by_txtai(originals) if name == "txtai" else {}
    return {
        **encoded,
        "corpus": originals.digest,
        "chunks_per_s": size / seconds,
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "disk_bytes_per_chunk": disk / size,
        "query_ms": percentiles(times),
    }


def run_part(name: str, size: int, folder: Path) -> None:
    """Run one part in this process and keep what it found."""
    found = newsearch(size, folder) if name == "newsearch" else peer(name, size, folder)
    found |= {
        "engine": name,
        "chunks": size,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
    }
    path = part_path(folder, name, size)
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(found, indent=1), encoding="utf-8")


def part_path(folder: Path, name: str, size: int) -> Path:
    """Where a part's figures are kept."""
    return folder / "results" / f"{NEEDS.get(name, name)}-{size}.json"


def machine() -> str:
    """Processor, cores, Python."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8", errors="replace").splitlines()
        model = next((line.split(":")[1].strip() for line in lines if "model name" in line), model)
    return f"{model}, {cores()} cores, Python {platform.python_version()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--large", action="store_true", help=f"also {LARGE:,} chunks")
    parser.add_argument("--parts", nargs="+", default=["newsearch", *PEERS])
    parser.add_argument("--folder", type=Path, default=ROOT / ".bench")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for size in [*options.sizes, *([LARGE] if options.large else [])]:
        for name in options.parts:
            if options.here:
                run_part(name, size, options.folder)
            elif name in NEEDS and importlib.util.find_spec(NEEDS[name]) is None:
                print(f"{name} is not installed: left out (requirements-bench.txt)")
            elif options.again or not part_path(options.folder, name, size).exists():
                print(f"{name}, {size:,} chunks …", flush=True)
                # A process for each part: its peak of memory is its own.
                command = [sys.executable, __file__, "--here", "--folder", str(options.folder)]
                command += ["--sizes", str(size), "--parts", name]
                subprocess.run(command, check=True)
    if not options.here:
        write_report(options.folder / "results", ROOT / "docs" / "bench")


if __name__ == "__main__":
    main()
