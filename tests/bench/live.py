"""Live: how soon a posted article is found, and what searches take meanwhile.

    python tests/bench/live.py [--articles 3000] [--seconds 60] [--posts-per-s 1] [--batch 1]
        [--encoder bundled|hashing]

A real server answers a thousand queries a minute, evenly spread whatever it
takes to answer: first alone, then while articles are posted. An article counts as
found when a search for its id first shows it: a word that is in no article yet would be looked for
among all that are spelt alike, which costs more than the rest. Articles are made of the sample
corpus's sentences, queries are the sample's.
"""

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SUPPORT = ROOT / "tests" / "support"
sys.path[:0] = [str(ROOT), str(SUPPORT)]

import httpx  # noqa: E402
from newsrooms import service_in  # noqa: E402

from api.service.service import Service  # noqa: E402
from api.settings.resolving import resolve  # noqa: E402
from index.domain import Article  # noqa: E402

SAMPLE = ROOT / "seeds" / "sample"
QUERIES_PER_S = 1000 / 60
ASKERS = 16
START_S, FOUND_S = 120.0, 30.0
LOOK_EVERY_S = 0.1
"""Looking for what was posted is work for the server, too: it must not be most of it."""
UNLIMITED = {"NEWSEARCH_RATE_PER_S": "1000", "NEWSEARCH_RATE_BURST": "1000"}


@dataclass
class Figures:
    """Seconds, one a query or a post."""

    queries_s: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    """Why queries failed."""
    posts_s: list[float] = field(default_factory=list)
    found_s: list[float] = field(default_factory=list)
    posted: int = 0
    refused: list[str] = field(default_factory=list)
    """Why posts failed."""


class Maker:
    """Articles of sentences of the sample, each with a word that no other has."""

    def __init__(self, seed: int) -> None:
        lines = (SAMPLE / "articles.jsonl").read_text(encoding="utf-8").splitlines()
        self._records = [json.loads(line) for line in lines]
        self._chance = random.Random(seed)
        self._made = 0

    def record(self) -> dict[str, Any]:
        """One more."""
        one = self._chance.choice(self._records)
        sentences = [
            sentence
            for other in self._chance.sample(self._records, 3)
            if other.get("lang") == one.get("lang")
            for sentence in re.split(r"(?<=[.!?])\s+", other["text"])
        ] or [one["text"]]
        self._chance.shuffle(sentences)
        self._made += 1
        word = f"qx{self._made:07d}"
        text = " ".join([*sentences[:4], f"{word}."])
        kept = {name: one[name] for name in ("lang", "date", "source") if one.get(name)}
        return {"id": word, "title": one["title"], "text": text, **kept}


def filled(service: Service, articles: int, maker: Maker) -> None:
    """Put so many articles into a service's archive and index."""
    made = [service.ingest.article_from(maker.record(), "record") for _ in range(articles)]
    service.archive.put([one for one in made if isinstance(one, Article)])
    service.upkeep.sync()


def ask(client: httpx.Client, query: str, figures: Figures) -> None:
    began_s = time.perf_counter()
    try:
        answer = client.get("/v1/search", params={"q": query})
        if answer.status_code >= 500:
            figures.failed.append(answer.text)
    except httpx.HTTPError as error:
        figures.failed.append(repr(error))
    figures.queries_s.append(time.perf_counter() - began_s)


def asking(client: httpx.Client, queries: list[str], seconds: float, figures: Figures) -> None:
    """Ask on time, whether earlier answers are there or not."""
    began_s = time.perf_counter()
    with ThreadPoolExecutor(ASKERS) as pool:
        for number in range(int(seconds * QUERIES_PER_S)):
            wait_s = began_s + number / QUERIES_PER_S - time.perf_counter()
            if wait_s > 0:
                time.sleep(wait_s)
            pool.submit(ask, client, queries[number % len(queries)], figures)


def post(client: httpx.Client, records: list[dict[str, Any]], figures: Figures) -> None:
    began_s = time.perf_counter()
    try:
        client.post("/v1/articles", json=records).raise_for_status()
    except httpx.HTTPStatusError as error:
        figures.refused.append(error.response.text)
        return
    except httpx.HTTPError as error:
        figures.refused.append(repr(error))
        return
    figures.posts_s.append(time.perf_counter() - began_s)
    word = records[-1]["id"]
    while time.perf_counter() - began_s < FOUND_S:
        answer = client.get("/v1/search", params={"q": f"id:{word}", "mode": "keyword"}).json()
        if [hit["id"] for hit in answer["hits"]][:1] == [word]:
            break
        time.sleep(LOOK_EVERY_S)
    figures.found_s.append(time.perf_counter() - began_s)
    figures.posted += len(records)


def posting(
    client: httpx.Client, maker: Maker, options: argparse.Namespace, figures: Figures
) -> None:
    began_s = time.perf_counter()
    waiting = []
    with ThreadPoolExecutor(8) as pool:
        for number in range(int(options.seconds * options.posts_per_s)):
            wait_s = began_s + number / options.posts_per_s - time.perf_counter()
            if wait_s > 0:
                time.sleep(wait_s)
            records = [maker.record() for _ in range(options.batch)]
            waiting.append(pool.submit(post, client, records, figures))
    for one in waiting:
        one.result()


def told(name: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    p50, p95, p99 = (ordered[int(len(ordered) * share)] * 1000 for share in (0.5, 0.95, 0.99))
    print(f"{name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms, "
          f"most {ordered[-1] * 1000:.0f} ms ({len(ordered)})", flush=True)  # fmt: skip


def measure(address: str, maker: Maker, options: argparse.Namespace) -> None:
    lines = (SAMPLE / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    queries = [json.loads(line)["text"] for line in lines]
    with httpx.Client(base_url=address, timeout=60) as client:
        asking(client, queries, 3, Figures())
        alone, beside = Figures(), Figures()
        asking(client, queries, options.seconds / 2, alone)
        poster = threading.Thread(target=posting, args=[client, maker, options, beside])
        poster.start()
        asking(client, queries, options.seconds, beside)
        poster.join()
        stats = client.get("/v1/stats").json()
    told("queries alone        ", alone.queries_s)
    told("queries beside posts ", beside.queries_s)
    told("post answered        ", beside.posts_s)
    told("posted until found   ", beside.found_s)
    for why, times in Counter(beside.refused).items():
        print(f"{times} posts failed: {why}")
    failed = [*alone.failed, *beside.failed]
    for why, times in Counter(failed).items():
        print(f"{times} queries failed: {why}")
    late = sum(seconds > 2 for seconds in beside.found_s)
    median = statistics.median(beside.queries_s) / statistics.median(alone.queries_s)
    print(f"{beside.posted} articles posted in {options.seconds:.0f} s, {late} posts found later "
          f"than 2 s, {len(failed)} failed queries, median query "
          f"{median:.2f} times that without posts, {stats['segments']} segments of "
          f"{stats['articles']} articles")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--posts-per-s", type=float, default=1)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--encoder", choices=["bundled", "hashing"], default="bundled")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, maker = Path(name) / "data", Maker(7)
        began_s = time.perf_counter()
        is_hashing = options.encoder == "hashing"
        settings = resolve({"data_dir": folder}, environ={})
        made = service_in(folder) if is_hashing else Service(settings, creates=True)
        with made as service:
            filled(service, options.articles, maker)
        print(f"{os.cpu_count()} CPUs, {options.encoder} encoder; {options.articles} articles "
              f"indexed in {time.perf_counter() - began_s:.0f} s", flush=True)  # fmt: skip
        command = [sys.executable, "-c", "from api.cli import main; main()"]
        command += ["--data-dir", str(folder), "serve", "--port", "0"]
        if is_hashing:
            command = [sys.executable, str(SUPPORT / "serve_hashing.py"), str(folder)]
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **UNLIMITED, "PYTHONPATH": f"{SUPPORT}:{ROOT}"},
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert server.stderr is not None
            for line in server.stderr:
                if match := re.search(r"ready at (\S+)", line):
                    break
            else:
                raise SystemExit("the server did not start")
            threading.Thread(target=server.stderr.read, daemon=True).start()
            measure(match[1], maker, options)
        finally:
            server.terminate()
            server.wait(START_S)


if __name__ == "__main__":
    main()
