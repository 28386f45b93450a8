"""What the lexical analysis is worth: BM25 over whole articles on collections with judgments.

    python tests/bench/analysis_quality.py COLLECTIONS_FOLDER [name …] [--variant NAME …]

A collection is a folder with `corpus.jsonl` (id, title, text, lang), `queries.jsonl` (id, text,
lang) and `qrels.tsv`. Scoring is a plain NumPy BM25 over title and text as one field, so that
figures say something about the analysis alone. Prints nDCG@10 and MAP per collection and variant.
"""

import argparse
import functools
import json
import math
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np
import snowballstemmer
from ir_measures import AP, nDCG
from numpy.typing import NDArray

from index.analysis import analyzer_for
from index.analysis.analyzer import LanguageAnalyzer, Rules
from index.analysis.stemming import ALGORITHMS, stemmer_for
from index.analysis.stopwords import stop_words_for
from index.protocols import Analyzer

Weighted = Sequence[tuple[str, float]]
DEPTH = 1000


@dataclass(frozen=True)
class Scorer:
    """BM25's parameters; `idf` is "lucene" or "whoosh"; lengths count words, or terms."""

    k1: float = 1.2
    b: float = 0.75
    idf: str = "lucene"
    count_terms: bool = False


@dataclass(frozen=True)
class Variant:
    """One way to analyse: documents to terms per word, queries to groups of weighted terms."""

    name: str
    documents: Callable[[str, str], list[tuple[str, ...]]]
    queries: Callable[[str, str], list[Weighted]]
    scorer: Scorer = field(default_factory=Scorer)


@dataclass
class Collection:
    """A test collection, read."""

    name: str
    documents: list[dict[str, Any]]
    queries: list[dict[str, Any]]
    qrels: list[Any]

    @classmethod
    def read(cls, folder: Path) -> "Collection":
        qrels = [
            ir_measures.Qrel(query, document, int(grade))
            for query, document, grade in (
                line.split("\t")
                for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()
            )
            if query != "query"
        ]
        return cls(
            folder.name,
            list(_records(folder / "corpus.jsonl")),
            list(_records(folder / "queries.jsonl")),
            qrels,
        )


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


class Bm25:
    """An inverted index in memory."""

    def __init__(self, documents: Sequence[list[tuple[str, ...]]], scorer: Scorer) -> None:
        self._scorer = scorer
        postings: dict[str, list[tuple[int, int]]] = {}
        lengths = np.zeros(len(documents), np.float64)
        for number, words in enumerate(documents):
            counts = Counter(term for terms in words for term in terms)
            lengths[number] = sum(counts.values()) if scorer.count_terms else len(words)
            for term, count in counts.items():
                postings.setdefault(term, []).append((number, count))
        self._postings = {term: np.array(found) for term, found in postings.items()}
        k1, b = scorer.k1, scorer.b
        self._norm = k1 * (1 - b + b * lengths / max(lengths.mean(), 1e-9))
        self._size = len(documents)

    def _idf(self, df: int) -> float:
        if self._scorer.idf == "whoosh":
            return math.log(self._size / (df + 1)) + 1
        return math.log1p((self._size - df + 0.5) / (df + 0.5))

    def scores(self, query: Sequence[Weighted]) -> NDArray[np.float64]:
        total = np.zeros(self._size)
        weights: Counter[str] = Counter()
        for group in query:
            for term, weight in group:
                weights[term] += weight  # type: ignore[assignment]
        for term, weight in weights.items():
            posting = self._postings.get(term)
            if posting is None:
                continue
            rows, tf = posting[:, 0], posting[:, 1]
            gain = tf * (self._scorer.k1 + 1) / (tf + self._norm[rows])
            total[rows] += weight * self._idf(len(rows)) * gain
        return total


def evaluate(collection: Collection, variant: Variant) -> dict[str, float]:
    """nDCG@10 and MAP of one variant, and its words per second of indexing."""
    started = time.perf_counter()
    documents = [
        variant.documents(f"{d.get('title') or ''}\n{d['text']}", d["lang"])
        for d in collection.documents
    ]
    elapsed = time.perf_counter() - started
    index = Bm25(documents, variant.scorer)
    ids = [d["id"] for d in collection.documents]
    run = []
    for query in collection.queries:
        scores = index.scores(variant.queries(query["text"], query["lang"]))
        order = np.argsort(-scores, kind="stable")[:DEPTH]
        run += [
            ir_measures.ScoredDoc(query["id"], ids[row], float(scores[row]))
            for row in order
            if scores[row] > 0
        ]
    measures = ir_measures.calc_aggregate([nDCG @ 10, AP], collection.qrels, run)
    return {
        "ndcg": measures[nDCG @ 10],
        "map": measures[AP],
        "words_s": sum(map(len, documents)) / elapsed,
    }


def with_analyzer(
    name: str, analyzer: Callable[[str], Analyzer], scorer: Scorer, *, stop: bool = True
) -> Variant:
    """The variant of an `Analyzer` per language; `stop` drops stop words from queries."""

    def documents(text: str, language: str) -> list[tuple[str, ...]]:
        one = analyzer(language)
        return [one.terms(word).terms for word in one.split(text)]

    def queries(text: str, language: str) -> list[Weighted]:
        one = analyzer(language)
        words = one.split(text)
        kept = [word for word in words if not one.is_stop_word(word)] if stop else words
        return [
            [(term.term, term.weight) for term in one.query_terms(word)] for word in kept or words
        ]

    return Variant(name, documents, queries, scorer)


def plain_snowball(scorer: Scorer) -> Variant:
    r"""What many systems do: `\w\w+`, stop words, Snowball."""
    memory: dict[tuple[str, str], str] = {}

    def analyse(text: str, language: str) -> list[str]:
        stop = stop_words_for(language)
        stemmer = snowballstemmer.stemmer(ALGORITHMS[language]) if language in ALGORITHMS else None
        found = []
        for word in re.findall(r"(?u)\b\w\w+\b", text.lower()):
            if word in stop:
                continue
            key = (language, word)
            if key not in memory:
                memory[key] = stemmer.stemWord(word) if stemmer else word
            found.append(memory[key])
        return found

    return Variant(
        "plain",
        lambda text, language: [(word,) for word in analyse(text, language)],
        lambda text, language: [[(word, 1.0)] for word in analyse(text, language)],
        scorer,
    )


def _rules(language: str) -> Rules:
    rules: Rules = vars(analyzer_for(language))["_rules"]
    return rules


def _stems_only(language: str) -> Callable[[str], str]:
    stem, fold = stemmer_for(language), _rules(language).fold
    return lambda word: fold(stem(word))


@functools.cache
def without_lemmas(language: str) -> Analyzer:
    """Snowball alone, without word lists."""
    return LanguageAnalyzer(replace(_rules(language), term=_stems_only(language)))


@functools.cache
def without_compounds(language: str) -> Analyzer:
    """Compounds left whole."""
    return LanguageAnalyzer(replace(_rules(language), parts=lambda word: ()))


def variants() -> Mapping[str, Variant]:
    """Every way that the documentation's table compares."""
    scorer = Scorer()
    ours = with_analyzer("ours", analyzer_for, scorer)
    found = [
        plain_snowball(Scorer(k1=1.5)),
        ours,
        replace(ours, name="k1=1.5", scorer=Scorer(k1=1.5)),
        replace(ours, name="whoosh-idf", scorer=Scorer(idf="whoosh")),
        replace(ours, name="term-lengths", scorer=Scorer(count_terms=True)),
        replace(ours, name="b=0.6", scorer=Scorer(b=0.6)),
        with_analyzer("no-lemmas", without_lemmas, scorer),
        with_analyzer("no-compounds", without_compounds, scorer),
        with_analyzer("keep-stop-words", analyzer_for, scorer, stop=False),
    ]
    return {variant.name: variant for variant in found}


def main(arguments: Sequence[str]) -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--variant", action="append")
    options = parser.parse_args(arguments)
    known = variants()
    chosen = [known[name] for name in options.variant or known]
    names = options.names or sorted(p.parent.name for p in options.folder.glob("*/corpus.jsonl"))
    print("collection", *(f"{v.name:>15}" for v in chosen), sep="\t")
    for name in names:
        collection = Collection.read(options.folder / name)
        results = [evaluate(collection, variant) for variant in chosen]
        print(name, *(f"{r['ndcg']:.4f}/{r['map']:.4f}" for r in results), sep="\t", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
