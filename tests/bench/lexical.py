"""Lexical search: ours, Whoosh's own, tantivy; p50, p95, build rate, in one run on one corpus.

    python tests/bench/lexical.py --chunks 20000 --texts FILE.jsonl [--whoosh-queries 40]

The corpus is made by recombining the sentences of FILE (JSONL with `text`; default: the sample
corpus) into articles of 150 words, seeded. Queries are 2 to 5 words of one article's sentence. All
three get the same analysed words, so that they do the same work. tantivy is a bench-only
dependency: `pip install tantivy`; without it, its columns are left out. Figures are ratios of
medians of one run; machines are noisy.
"""

import argparse
import hashlib
import json
import platform
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from index.analysis import analyzer_for  # noqa: E402
from index.domain import Article, EncoderIdentity, StoredArticle  # noqa: E402
from index.local import LocalStore  # noqa: E402
from index.protocols import IndexedArticle  # noqa: E402
from index.query import Bool, Word  # noqa: E402

WORDS = 150
TOP = 10
ENCODER = EncoderIdentity("none", "0", dimension=4, max_tokens=256)


def recombined(path: Path, chunks: int, chance: random.Random) -> list[str]:
    """Texts of about WORDS words made of random sentences."""
    with path.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    sentences = [s for text in texts for s in re.split(r"(?<=[.!?])\s+", text) if len(s) > 20]
    made = []
    for _ in range(chunks):
        words: list[str] = []
        while len(words) < WORDS:
            words += chance.choice(sentences).split()
        made.append(" ".join(words[:WORDS]))
    return made


def queries_from(texts: Sequence[str], count: int, chance: random.Random) -> list[list[str]]:
    """2 to 5 telling words out of one text each."""
    analyzer = analyzer_for("en")
    made: list[list[str]] = []
    while len(made) < count:
        words = [w for w in analyzer.split(chance.choice(texts)) if not analyzer.is_stop_word(w)]
        made.append(chance.sample(words, min(len(words), chance.randint(2, 5))))
    return made


def timed(ask: Callable[[list[str]], object], queries: Sequence[list[str]]) -> list[list[float]]:
    """Milliseconds of each query when it is asked for the first time, and again.

    The first round finds no page and no word of these queries in memory, but for those that a few
    unmeasured ones share.
    """
    for query in queries[:5]:
        ask(query)
    rounds = []
    for _ in range(2):
        times = []
        for query in queries:
            started = time.perf_counter()
            ask(query)
            times.append((time.perf_counter() - started) * 1000)
        rounds.append(times)
    return rounds


def build_ours(texts: Sequence[str], folder: Path) -> tuple[LocalStore, float]:
    """Our index in batches of 20,000 and chunks per second."""
    vector = np.array([[1, 0, 0, 0]], np.float32)
    store = LocalStore(folder, analyzer_for)
    started = time.perf_counter()
    with store.writer(ENCODER) as writer:
        for first in range(0, len(texts), 20_000):
            batch = [
                IndexedArticle(
                    StoredArticle(
                        number + 1,
                        "",
                        "",
                        Article(str(number), "", text, "en", is_title_derived=True),
                    ),
                    ((0, len(text)),),
                    vector,
                )
                for number, text in enumerate(texts[first : first + 20_000], start=first)
            ]
            writer.commit(batch, [], batch[-1].stored.revision)
        while writer.merge():
            pass
    return store, len(texts) / (time.perf_counter() - started)


def ask_ours(store: LocalStore) -> Callable[[list[str]], object]:
    """A query over our arrays."""
    snapshot = store.snapshot()
    return lambda words: snapshot.match(Bool(should=tuple(map(Word, words))), TOP)


def build_whoosh(texts: Sequence[str], folder: Path) -> tuple[object, float]:
    """Plain Whoosh with its own stemming analyzer and codec; chunks per second."""
    from whoosh import fields
    from whoosh.analysis import StemmingAnalyzer
    from whoosh.index import create_in

    folder.mkdir()
    analyzer = StemmingAnalyzer(cachesize=-1)
    index = create_in(str(folder), fields.Schema(body=fields.TEXT(analyzer=analyzer)))
    started = time.perf_counter()
    writer = index.writer(limitmb=512)
    for text in texts:
        writer.add_document(body=text)
    writer.commit()
    return index, len(texts) / (time.perf_counter() - started)


def ask_whoosh(index: object) -> Callable[[list[str]], object]:
    """Whoosh's own search."""
    from whoosh.qparser import OrGroup, QueryParser

    searcher = index.searcher()  # type: ignore[attr-defined]
    parser = QueryParser("body", index.schema, group=OrGroup)  # type: ignore[attr-defined]
    return lambda words: searcher.search(parser.parse(" ".join(words)), limit=TOP)


def build_tantivy(texts: Sequence[str], folder: Path) -> tuple[object, float]:
    """tantivy with its English stemmer; chunks per second."""
    import tantivy

    folder.mkdir()
    schema = tantivy.SchemaBuilder().add_text_field("body", tokenizer_name="en_stem").build()
    index = tantivy.Index(schema, path=str(folder))
    started = time.perf_counter()
    writer = index.writer(256_000_000, num_threads=2)
    for text in texts:
        writer.add_document(tantivy.Document(body=[text]))
    writer.commit()
    writer.wait_merging_threads()
    rate = len(texts) / (time.perf_counter() - started)
    index.reload()
    return index, rate


def ask_tantivy(index: object) -> Callable[[list[str]], object]:
    """tantivy's search, parsing included, as with the others."""
    searcher = index.searcher()  # type: ignore[attr-defined]

    def ask(words: list[str]) -> object:
        cleaned = " ".join(re.sub(r"\W+", " ", word) for word in words)
        return searcher.search(index.parse_query(cleaned, ["body"]), TOP)  # type: ignore[attr-defined]

    return ask


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=20_000)
    parser.add_argument("--texts", type=Path, default=ROOT / "seeds" / "sample" / "articles.jsonl")
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--whoosh-queries", type=int, default=40)
    parser.add_argument("--without-whoosh", action="store_true")
    options = parser.parse_args()
    chance = random.Random(7)
    texts = recombined(options.texts, options.chunks, chance)
    queries = queries_from(texts, options.queries, chance)
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]
    print(
        f"{platform.machine()}, {platform.python_version()}, corpus {digest}, {len(texts)} chunks"
    )
    rows: dict[str, tuple[list[list[float]], float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        store, rate = build_ours(texts, Path(folder) / "ours")
        rows["newsearch"] = timed(ask_ours(store), queries), rate
        if not options.without_whoosh:
            whoosh, rate = build_whoosh(texts, Path(folder) / "whoosh")
            rows["Whoosh"] = timed(ask_whoosh(whoosh), queries[: options.whoosh_queries]), rate
        try:
            index, rate = build_tantivy(texts, Path(folder) / "tantivy")
            rows["tantivy"] = timed(ask_tantivy(index), queries), rate
        except ModuleNotFoundError:
            print("tantivy is not installed: left out")
    ours = [statistics.median(times) for times in rows["newsearch"][0]]
    print("| engine | asked | p50 ms | p95 ms | p50 to ours | build chunks/s |")
    print("|---|---|---|---|---|---|")
    for name, (rounds, rate) in rows.items():
        for asked, times, own in zip(("first", "again"), rounds, ours, strict=True):
            p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
            print(f"| {name} | {asked} | {p50:.2f} | {p95:.2f} | {p50 / own:.2f} | {rate:.0f} |")


if __name__ == "__main__":
    main()
