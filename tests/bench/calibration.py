"""How good the learnt weights are, and whether evidence about a query improves on them.

Run: python tests/bench/calibration.py FOLDER:COLLECTION …   (an indexed data folder, and a folder
with queries.jsonl and qrels.tsv). Prints nDCG@10 per collection: each leg, rank fusion, the weights
in use, the best fixed weight (found on the judgments, so out of reach), and these rules, which have
no constant fitted to any collection:

- coverage: the weight in use, moved towards 1 by the share of query words that no article has;
- length: the weight in use times log(1 + words) / log(1 + mean words of the queries);
- gap: the weight in use, moved by how much clearer one leg's first hit stands out than the other's.
"""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from api.service.service import Service
from api.settings.resolving import resolve
from index.domain import Candidates
from index.query import Word
from search.evaluation.curves import WEIGHTS, WeightCurves, weight_curves
from search.evaluation.evaluate import evaluate
from search.evaluation.qrels import read_qrels
from search.evaluation.queries import Query, read_queries
from search.evaluation.systems import system_named
from search.parse import parse
from search.ranking import fusion
from search.ranking.ranking import query_weight
from search.retrieval import candidates

MEASURE = "nDCG@10"


def report(folder: Path, collection: Path) -> None:
    with Service(resolve({"data_dir": folder})) as service:
        qrels = read_qrels(collection / "qrels.tsv")
        queries = [q for q in read_queries(collection / "queries.jsonl") if qrels.get(q.id)]
        engine = service.rooms.unrestricted.engine
        row = {}
        for name in ("keyword", "semantic", "rrf", "hybrid"):
            system = system_named(name)
            found = evaluate(system.asking(engine.ranked_ids), queries, qrels,
                             [system.mode], depth=10)  # fmt: skip
            row[name] = found.means[system.mode]["all"][MEASURE]
        curves = weight_curves(engine.ranked_by_weight, queries, qrels)
        best, value = max(curves.mean(curves.values), key=lambda point: point[1])
        row[f"best ({best:.3f})"] = value
        row |= by_rules(service, queries, curves)
    cells = "  ".join(f"{name} {value:.4f}" for name, value in row.items())
    print(f"{collection.name:14} {cells}", flush=True)


def by_rules(service: Service, queries: Sequence[Query], curves: WeightCurves) -> dict[str, float]:
    snapshot = service.store.snapshot()
    encoder = service.upkeep.encoder()
    zone = service.settings.time_zone
    mean_words = float(np.mean([len(query.text.split()) for query in queries]))
    sums = dict.fromkeys(("in use on grid", "coverage", "length", "gap"), 0.0)
    for query in queries:
        parsed = parse(query.text, now=datetime.now(zone), zone=zone)
        words = snapshot.match(parsed.node, candidates.LEG_DEPTH)
        meaning = snapshot.nearest(encoder.encode_query(parsed.meaning), candidates.LEG_DEPTH)
        usual = query_weight(snapshot, words).semantic
        tokens = query.text.split()
        missing = float(np.mean([snapshot.match(Word(t), 1).total == 0 for t in tokens]))
        moved = {
            "in use on grid": usual,
            "coverage": usual + (1 - usual) * missing if usual else 0.0,
            "length": usual * np.log1p(len(tokens)) / np.log1p(mean_words),
            "gap": between(usual, lead(meaning, fusion.semantic_floor(meaning.scores)),
                           lead(words, 0.0)),
        }  # fmt: skip
        for rule, weight in moved.items():
            sums[rule] += curves.at(on_grid(float(weight)), query.id)
    return {rule: total / len(queries) for rule, total in sums.items()}


def lead(found: Candidates, floor: float) -> float:
    """How far the first hit stands above the second, as a share of what lies above the floor."""
    if len(found.scores) < 2 or found.scores[0] <= floor:
        return 0.0
    return float((found.scores[0] - found.scores[1]) / (found.scores[0] - floor))


def between(usual: float, meaning: float, words: float) -> float:
    """`usual`, its odds multiplied by (1 + lead of meaning) / (1 + lead of words)."""
    odds = (1 + meaning) / (1 + words)
    return usual * odds / (usual * odds + 1 - usual) if usual < 1 else 1.0


def on_grid(weight: float) -> float:
    return min(WEIGHTS, key=lambda known: abs(known - weight))


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        data, _, judged = argument.partition(":")
        report(Path(data), Path(judged))
