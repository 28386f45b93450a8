"""Copies and stories at scale: time per article as the archive grows, and the largest story.

A synthetic year of news: each event has names of its own and a direction; its articles, over two
weeks, mix them with names and words that everything shares. Takes the number of articles.
"""

import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from index.analysis import analyzer_for
from index.archive import SqliteArchive
from index.domain import Article, DatePrecision, EncoderIdentity, NewsDate
from index.groups.grouping import Grouping
from index.groups.store import GroupStore
from index.local import LocalStore
from index.protocols import IndexedArticle

DIMENSION = 64
PER_EVENT = 5
PER_DAY = 60
STEPS = 4
_DAY_S = 86_400
_IDENTITY = EncoderIdentity("synthetic", "1", DIMENSION, 256)


def articles(count: int, chance: random.Random) -> list[tuple[Article, int]]:
    """Articles by date, each with the number of its event."""
    made = []
    for number in range(count):
        event = number // PER_EVENT
        day = event * PER_EVENT / PER_DAY + chance.uniform(0, 14)
        own = [f"Name{event}x{chance.randrange(6)}" for _ in range(8)]
        shared = [f"Place{chance.randrange(300)}" for _ in range(6)]
        plain = [f"word{int(chance.paretovariate(0.7)) % 5000}" for _ in range(90)]
        words = own + shared + plain
        chance.shuffle(words)
        text = " ".join(words)
        date = NewsDate("", DatePrecision.SECOND, is_zoned=True, start_s=int(day * _DAY_S))
        made.append((Article(f"a{number}", f"{own[0]} {shared[0]}", text, "en", date), event))
    return sorted(made, key=lambda pair: pair[0].date.start_s if pair[0].date else 0)


def main(count: int) -> None:
    chance, noise = random.Random(1), np.random.default_rng(1)
    made = articles(count, chance)
    directions = noise.normal(size=(count // PER_EVENT + 1, DIMENSION))
    with tempfile.TemporaryDirectory() as folder:
        archive = SqliteArchive.open(Path(folder) / "archive.sqlite")
        store = LocalStore(Path(folder) / "index", analyzer_for)
        grouping = Grouping(archive, archive.database, copies_h=72, stories_days=60)
        size = count // STEPS
        for at in range(0, size * STEPS, size):
            batch = made[at : at + size]
            archive.put([article for article, _ in batch])
            with store.writer(_IDENTITY) as writer:
                changes = archive.changes(writer.archive_revision, count)
                events = {article.id: event for article, event in batch}
                indexed = []
                for change in changes:
                    assert change.stored is not None
                    vector = directions[events[change.article_id]] + noise.normal(size=DIMENSION)
                    unit = (vector / np.linalg.norm(vector)).astype(np.float32)[None]
                    span = (0, len(change.stored.article.text))
                    indexed.append(IndexedArticle(change.stored, (span,), unit))
                writer.commit(indexed, [], changes[-1].revision)
            started, cpu = time.perf_counter(), time.process_time()
            grouping.catch_up(store.snapshot())
            each_ms = (time.perf_counter() - started) * 1000 / len(batch)
            cpu_ms = (time.process_time() - cpu) * 1000 / len(batch)
            keys = np.arange(1, archive.last_revision() + 1)
            sizes = Counter(GroupStore(archive.database).newest().stories(keys).values())
            print(
                f"{len(keys):>7} articles  {each_ms:6.1f} ms each ({cpu_ms:.1f} of CPU)  "
                f"{len(sizes):>5} stories of {len(keys) // PER_EVENT} events, "
                f"largest {max(sizes.values(), default=0)}",
                flush=True,
            )
        archive.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
