"""The stages of answering a request, named for whoever measures them.

A stage begins by asking whether there is time for it. Who watches is said once, around a request;
without a watcher a stage costs a look at the clock.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from enum import StrEnum

from index.runtime import deadline


class Stage(StrEnum):
    """What takes time."""

    READ = "read"
    """Reading the query, and opening the snapshot that answers."""
    ENCODE = "encode"
    """The query's vector."""
    WORDS = "words"
    """The lexical leg."""
    MEANING = "meaning"
    """The semantic leg."""
    COMPLETE = "complete"
    """Each leg's scores of what only the other found."""
    FOUND = "found"
    """What of the candidates counts as found."""
    RERANK = "rerank"
    FACETS = "facets"
    HITS = "hits"
    """Reading the page's articles, and choosing their passages."""
    CORRECT = "correct"
    """How a misspelt query was probably meant."""


Watcher = Callable[[Stage], AbstractContextManager[object]]

_WATCHER: ContextVar[Watcher | None] = ContextVar("newsearch_watcher", default=None)


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Every stage inside runs within what `watcher` gives for it."""
    token = _WATCHER.set(watcher)
    try:
        yield
    finally:
        _WATCHER.reset(token)


@contextmanager
def stage(name: Stage) -> Iterator[None]:
    """One stage. Raises DeadlineExceeded where there is no time left for it."""
    deadline.check()
    watcher = _WATCHER.get()
    if watcher is None:
        yield
        return
    with watcher(name):
        yield
