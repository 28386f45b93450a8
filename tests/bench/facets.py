"""What facets and a timeline add to a search by words.

    python tests/bench/facets.py --articles 200000

Made-up articles of a few words: 40 sources, 12 sections, 5,000 authors, 300 places, 4 languages,
ten years of dates with and without a zone, in eight segments. Queries match from 1 % to all.
Medians of CPU time, because machines are shared.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from corpora import article, indexed, store_of  # noqa: E402
from engines import engine_over  # noqa: E402

from index.dates.dates import parse_date  # noqa: E402
from index.domain import EncoderIdentity  # noqa: E402
from index.protocols import Encoder, IndexedArticle  # noqa: E402
from search.facet_types import FacetName, FacetRequest  # noqa: E402
from search.request import Mode, SearchRequest  # noqa: E402

SEGMENTS = 8
SHARES = {"rare": 0.01, "common": 0.1, "frequent": 0.5, "always": 1.0}


def batch(chance: random.Random, count: int, first: int) -> list[IndexedArticle]:
    """One segment's articles."""
    made = []
    for at in range(count):
        words = [word for word, share in SHARES.items() if chance.random() < share]
        moment = datetime.fromtimestamp(1_400_000_000 + chance.randrange(10 * 365 * 86_400), UTC)
        text = moment.strftime(chance.choice(("%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ")))
        made.append(
            article(
                f"a{first + at}",
                " ".join(words),
                language=chance.choice(("en", "de", "fr", "es")),
                source=f"Source {chance.randrange(40)}",
                section=f"Section {chance.randrange(12)}",
                authors=tuple(
                    f"Author {chance.randrange(5000)}" for _ in range(chance.randrange(3))
                ),
                place=f"Place {chance.randrange(300)}",
                date=parse_date(text),
            )
        )
    return indexed(made, first)


class Nothing:
    """An archive that no hit is read from."""

    def revisions(self, revisions: object) -> dict[int, object]:
        """Nothing."""
        return {}


def no_encoder(identity: EncoderIdentity) -> Encoder:
    """Searches by words need none."""
    raise AssertionError


def median_ms(ask: Callable[[], object], rounds: int) -> float:
    """The median CPU time of an answer, after three that are not measured."""
    times = []
    for _ in range(rounds + 3):
        started = time.thread_time()
        ask()
        times.append((time.thread_time() - started) * 1000)
    return statistics.median(times[3:])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=15)
    asked = parser.parse_args()
    chance = random.Random(7)
    size = asked.articles // SEGMENTS
    with tempfile.TemporaryDirectory() as folder:
        store = store_of(
            Path(folder), *(batch(chance, size, 1 + at * size) for at in range(SEGMENTS))
        )
        engine = engine_over(store, Nothing(), no_encoder, ZoneInfo("Europe/Berlin"))  # type: ignore[arg-type]
        names = [name for name in FacetName if name is not FacetName.STORY]
        print(f"{asked.articles:,} articles; ms, and ms more with a facet")
        print("query    | search |", " | ".join(names), "| all six | with a filter, volume")
        for word in SHARES:
            plain = SearchRequest(word, Mode.KEYWORD)
            alone = median_ms(lambda plain=plain: engine.search(plain), asked.rounds)  # type: ignore[misc]
            wanted = [FacetRequest((name,)) for name in names]
            wanted.append(FacetRequest(tuple(names)))
            more = []
            for facets in wanted:
                one = SearchRequest(word, Mode.KEYWORD, facets=facets)
                more.append(median_ms(lambda one=one: engine.search(one), asked.rounds) - alone)  # type: ignore[misc]
            filtered = SearchRequest(word, Mode.KEYWORD, sources=("source 1",))
            without = median_ms(lambda it=filtered: engine.search(it), asked.rounds)  # type: ignore[misc]
            full = SearchRequest(
                word, Mode.KEYWORD, sources=("source 1",),
                facets=FacetRequest(tuple(names), is_normalised=True),
            )  # fmt: skip
            more.append(median_ms(lambda it=full: engine.search(it), asked.rounds) - without)  # type: ignore[misc]
            print(f"{word:8} | {alone:6.2f} | " + " | ".join(f"{one:.2f}" for one in more))


if __name__ == "__main__":
    main()
