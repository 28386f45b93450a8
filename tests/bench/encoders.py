"""How much faster a converted model, and another encoder, encode than sentence-transformers.

    python tests/bench/encoders.py CORPUS.jsonl... [--encoder NAME] [--other NAME]
                                   [--chunks N] [--rounds N]
                                   [--cache FOLDER]

All encode the same chunks, in turns, round by round; the ratio of a round is what counts on a
shared machine, and the ratio of processor time where others keep its cores busy. Prints one JSON
object.
"""

import argparse
import json
import platform
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from index.domain import Article
from index.encoder import load_encoder
from index.encoder.batches import token_batches
from index.encoder.sources import BUNDLED, find_model
from index.protocols import Encoder, TokenCounter
from index.text.chunking import chunk_many, embedded_text

_BATCH_TOKENS = 2048


@dataclass(frozen=True)
class Capped:
    """A counter with a smaller budget, for chunks of a typical news article's length."""

    counter: TokenCounter
    passage_budget: int

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self.counter.count_tokens(texts)


def read_chunks(files: Sequence[Path], counter: TokenCounter, count: int) -> list[str]:
    """`count` texts to embed, drawn from all files with a fixed seed."""
    records = [json.loads(line) for file in files for line in file.open(encoding="utf-8")]
    random.Random(0).shuffle(records)
    texts: list[str] = []
    for record in records:
        article = Article("", record.get("title", ""), record["text"], record.get("lang", "und"))
        own = chunk_many([article], counter)[0]
        texts.extend(embedded_text(article, chunk, counter) for chunk in own)
        if len(texts) >= count:
            return texts[:count]
    return texts


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall seconds, and cores busy on average."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    start = time.perf_counter()
    work()
    wall_s = time.perf_counter() - start
    now = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = now.ru_utime - used.ru_utime + now.ru_stime - used.ru_stime
    return wall_s, cpu_s / wall_s


def query_ms(encoder: Encoder, texts: Sequence[str]) -> dict[str, float]:
    """Latency of queries never seen before, of one to eight words."""
    encoder.encode_query("warm up")
    chance = random.Random(1)
    words = " ".join(texts).split()
    times = []
    for number in range(200):
        query = f"{number} " + " ".join(chance.sample(words, chance.randint(1, 8)))
        times.append(timed(lambda query=query: encoder.encode_query(query))[0] * 1000)  # type: ignore[misc]
    p50, p95 = np.percentile(times, [50, 95]).tolist()
    return {"p50": round(p50, 2), "p95": round(p95, 2)}


def padding_waste(lengths: Sequence[int]) -> float:
    """The share of all tokens computed that is padding."""
    batches = list(token_batches(lengths, _BATCH_TOKENS))
    computed = sum(len(rows) * lengths[rows[0]] for rows in batches)
    return float(1 - sum(lengths) / computed)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("corpus", type=Path, nargs="+")
    options.add_argument("--encoder", default=BUNDLED)
    options.add_argument("--other", default="fast", help="timed on the same chunks")
    options.add_argument("--chunks", type=int, default=400)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--budget", type=int, default=126)
    options.add_argument("--cache", type=Path, help="keeps what is made, for the next run")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        folder = chosen.cache or Path(cache)
        converted = load_encoder(chosen.encoder, cache_dir=folder)
        other = load_encoder(chosen.other, cache_dir=folder)
        original = SentenceTransformer(str(find_model(chosen.encoder)), device="cpu")
        # Neither of the two may cut what the other reads whole.
        budget = min(chosen.budget, other.passage_budget, converted.passage_budget)
        texts = read_chunks(chosen.corpus, Capped(other, budget), chosen.chunks)
        passages = [converted.identity.passage_prompt + text for text in texts]
        original.encode(passages[:32], show_progress_bar=False)
        converted.encode_passages(texts[:32])
        other.encode_passages(texts[:32])
        rounds = []
        for _ in range(chosen.rounds):
            before = timed(lambda: original.encode(passages, show_progress_bar=False))
            after = timed(lambda: converted.encode_passages(texts))
            third = timed(lambda: other.encode_passages(texts))
            rounds.append((before, after, third))
        expected = original.encode(passages, show_progress_bar=False, normalize_embeddings=True)
        cosines = np.sum(expected * converted.encode_passages(texts), axis=1)
        lengths = [count + 2 for count in converted.count_tokens(texts)]
        report = {
            "machine": platform.processor() or platform.machine(),
            "runs": type(converted).__name__,
            "chunks": len(texts),
            "tokens_mean": round(statistics.mean(lengths), 1),
            "padding_waste": round(padding_waste(lengths), 4),
            "original_per_s": round(statistics.median(len(texts) / b[0] for b, _, _ in rounds), 1),
            "converted_per_s": round(statistics.median(len(texts) / a[0] for _, a, _ in rounds), 1),
            "ratio_median": round(statistics.median(b[0] / a[0] for b, a, _ in rounds), 2),
            "ratios": [round(b[0] / a[0], 2) for b, a, _ in rounds],
            "original_cores_busy": round(statistics.median(b[1] for b, _, _ in rounds), 2),
            "converted_cores_busy": round(statistics.median(a[1] for _, a, _ in rounds), 2),
            "ratio_of_cpu_time": round(
                statistics.median(b[0] * b[1] / (a[0] * a[1]) for b, a, _ in rounds), 2
            ),
            "other_per_s": round(statistics.median(len(texts) / o[0] for _, _, o in rounds)),
            "other_to_converted": round(statistics.median(a[0] / o[0] for _, a, o in rounds), 1),
            "other_to_converted_cpu_time": round(
                statistics.median(a[0] * a[1] / (o[0] * o[1]) for _, a, o in rounds), 1
            ),
            "cosine_min": round(float(cosines.min()), 5),
            "cosine_mean": round(float(cosines.mean()), 5),
            "query_ms": query_ms(converted, texts),
            "other_query_ms": query_ms(other, texts),
        }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
