"""The stages of answering a request, named for measuring.

A stage begins by checking that there is time for it. The watcher is set once, around a request;
without one, a stage costs a look at the clock.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from enum import StrEnum

from index.runtime import deadline


class Stage(StrEnum):
    """The stages that take time."""

    READ = "read"
    """Reading the query and opening the snapshot that answers it."""
    ENCODE = "encode"
    """Encoding the query."""
    WORDS = "words"
    """The search by words."""
    MEANING = "meaning"
    """The search by meaning."""
    COMPLETE = "complete"
    """The lexical scores of candidates found by meaning, and vice versa."""
    FOUND = "found"
    """Deciding which candidates count as found."""
    RERANK = "rerank"
    FACETS = "facets"
    HITS = "hits"
    """Reading the page's articles and choosing their passages."""
    CORRECT = "correct"
    """Looking for the query that was probably meant."""


Watcher = Callable[[Stage], AbstractContextManager[object]]

_WATCHER: ContextVar[Watcher | None] = ContextVar("newsearch_watcher", default=None)


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Run every stage inside within what `watcher` returns for it."""
    token = _WATCHER.set(watcher)
    try:
        yield
    finally:
        _WATCHER.reset(token)


@contextmanager
def stage(name: Stage) -> Iterator[None]:
    """Run one stage. Raises DeadlineExceeded if there is no time left for it."""
    deadline.check()
    watcher = _WATCHER.get()
    if watcher is None:
        yield
        return
    with watcher(name):
        yield
