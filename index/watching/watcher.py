"""`Watcher`: scans folders repeatedly and brings the archive into step with them.

It compares names, sizes and times with what was read before, so it also notices changes made while
it was not running, on network drives and in containers, where the system reports none. Which files
count is decided by the rules of `newsearch index`. A file is read once it has settled: it looks the
same in two rounds, and nobody wrote to it for a while. A file that is replaced by removing and
renaming is therefore one change, and half a file is none.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.domain import Article, RecordNote
from index.errors import RecordError
from index.protocols import PutOutcome
from index.readers.file_identity import refusal
from index.readers.walk import FoundFile, walk
from index.watching.store import FileState, ReadFile, WatchStore

Read = Callable[[FoundFile], Iterable[Article | RecordError]]

SETTLED_S = 1.0
BATCH_ARTICLES = 256

_TEMPORARY = (".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".swp", ".swx", "~")
_TEMPORARY_STARTS = ("~$", ".", "#", "_tmp")


@dataclass(slots=True)
class Changes:
    """The outcome of one scan. `waiting` files had not settled yet."""

    files_read: int = 0
    files_gone: int = 0
    put: dict[str, int] = field(default_factory=dict)
    deleted: int = 0
    waiting: int = 0
    failures: list[RecordError] = field(default_factory=list)
    notes: list[RecordNote] = field(default_factory=list)

    @property
    def is_idle(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.files_read or self.files_gone)


class Watcher:
    """Watches `paths`. `read` reads one file as `newsearch index` does.

    With `deletes`, articles are removed if their file is gone or no longer contains them, unless
    another watched file does.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        store: WatchStore,
        *,
        read: Read,
        put: Callable[[Sequence[Article]], Sequence[PutOutcome]],
        delete: Callable[[Sequence[str]], Sequence[str]],
        deletes: bool = False,
        settled_s: float = SETTLED_S,
    ) -> None:
        self._paths = [path.absolute() for path in paths]
        self._store = store
        self._read = read
        self._put = put
        self._delete = delete
        self._deletes = deletes
        self._settled_s = settled_s
        self._seen: dict[str, FileState] = {}
        self._missing_since_s: dict[str, float] = {}

    def round(self) -> Changes:
        """Scan once, and read the files that have settled. Raises ArchiveError."""
        changes, known = Changes(), self._store.all()
        found, failed = self._look(changes)
        for path, (file, state) in found.items():
            if path in known and known[path].state == state:
                continue
            if self._is_settled(path, state):
                self._take(file, state, known.get(path), changes)
            else:
                changes.waiting += 1
        self._seen = {path: state for path, (_, state) in found.items()}
        # Files in a folder that cannot be listed right now are not gone.
        if not failed:
            self._drop(set(known) - set(found), known, changes)
        return changes

    def _look(self, changes: Changes) -> tuple[dict[str, tuple[FoundFile, FileState]], bool]:
        found: dict[str, tuple[FoundFile, FileState]] = {}
        failed = False
        for named in self._paths:
            for step in walk(named):
                if isinstance(step, FoundFile) and not is_temporary(step.path):
                    try:
                        status = step.path.stat()
                    except OSError:
                        continue  # it disappeared during the scan: the next scan will show
                    state = FileState(status.st_size, status.st_mtime_ns)
                    found[str(step.path)] = step, state
                elif isinstance(step, RecordError):
                    failed = True
                    changes.failures.append(step)
        return found, failed

    def _is_settled(self, path: str, state: FileState) -> bool:
        quiet_s = time.time() - state.modified_ns / 1e9
        is_same = self._seen.get(path) == state
        # A time in the future (clocks differ) counts as settled if it is the same twice.
        return is_same and (quiet_s >= self._settled_s or quiet_s < 0)

    def _take(
        self, file: FoundFile, state: FileState, before: ReadFile | None, changes: Changes
    ) -> None:
        ids: dict[str, None] = {}
        batch: list[Article] = []
        failures = len(changes.failures)

        def flush() -> None:
            outcomes = self._put(batch) if batch else ()
            for article, outcome in zip(batch, outcomes, strict=True):
                if refused := refusal(article, outcome):
                    changes.failures.append(refused)
                    ids.pop(article.id, None)
                    continue
                changes.notes += article.notes
                changes.put[outcome.status] = changes.put.get(outcome.status, 0) + 1
            batch.clear()

        for record in self._read(file):
            if isinstance(record, RecordError):
                changes.failures.append(record)
                continue
            ids[record.id] = None
            batch.append(record)
            if len(batch) >= BATCH_ARTICLES:
                flush()
        flush()
        changes.files_read += 1
        had = () if before is None else before.article_ids
        is_whole = len(changes.failures) == failures
        # Articles from a file that is now damaged are not gone, and still belong to it.
        kept = ids if is_whole else {**ids, **dict.fromkeys(had)}
        self._store.remember({str(file.path): ReadFile(state, tuple(kept))})
        self._remove([article_id for article_id in had if article_id not in kept], changes)

    def _drop(self, gone: set[str], known: dict[str, ReadFile], changes: Changes) -> None:
        now_s = time.monotonic()
        gone = {path for path in gone if any(self._is_below(path, one) for one in self._paths)}
        since_s = {path: self._missing_since_s.get(path, now_s) for path in gone}
        settled = [path for path, at_s in since_s.items() if now_s - at_s >= self._settled_s]
        changes.waiting += len(since_s) - len(settled)
        self._missing_since_s = {p: at_s for p, at_s in since_s.items() if p not in settled}
        if settled:
            self._store.forget(settled)
            changes.files_gone += len(settled)
            self._remove([id_ for path in settled for id_ in known[path].article_ids], changes)

    def _remove(self, article_ids: Sequence[str], changes: Changes) -> None:
        if self._deletes and article_ids:
            held = self._store.elsewhere(article_ids)
            gone = [article_id for article_id in article_ids if article_id not in held]
            changes.deleted += len(self._delete(gone))

    @staticmethod
    def _is_below(path: str, named: Path) -> bool:
        return Path(path) == named or named in Path(path).parents


def is_temporary(path: Path) -> bool:
    """Whether a file is named the way editors, downloads and copies name unfinished files."""
    name = path.name.lower()
    return name.endswith(_TEMPORARY) or name.startswith(_TEMPORARY_STARTS)
