"""Whoosh's analysis parts and queries next to ours, on the texts of a collection.

    python tests/bench/whoosh_parts.py COLLECTION LANGUAGE

A collection is a folder with `corpus.jsonl`. For each part: how often both give the same, and
Whoosh's CPU time as a multiple of ours.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

import numpy as np  # noqa: E402
import snowballstemmer  # noqa: E402
from corpora import article, indexed, store_of  # noqa: E402
from whoosh import query  # noqa: E402
from whoosh.analysis import CharsetFilter, RegexTokenizer  # noqa: E402
from whoosh.lang import stemmer_for_language  # noqa: E402
from whoosh.searching import Searcher  # noqa: E402
from whoosh.support.charset import accent_map  # noqa: E402

from index.analysis import folding, tokenizer  # noqa: E402
from index.analysis.stemming import ALGORITHMS  # noqa: E402
from index.dates.dates import parse_date  # noqa: E402
from index.domain import NewsDate  # noqa: E402
from index.local.snapshot import LocalSnapshot  # noqa: E402
from index.local.whoosh.opened import open_reader  # noqa: E402
from index.local.whoosh.schema import whoosh_date  # noqa: E402
from index.query import DateInterval  # noqa: E402

DAY_S = 86_400
FIRST_S = 1_600_000_000
FUZZY_WORDS = 40
LEAST_LETTERS = 6


def report(part: str, ours: Callable[[], list[Any]], theirs: Callable[[], list[Any]]) -> None:
    """Run both and print how often they agree, and what Whoosh's costs."""
    (given, given_s), (other, other_s) = _timed(ours), _timed(theirs)
    same = float(np.mean([a == b for a, b in zip(given, other, strict=True)]))
    print(f"{part:<24} {same:>7.1%} the same, {other_s / max(given_s, 1e-9):>7.1f} times the time")


def _timed(run: Callable[[], list[Any]]) -> tuple[list[Any], float]:
    started = time.process_time()
    return run(), time.process_time() - started


def analysis(texts: Sequence[str], language: str) -> list[str]:
    """Compare tokens, folding and stems; returns the words of the texts."""
    words = sorted({w.lower() for text in texts for w in tokenizer.split(text) if w.isalpha()})
    split, fold = RegexTokenizer(), CharsetFilter(accent_map)
    report(
        "words of a text",
        lambda: [[text[a:b] for a, b in tokenizer.spans(text)] for text in texts],
        lambda: [[token.text for token in split(text)] for text in texts],
    )
    whole = RegexTokenizer(".+")
    report(
        "folding of accents",
        lambda: [folding.fold(word) for word in words],
        lambda: [next(fold(whole(word))).text for word in words],
    )
    stemmer = snowballstemmer.stemmer(ALGORITHMS[language])
    whooshs = stemmer_for_language(language)
    report(
        "Snowball stems",
        lambda: [stemmer.stemWord(word) for word in words],
        lambda: [whooshs(word) for word in words],
    )
    return words


def queries(snapshot: LocalSnapshot, words: Sequence[str], language: str) -> None:
    """Compare fuzzy words and ranges of dates."""
    searcher = Searcher(open_reader(snapshot))
    reader, vocabulary = searcher.reader(), snapshot.vocabulary(language)
    analyzer = snapshot.analyzer(language)
    chance = np.random.default_rng(0)
    long = [analyzer.fold(word) for word in words if len(word) >= LEAST_LETTERS]
    asked = [str(word) for word in chance.choice(long, FUZZY_WORDS, replace=False)]

    def theirs(word: str) -> set[str]:
        found = set()
        for form in reader.terms_within("text", word, 1, prefix=1):
            found.add(analyzer.terms(form).terms[0])
        return found

    report(
        "FuzzyTerm, one edit",
        lambda: [set(vocabulary.terms_near(word, 1)) for word in asked],
        lambda: [theirs(word) for word in asked],
    )
    bounds = [(FIRST_S + DAY_S * low, FIRST_S + DAY_S * (low + 30)) for low in range(0, 300, 10)]
    report(
        "NumericRange, 30 days",
        lambda: [len(snapshot.select(DateInterval(*both, *both))) for both in bounds],
        lambda: [len(searcher.search(_range(*both), limit=None)) for both in bounds],
    )


def _range(start_s: int, end_s: int) -> query.Query:
    return query.DateRange("date", whoosh_date(start_s), whoosh_date(end_s), endexcl=True)


def _date(number: int) -> NewsDate:
    at = whoosh_date(FIRST_S + DAY_S * (number % 365)).isoformat() + "Z"
    return parse_date(at)


def main(folder: Path, language: str) -> None:
    """Print the comparison."""
    with (folder / "corpus.jsonl").open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    print(f"{folder.name}: {len(texts)} texts")
    words = analysis(texts, language)
    made = [
        article(f"a{n}", text, language=language, date=_date(n)) for n, text in enumerate(texts)
    ]
    with tempfile.TemporaryDirectory() as place:
        queries(store_of(Path(place) / "index", indexed(made)).snapshot(), words, language)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
