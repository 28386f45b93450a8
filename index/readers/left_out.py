"""Records that are no articles: counted by kind, and reported once per file."""

from collections import Counter
from collections.abc import Iterator

from index.errors import RecordError

_MAX_KINDS = 8


class LeftOut:
    """What was left out of one file."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._kinds: Counter[str] = Counter()

    def count(self, kind: str) -> None:
        """Count one record of a kind."""
        self._kinds[kind[:100]] += 1

    def report(self) -> Iterator[RecordError]:
        """One report for all, if there were any."""
        if not self._kinds:
            return
        kinds = [f"{number:,} {kind}" for kind, number in self._kinds.most_common(_MAX_KINDS)]
        more = ["others"] if len(self._kinds) > _MAX_KINDS else []
        total = self._kinds.total()
        are = "record is no article and was" if total == 1 else "records are no articles and were"
        yield RecordError(self._place, f"{total:,} {are} left out: {', '.join([*kinds, *more])}")
