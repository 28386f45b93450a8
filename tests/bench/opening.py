"""Opening an index of a million articles: the snapshot, the first query, the second.

    python tests/bench/opening.py [--articles 1000000] [--folder FOLDER]

Articles are 20 words out of the sample corpus' sentences. The index is opened in a process of its
own, as a server or a command does; its files are in the page cache. With --folder the index is kept
there, and found there the next time.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from index.analysis import analyzer_for  # noqa: E402
from index.domain import Article, EncoderIdentity, StoredArticle  # noqa: E402
from index.local import LocalStore  # noqa: E402
from index.protocols import IndexedArticle  # noqa: E402
from index.query import Bool, Word  # noqa: E402

TEXTS = ROOT / "seeds" / "sample" / "articles.jsonl"
WORDS, BATCH = 20, 100_000
ENCODER = EncoderIdentity("none", "0", dimension=4, max_tokens=256)


def build(folder: Path, count: int) -> None:
    """The index, merged as a writer merges."""
    chance = random.Random(7)
    with TEXTS.open(encoding="utf-8") as lines:
        words = [word for line in lines for word in json.loads(line)["text"].split()]
    vector = np.array([[1, 0, 0, 0]], np.float32)
    started = time.perf_counter()
    with LocalStore(folder, analyzer_for).writer(ENCODER) as writer:
        for first in range(0, count, BATCH):
            batch = []
            for number in range(first + 1, min(first + BATCH, count) + 1):
                at = chance.randrange(len(words) - WORDS)
                text = " ".join(words[at : at + WORDS])
                article = Article(str(number), "", text, "en", is_title_derived=True)
                stored = StoredArticle(number, "", "", article)
                batch.append(IndexedArticle(stored, ((0, len(text)),), vector))
            writer.commit(batch, [], batch[-1].stored.revision)
        while writer.merge():
            pass
    print(f"built in {time.perf_counter() - started:.0f} s", flush=True)


def timed(step: str, act: Callable[[], object]) -> object:
    """Do it, print how long it took in milliseconds of time and of the processor."""
    started, worked = time.perf_counter(), time.process_time()
    result = act()
    wall, cpu = time.perf_counter() - started, time.process_time() - worked
    print(f"{step}: {wall * 1000:.1f} ms, processor {cpu * 1000:.1f} ms")
    return result


def open_and_ask(folder: Path) -> None:
    """In a fresh process: open, ask twice, print times and memory."""
    analyzer_for("en").terms("warm")  # imports and stemmers are not the index's
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    snapshot = LocalStore(folder, analyzer_for).snapshot
    opened = timed("open", snapshot)
    ask = Bool(should=(Word("minister"), Word("harbour"), Word("strike")))
    for step in ("first query", "second query"):
        timed(step, lambda: opened.match(ask, 10))  # type: ignore[attr-defined]
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"{opened.stats().segments} segments, resident memory grew by {grown / 1024:.0f} MB")  # type: ignore[attr-defined]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only-open", action="store_true")
    options = parser.parse_args()
    if options.only_open:
        open_and_ask(options.folder)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary) / "index"
        if not folder.exists():
            build(folder, options.articles)
        subprocess.run([sys.executable, __file__, "--only-open", "--folder", folder], check=True)


if __name__ == "__main__":
    main()
