"""Whoosh's own files with arrays beside them, against the arrays alone: disk and build rate.

    python tests/bench/codec.py [--chunks 20000]

One run on one corpus (as in lexical.py). Whoosh stores what the arrays store: title and body with
positions, the id. It is given the same terms, so that its own analysis costs it nothing. The
columns and vectors of a segment would be needed either way and are left out of the sizes.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "bench")]

from lexical import build_ours, recombined  # noqa: E402
from whoosh import fields  # noqa: E402
from whoosh.analysis import SpaceSeparatedTokenizer  # noqa: E402
from whoosh.index import create_in, open_dir  # noqa: E402

from index.analysis import analyzer_for  # noqa: E402
from index.segment.segment import POSTINGS_FILE  # noqa: E402

TEXTS = ROOT / "seeds" / "sample" / "articles.jsonl"


def build_whoosh(texts: Sequence[str], folder: Path) -> float:
    """Whoosh's index of analysed texts; seconds of writing."""
    folder.mkdir()
    text = fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=True)
    schema = fields.Schema(id=fields.STORED, title=text, body=text)
    analyzer = analyzer_for("en")
    analysed = [
        " ".join(analyzer.terms(word).terms[0] for word in analyzer.split(one)) for one in texts
    ]
    started = time.perf_counter()
    writer = create_in(str(folder), schema).writer(limitmb=512)
    for number, terms in enumerate(analysed):
        writer.add_document(id=str(number), title="", body=terms)
    writer.commit()
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=20_000)
    options = parser.parse_args()
    texts = recombined(TEXTS, options.chunks, random.Random(7))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _, rate = build_ours(texts, folder / "ours")
        arrays = sum(path.stat().st_size for path in (folder / "ours").rglob(POSTINGS_FILE))
        seconds = build_whoosh(texts, folder / "whoosh")
        own = sum(path.stat().st_size for path in (folder / "whoosh").iterdir())
        started = time.perf_counter()
        open_dir(str(folder / "whoosh")).reader()
        opening = (time.perf_counter() - started) * 1000
    beside = len(texts) / (len(texts) / rate + seconds)
    print("| | postings MB | chunks/s |\n|---|---|---|")
    print(f"| arrays alone, with the codec | {arrays / 1e6:.1f} | {rate:.0f} |")
    print(f"| Whoosh's files alone | {own / 1e6:.1f} | {len(texts) / seconds:.0f} |")
    print(f"| Whoosh's files and arrays beside | {(own + arrays) / 1e6:.1f} | {beside:.0f} |")
    print(f"opening Whoosh's files: {opening:.1f} ms")


if __name__ == "__main__":
    main()
