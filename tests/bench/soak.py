"""Soak: a real server under mixed reads while articles are written and the index rebuilt.

    python tests/bench/soak.py [--seconds 600] [--articles 3000] [--readers 4] [--posts-per-s 1]
        [--encoder bundled|hashing] [--json]

Readers ask one question after the other: searches in every mode, with facets, pages, suggestions,
articles, similar ones, stories, trends, feeds. Writers add, change and delete; a rebuild begins as
soon as the last one has ended. Counted are requests that failed (any status but the one that is
due, or no answer), the 99th percentile of each kind, and how the server's resident memory grows in
the second half: the slope of a line through it, in MB a minute.
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
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

import httpx  # noqa: E402
from live import SUPPORT, Maker, filled  # noqa: E402
from newsrooms import service_in  # noqa: E402

from api.service.service import Service  # noqa: E402
from api.settings.resolving import resolve  # noqa: E402

START_S = 300.0
PATIENCE_S = 60.0
SAMPLE_EVERY_S = 1.0
PAUSE_S = 0.02
PHASE_EVERY_S = 10.0
MEMORY_SHOWN = 20
MB = 2**20
QUERIES = (
    "Putin Nordkorea", "Wann war der russische Präsident zuletzt in Nordkorea?", "elections",
    '"climate change"', "Bundestag -Wahl", "minist*", "earthqake~1", "storm OR flood", "",
)  # fmt: skip
READS: Sequence[tuple[str, str, dict[str, Any]]] = (
    ("search", "/v1/search", {}),
    ("keyword", "/v1/search", {"mode": "keyword", "facets": "source,language,date"}),
    ("meaning", "/v1/search", {"mode": "semantic", "limit": 50}),
    ("page", "/", {}),
    ("suggest", "/v1/suggest", {}),
    ("trends", "/v1/trends", {"by": "month"}),
    ("feed", "/v1/search.rss", {}),
)
KINDS = {kind for kind, *_ in READS} | {"articles", "similar", "post", "change", "delete"}


@dataclass
class Figures:
    """What was counted. `took_s` by kind of request; `memory` as (second, bytes)."""

    took_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: Counter[str] = field(default_factory=Counter)
    memory: list[tuple[float, float]] = field(default_factory=list)
    rebuilds: int = 0
    phases: list[tuple[float, str]] = field(default_factory=list)
    """How far a rebuild was, as (second, phase and count)."""


class Soak:
    """Everything that goes on at once against one address."""

    def __init__(self, address: str, maker: Maker, ids: Sequence[str]) -> None:
        self.figures = Figures()
        self._address = address
        self._maker = maker
        self._ids = ids
        self._stop = threading.Event()

    def run(self, seconds: float, readers: int, posts_per_s: float, rebuilds: int = 0) -> Figures:
        """Go on for so long, and until every kind was asked and so many rebuilds have ended."""
        work = [threading.Thread(target=self._read, args=[seed]) for seed in range(readers)]
        work.append(threading.Thread(target=self._write, args=[posts_per_s]))
        work += [threading.Thread(target=one) for one in (self._rebuild, self._weigh)]
        for thread in work:
            thread.start()
        time.sleep(seconds)
        while not self._is_enough(rebuilds):
            time.sleep(PAUSE_S)
        self._stop.set()
        for thread in work:
            thread.join()
        return self.figures

    def _is_enough(self, rebuilds: int) -> bool:
        has_asked_all = self.figures.took_s.keys() >= KINDS
        is_done = has_asked_all and self.figures.rebuilds >= rebuilds
        return is_done or bool(self.figures.failures)

    def _client(self) -> httpx.Client:
        return httpx.Client(base_url=self._address, timeout=PATIENCE_S)

    def _ask(
        self, client: httpx.Client, kind: str, method: str, path: str, due: int = 200, **more: Any
    ) -> httpx.Response | None:
        began_s = time.perf_counter()
        try:
            answer = client.request(method, path, **more)
        except httpx.HTTPError as error:
            self.figures.failures[f"{kind}: {type(error).__name__}"] += 1
            return None
        self.figures.took_s[kind].append(time.perf_counter() - began_s)
        if answer.status_code != due:
            self.figures.failures[f"{kind}: {answer.status_code} {answer.text[:200]}"] += 1
        return answer

    def _read(self, seed: int) -> None:
        chance = random.Random(seed)
        with self._client() as client:
            while not self._stop.wait(PAUSE_S):
                kind, path, parameters = chance.choice(READS)
                query = {"q": chance.choice(QUERIES), **parameters}
                self._ask(client, kind, "GET", path, params=query)
                article = chance.choice(self._ids)
                for kind in chance.sample(["articles", "similar"], 1):
                    self._ask(client, kind, "GET", f"/v1/{kind}/{article}")
                self._ask(client, "stories", "GET", "/v1/stories", params={"limit": 5})

    def _write(self, posts_per_s: float) -> None:
        """Add some, change one of them, and take it away again."""
        with self._client() as client:
            while not self._stop.wait(1 / posts_per_s):
                records = [self._maker.record() for _ in range(5)]
                self._ask(client, "post", "POST", "/v1/articles", json=records)
                changed = {**records[0], "text": records[0]["text"] + " Corrected."}
                self._ask(client, "change", "POST", "/v1/articles", json=changed)
                self._ask(client, "delete", "DELETE", f"/v1/articles/{records[0]['id']}")

    def _rebuild(self) -> None:
        began_s = time.monotonic()
        with self._client() as client:
            while not self._stop.is_set():
                job = self._ask(client, "reindex", "POST", "/v1/reindex", due=202)
                if job is None:
                    return
                path = f"/v1/jobs/{job.json()['id']}"
                while not self._stop.wait(0.5):
                    told = self._ask(client, "job", "GET", path)
                    if told is None or told.json()["state"] in ("done", "failed", "cancelled"):
                        break
                    self._note_phase(time.monotonic() - began_s, told.json())
                else:
                    return
                if told is None or told.json()["state"] != "done":
                    self.figures.failures[f"rebuild: {told.text if told else 'no answer'}"] += 1
                self.figures.rebuilds += 1

    def _note_phase(self, at_s: float, job: dict[str, Any]) -> None:
        phases = self.figures.phases
        phase = f"{job['phase']} {job['done']}/{job['total']}"
        if not phases or phases[-1][0] + PHASE_EVERY_S < at_s:
            phases.append((round(at_s, 1), phase))

    def _weigh(self) -> None:
        began_s = time.monotonic()
        with self._client() as client:
            while not self._stop.wait(SAMPLE_EVERY_S):
                answer = self._ask(client, "metrics", "GET", "/metrics")
                found = re.search(
                    r"^process_resident_memory_bytes (\S+)", answer.text if answer else "", re.M
                )
                if found:
                    self.figures.memory.append((time.monotonic() - began_s, float(found[1])))


def slope_mb_per_min(memory: Sequence[tuple[float, float]]) -> float | None:
    """How fast memory grows in the second half; None where that is too short to say."""
    half = memory[len(memory) // 2 :]
    if len(half) < 3:
        return None
    line = statistics.linear_regression([at for at, _ in half], [size for _, size in half])
    return line.slope * 60 / MB


def p99(took_s: Sequence[float]) -> float:
    """The 99th percentile, or the longest where there are few."""
    ordered = sorted(took_s)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


def report(figures: Figures, seconds: float) -> dict[str, Any]:
    """The figures as plain JSON values."""
    everything = [one for kind in figures.took_s.values() for one in kind]
    every = max(1, len(figures.memory) // MEMORY_SHOWN)
    return {
        "seconds": seconds,
        "processors": os.cpu_count(),
        "requests": len(everything),
        "failed": sum(figures.failures.values()),
        "failures": dict(figures.failures),
        "rebuilds": figures.rebuilds,
        "phases": figures.phases,
        "p50_ms": round(statistics.median(everything) * 1000, 1),
        "p99_ms": round(p99(everything) * 1000, 1),
        "p99_ms_by_kind": {
            kind: round(p99(took) * 1000, 1) for kind, took in sorted(figures.took_s.items())
        },
        "requests_by_kind": {kind: len(took) for kind, took in sorted(figures.took_s.items())},
        "memory_mb": [round(size / MB) for _, size in figures.memory[::every]],
        "memory_slope_mb_per_min": slope_mb_per_min(figures.memory),
    }


@contextmanager
def serving(folder: Path, *, is_hashing: bool) -> Iterator[str]:
    """The address of a server in a process of its own."""
    command = [sys.executable, "-c", "from api.cli import main; main()"]
    command += ["--data-dir", str(folder), "serve", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": f"{SUPPORT}:{ROOT}", "NEWSEARCH_RATE_PER_S": "0"}
    if is_hashing:
        command = [sys.executable, str(SUPPORT / "serve_hashing.py"), str(folder)]
        command.append(json.dumps({"rate_per_s": 0, "index_wait_s": 2, "request_deadline_s": 0}))
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None
        for line in server.stderr:
            if match := re.search(r"ready at (\S+)", line):
                break
        else:
            raise SystemExit("the server did not start")
        reader = threading.Thread(target=server.stderr.read, daemon=True)
        reader.start()
        wait_until_ready(match[1])
        yield match[1]
    finally:
        server.terminate()
        if server.wait(START_S):
            raise SystemExit(f"the server ended with {server.returncode}")


def wait_until_ready(address: str) -> None:
    """Go on when the encoder is there."""
    ends_s = time.monotonic() + START_S
    while httpx.get(f"{address}/health/ready", timeout=PATIENCE_S).status_code != 200:
        if time.monotonic() > ends_s:
            raise SystemExit("the server is not getting ready")
        time.sleep(0.1)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--rebuilds", type=int, default=0, help="wait for the end of so many")
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--posts-per-s", type=float, default=1)
    parser.add_argument("--encoder", choices=["bundled", "hashing"], default="bundled")
    parser.add_argument("--json", action="store_true", help="print nothing but the figures")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, maker = Path(name) / "data", Maker(7)
        is_hashing = options.encoder == "hashing"
        settings = resolve({"data_dir": folder}, environ={})
        made = service_in(folder) if is_hashing else Service(settings, creates=True)
        with made as service:
            filled(service, options.articles, maker)
        ids = [f"qx{number:07d}" for number in range(1, options.articles + 1)]
        with serving(folder, is_hashing=is_hashing) as address:
            soak = Soak(address, maker, ids)
            figures = soak.run(
                options.seconds, options.readers, options.posts_per_s, options.rebuilds
            )
    told = report(figures, options.seconds)
    if options.json:
        print(json.dumps(told))
        return
    print(
        f"{options.encoder} encoder, {options.articles} articles at the start, "
        f"{options.readers} readers, {options.posts_per_s:g} rounds of writes a second"
    )
    for key, value in told.items():
        print(f"{key}: {value}")


if __name__ == "__main__":
    main()
