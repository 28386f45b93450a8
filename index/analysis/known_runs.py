"""A cache of the terms that runs of text contain, for marking the words of a page of hits.

Nearly every run of a text has been seen before, in this text or another, so finding those that
contain a term is a set operation.
"""

from collections.abc import Callable, Iterable, Set

_MOST_RUNS = 50_000
_LONGEST = 40
"""The longest run that is cached; longer ones, such as whole Chinese sentences, hardly recur."""


class _Memory:
    """What has been seen since the cache was last emptied."""

    def __init__(self) -> None:
        self.known: dict[str, None] = {}
        self.holders: dict[str, set[str]] = {}


class KnownRuns:
    """`terms_of` gives all terms of a run. Safe to share between threads."""

    def __init__(self, terms_of: Callable[[str], Set[str]]) -> None:
        self._terms_of = terms_of
        self._memory = _Memory()

    def holding(self, runs: set[str], terms: Iterable[str]) -> set[str]:
        """Those of some runs that hold one of the terms."""
        wanted = set(terms)
        memory = self._memory  # another thread may begin a new one
        found: set[str] = set()
        for run in runs.difference(memory.known):
            own = self._terms_of(run)
            if not own.isdisjoint(wanted):
                found.add(run)
            if len(run) <= _LONGEST:
                for term in own:
                    memory.holders.setdefault(term, set()).add(run)
                memory.known[run] = None
        for term in wanted:
            found |= runs & memory.holders.get(term, set())
        if len(memory.known) > _MOST_RUNS:
            self._memory = _Memory()
        return found
