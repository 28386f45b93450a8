"""How well a search ends where relevance ends: the measures behind docs/quality.md.

    python tests/bench/found.py [--queries N] FOLDER:COLLECTION …

FOLDER is a data folder in which the collection is indexed, COLLECTION a folder with `queries.jsonl`
and `qrels.tsv`. No constant is fitted to a collection. Per collection, over at most N of its
queries:

- kept: of the relevant articles among the first ten of the whole ranking, the share that is found;
- found: how many articles are found, median and 90th percentile;
- refused: the share of queries that find nothing once their relevant articles are gone;
- nonsense: the share of ten made-up strings that find nothing;
- gain: nDCG@10 of the hybrid ranking minus that of the better of its two legs, per language;
- added: the time that deciding takes, as a share of the rest of a search (medians).
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from api.service.service import Service
from api.settings.resolving import resolve
from index.local.snapshot import LocalSnapshot
from search.evaluation.evaluate import evaluate
from search.evaluation.qrels import read_qrels
from search.evaluation.queries import Query, read_queries
from search.question import QuestionReader
from search.ranking.ranker import Ranker
from search.request import Duplicates, Match, Mode, SearchRequest
from search.stages import Stage, watched

NONSENSE = (
    "xqzvwk plomferty grubsel", "Zwergpinguin", "asdf jkl qwer", "blarg fnord zyx", "zzzzzz",
    "fghjk dfghj", "Kwylpo Brandeflox", "qqqq wwww", "Trunzelbarth Ospelig", "vrombatz",
)  # fmt: skip
MEASURE = "nDCG@10"


class Probe:
    """One collection, asked."""

    def __init__(self, service: Service, collection: Path, most: int) -> None:
        self.service = service
        self.engine = service.rooms.unrestricted.engine
        self.qrels = read_qrels(collection / "qrels.tsv")
        queries = [q for q in read_queries(collection / "queries.jsonl") if self.qrels.get(q.id)]
        chosen = np.random.default_rng(0).permutation(len(queries))[:most]
        self.queries: list[Query] = [queries[at] for at in sorted(chosen)]
        room = service.rooms.indexed()
        self._reader = QuestionReader(room.reader_view, service.settings.time_zone)
        self._ranker = Ranker(service.archive, lambda _: service.upkeep.encoder(), None)

    def relevant(self, query: Query) -> set[str]:
        return {one for one, grade in self.qrels[query.id].items() if grade > 0}

    def kept(self) -> float:
        kept = total = 0
        for query in self.queries:
            request = SearchRequest(query.text, match=Match.ALL, duplicates=Duplicates.SHOW)
            relevant = self.relevant(query)
            hits = [
                hit for hit in self.engine.search(request).hits
                if hit.stored.article.id in relevant
            ]  # fmt: skip
            kept += sum(hit.is_found for hit in hits)
            total += len(hits)
        return kept / max(1, total)

    def numbers(self) -> tuple[float, float]:
        totals = [self.engine.search(SearchRequest(q.text, limit=1)).total for q in self.queries]
        return float(np.median(totals)), float(np.quantile(totals, 0.9))

    def refused(self) -> float:
        return float(np.mean([self._finds_nothing(query) for query in self.queries]))

    def _finds_nothing(self, query: Query) -> bool:
        """Whether a query finds nothing in the archive without its relevant articles."""
        snapshot, question = self._reader.asked(SearchRequest(query.text))
        assert isinstance(snapshot, LocalSnapshot)
        relevant = self.relevant(query)
        keys = np.concatenate([live.segment.columns.keys for live in snapshot.live_segments])
        ids = snapshot.article_ids(keys)
        gone = keys[[one in relevant for one in ids]]
        left = snapshot._without(lambda columns: np.isin(columns.keys, gone))
        return self._ranker.rank(left, question)[0].total == 0

    def nonsense(self) -> float:
        return float(np.mean([not self.engine.search(SearchRequest(q)).hits for q in NONSENSE]))

    def gains(self) -> dict[str, tuple[float, float, float]]:
        """nDCG@10 by words, by meaning, by both, per language of the queries."""
        languages = sorted({query.language or "und" for query in self.queries})
        found = {}
        for language in languages:
            own = [query for query in self.queries if (query.language or "und") == language]
            means = evaluate(self.engine.ranked_ids, own, self.qrels, list(Mode), depth=10).means
            by_words, by_meaning, both = (
                means[mode]["all"][MEASURE] for mode in (Mode.KEYWORD, Mode.SEMANTIC, Mode.HYBRID)
            )
            found[language] = by_words, by_meaning, both
        return found

    def added(self) -> float:
        shares = []
        for query in self.queries[:60]:
            spent = dict.fromkeys(Stage, 0.0)

            @contextmanager
            def timing(stage: Stage, spent: dict[Stage, float] = spent) -> Iterator[None]:
                begun = time.perf_counter()
                yield
                spent[stage] += time.perf_counter() - begun

            begun = time.perf_counter()
            with watched(timing):
                self.engine.search(SearchRequest(f"{query.text} "))
            whole = time.perf_counter() - begun
            shares.append(spent[Stage.FOUND] / (whole - spent[Stage.FOUND]))
        return float(np.median(shares))


def report(folder: Path, collection: Path, most: int) -> None:
    with Service(resolve({"data_dir": folder})) as service:
        probe = Probe(service, collection, most)
        added = probe.added()
        median, high = probe.numbers()
        articles = service.archive.count()
        cells = [
            f"{collection.name} ({len(probe.queries)} queries, {articles:,} articles)",
            f"kept {probe.kept():.3f}",
            f"found {median:g} / {high:g}",
            f"refused {probe.refused():.2f}",
            f"nonsense {probe.nonsense():.1f}",
            f"added {added:.1%}",
        ]
        for language, (words, meaning, both) in probe.gains().items():
            gain = both - max(words, meaning)
            cells.append(f"{language}: {words:.3f} {meaning:.3f} {both:.3f} gain {gain:+.3f}")
        print(" | ".join(cells), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collections", nargs="+", metavar="FOLDER:COLLECTION")
    parser.add_argument("--queries", type=int, default=150)
    asked = parser.parse_args()
    for argument in asked.collections:
        data, _, judged = argument.partition(":")
        report(Path(data), Path(judged), asked.queries)
