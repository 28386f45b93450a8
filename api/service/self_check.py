"""A self-check: does the index still find articles of its own by their headlines?

A broken encoder or a damaged index gives fewer hits long before anybody complains. The headlines of
a few articles, always the same ones while the archive does not change, are asked by words and by
meaning; a healthy archive finds nearly all of them among the first ten. What counts is the change
from one day to the next, not the share itself.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from api.service.reading_room import ReadingRoom
from index.query import Everything
from search.evaluation.known_items import known_items
from search.request import Duplicates, Match, Mode, SearchRequest

ARTICLES = 20
DEPTH = 10
MODES = {"words": Mode.KEYWORD, "meaning": Mode.SEMANTIC}


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """How many headlines were asked, and how many found their article, by words and by meaning.

    `at_s` is when, in seconds since the epoch.
    """

    queries: int
    found: Mapping[str, int]
    at_s: float


def self_check(room: ReadingRoom, pause: Callable[[], object] = lambda: None) -> SelfCheck:
    """Ask for a few articles. `pause` is called before each search and may raise to stop.

    Raises what `Engine.search` raises.
    """
    snapshot = room.reader_view.newest()
    keys = snapshot.select(Everything()).keys()
    chosen = (
        keys[np.unique(np.linspace(0, len(keys) - 1, ARTICLES).astype(int))] if len(keys) else keys
    )
    stored = room.reader_view.articles.revisions(chosen.tolist())
    queries = known_items(one.article for one in stored.values()).queries
    found = dict.fromkeys(MODES, 0)
    for query in queries:
        for name, mode in MODES.items():
            pause()
            request = SearchRequest(
                query.text,
                mode=mode,
                limit=DEPTH,
                match=Match.ALL,
                duplicates=Duplicates.SHOW,
            )
            hits = room.engine.search(request).hits
            found[name] += query.id in {hit.stored.article.id for hit in hits}
    return SelfCheck(len(queries), found, time.time())
