"""Completing and correcting: p50 and p95 over a large archive of short articles.

    python tests/bench/suggest.py [--articles 200000] [--queries 300]

Articles are synthetic: words made of syllables by Zipf's law, 8 in a title and 40 in a text, so
that the vocabulary has the long tail that completion has to cut. Typed are prefixes of titles, as
somebody types them letter by letter. Misspelt words have one letter swapped, dropped or replaced.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from index.analysis import analyzer_for  # noqa: E402
from index.archive import SqliteArchive  # noqa: E402
from index.domain import Article, EncoderIdentity  # noqa: E402
from index.local import LocalStore  # noqa: E402
from index.protocols import IndexedArticle, Snapshot  # noqa: E402
from search.parse import parse  # noqa: E402
from search.results.spelling import correction  # noqa: E402
from search.results.suggest import DEFAULT_SUGGESTIONS, suggest  # noqa: E402

ENCODER = EncoderIdentity("none", "0", dimension=4, max_tokens=256)
TITLE_WORDS, TEXT_WORDS, BATCH = 8, 40, 25_000
VOCABULARY = 200_000
SYLLABLES = [f"{c}{v}{e}" for c in "bdfghklmnprstvw" for v in "aeiou" for e in ("", "n", "r", "l")]


def vocabulary(chance: random.Random) -> list[str]:
    """Distinct made-up words of two to four syllables, the most frequent first."""
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        words["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))] = None
    return list(words)


def titles_and_texts(count: int, seed: int) -> list[tuple[str, str]]:
    """Made-up articles whose words follow Zipf's law."""
    words = np.array(vocabulary(random.Random(seed)))
    weights = 1 / np.arange(2, len(words) + 2)
    numbers = np.random.default_rng(seed).choice(
        len(words), (count, TITLE_WORDS + TEXT_WORDS), p=weights / weights.sum()
    )
    return [
        (" ".join(row[:TITLE_WORDS]).capitalize(), " ".join(row[TITLE_WORDS:]))
        for row in (words[line].tolist() for line in numbers)
    ]


def build(made: Sequence[tuple[str, str]], folder: Path) -> tuple[Snapshot, SqliteArchive]:
    """The archive and its index."""
    archive = SqliteArchive.open(folder / "archive.sqlite")
    store = LocalStore(folder / "index", analyzer_for)
    vector = np.array([[1, 0, 0, 0]], np.float32)
    with store.writer(ENCODER) as writer:
        for first in range(0, len(made), BATCH):
            archive.put(
                [
                    Article(str(number), title, text, "en")
                    for number, (title, text) in enumerate(made[first : first + BATCH], first)
                ]
            )
            changes = archive.changes(first, BATCH)
            batch = [IndexedArticle(c.stored, ((0, 1),), vector) for c in changes if c.stored]
            writer.commit(batch, [], archive.last_revision())
        while writer.merge():
            pass
    return store.snapshot(), archive


def misspelt(word: str, chance: random.Random) -> str:
    """The word with one error behind its first letter."""
    at = chance.randrange(1, len(word) - 1)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    dropped = word[:at] + word[at + 1 :]
    return chance.choice([swapped, dropped, word[:at] + "x" + word[at + 1 :]])


def report(name: str, ask: Callable[[str], object], queries: Sequence[str]) -> None:
    """Print p50 and p95 of one question at a time, after a few unmeasured ones."""
    for query in queries[:5]:
        ask(query)
    times, busy, answered = [], [], 0
    for query in queries:
        started, worked = time.perf_counter(), time.thread_time()
        answered += bool(ask(query))
        busy.append((time.thread_time() - worked) * 1000)
        times.append((time.perf_counter() - started) * 1000)
    print(
        f"{name}: {_percentiles(times)}; of the processor {_percentiles(busy)}; "
        f"{answered} of {len(queries)} answered",
        flush=True,
    )


def _percentiles(times: Sequence[float]) -> str:
    p95 = statistics.quantiles(times, n=20)[-1]
    return f"p50 {statistics.median(times):.2f} ms, p95 {p95:.2f} ms"


def main(arguments: Sequence[str]) -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--queries", type=int, default=300)
    options = parser.parse_args(arguments)
    made = titles_and_texts(options.articles, seed=7)
    chance = random.Random(8)
    with tempfile.TemporaryDirectory() as folder:
        snapshot, archive = build(made, Path(folder))
        print(f"{options.articles} articles, {snapshot.stats().segments} segments", flush=True)
        titles = [chance.choice(made)[0] for _ in range(options.queries)]
        typed = [title[: chance.randint(1, len(title))] for title in titles]
        shortest = [title[: chance.randint(1, 2)] for title in titles]
        zone = ZoneInfo("UTC")
        moment = datetime(2025, 1, 1, tzinfo=zone)

        def complete(text: str) -> object:
            found = suggest(snapshot, archive, text, DEFAULT_SUGGESTIONS)
            return found.words or found.headlines

        def correct(text: str) -> object:
            return correction(snapshot, text, lambda query: parse(query, now=moment, zone=zone))

        words = [title.split() for title in titles]
        wrong = [" ".join([w[0], misspelt(w[1], chance), w[2]]) for w in words]
        report("suggest, anywhere in a title", complete, typed)
        report("suggest, one or two letters", complete, shortest)
        report("correction, one word misspelt", correct, wrong)
        report("correction, nothing misspelt", correct, [" ".join(w[:3]) for w in words])


if __name__ == "__main__":
    main(sys.argv[1:])
