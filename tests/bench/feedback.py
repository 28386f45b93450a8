"""What pseudo-relevance feedback (RM3) is worth, in keyword mode, on collections with judgments.

    python tests/bench/feedback.py COLLECTIONS_FOLDER NAME …

A collection is a folder with `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`. The engine answers as
it does for users; no constant is fitted to a collection. Prints MAP and nDCG@10 without and with
feedback, how many queries gained and lost in average precision, and the median time of a query.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / path) for path in ("", "tests/bench", "tests/support")]

import ir_measures  # noqa: E402
from analysis_quality import Collection  # noqa: E402
from engines import engine_over  # noqa: E402
from ir_measures import AP, nDCG  # noqa: E402

from index.analysis import analyzer_for  # noqa: E402
from index.archive import SqliteArchive  # noqa: E402
from index.domain import EncoderIdentity  # noqa: E402
from index.local import LocalStore  # noqa: E402
from index.protocols import Encoder, IndexedArticle  # noqa: E402
from index.records.normalise import article_from_fields  # noqa: E402
from index.text.language import detect  # noqa: E402
from search.engine import Engine  # noqa: E402
from search.request import Mode, SearchRequest  # noqa: E402

NO_ENCODER = EncoderIdentity("none", "0", dimension=4, max_tokens=256)
DEPTH = 1000


def collection_engine(collection: Collection, folder: Path) -> Engine:
    """An engine over the collection's documents, without meaning."""
    archive = SqliteArchive.open(folder / "archive.sqlite")
    articles = [
        article_from_fields(record, record["id"], detect)
        for record in collection.documents
        if (record["text"] or record.get("title") or "").strip()
    ]
    archive.put(articles)
    vector = np.array([[1, 0, 0, 0]], np.float32)
    store = LocalStore(folder / "index", analyzer_for)
    with store.writer(NO_ENCODER) as writer:
        changes = archive.changes(0, len(articles))
        batch = [IndexedArticle(c.stored, ((0, 1),), vector) for c in changes if c.stored]
        writer.commit(batch, [], archive.last_revision())
    return engine_over(store, archive, no_encoder, ZoneInfo("UTC"))


def no_encoder(identity: EncoderIdentity) -> Encoder:
    """Keyword search asks for none."""
    raise AssertionError(identity)


def measured(
    collection: Collection, engine: Engine, *, feedback: bool
) -> tuple[float, float, dict[str, float], float]:
    """MAP, nDCG@10, average precision by query, median milliseconds."""
    run, times = [], []
    for query in collection.queries:
        request = SearchRequest(query["text"], Mode.KEYWORD, limit=DEPTH, feedback=feedback)
        started = time.perf_counter()
        ranked = engine.ranked_ids(request)
        times.append((time.perf_counter() - started) * 1000)
        # Ranks for scores, so that ties stay as they were ranked.
        run += [
            ir_measures.ScoredDoc(query["id"], article_id, float(-rank))
            for rank, (article_id, _) in enumerate(ranked[:DEPTH])
        ]
    means = ir_measures.calc_aggregate([AP, nDCG @ 10], collection.qrels, run)
    precisions = {m.query_id: m.value for m in ir_measures.iter_calc([AP], collection.qrels, run)}
    return means[AP], means[nDCG @ 10], precisions, statistics.median(times)


def main(arguments: Sequence[str]) -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="+")
    options = parser.parse_args(arguments)
    print("| collection | MAP | with RM3 | nDCG@10 | with RM3 | better / worse | ms | with RM3 |")
    print("|---|---|---|---|---|---|---|---|")
    for name in options.names:
        collection = Collection.read(options.folder / name)
        with tempfile.TemporaryDirectory() as folder:
            engine = collection_engine(collection, Path(folder))
            before = measured(collection, engine, feedback=False)
            after = measured(collection, engine, feedback=True)
        changes = [after[2][query] - before[2][query] for query in before[2]]
        gains, losses = sum(c > 0 for c in changes), sum(c < 0 for c in changes)
        print(
            f"| {name} | {before[0]:.4f} | {after[0]:.4f} | {before[1]:.4f} | {after[1]:.4f} "
            f"| {gains} / {losses} | {before[3]:.1f} | {after[3]:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
