"""Reading everything that was named, one article at a time."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.domain import Article
from index.errors import RecordError
from index.readers.containers import unpacked
from index.readers.formats import format_of, is_read
from index.readers.options import ReadOptions
from index.readers.source import InputFile, opened, shown
from index.readers.unknown_encodings import told_once
from index.readers.walk import FoundFile, Ignored, walk
from index.text.clean_text import clean_line

STDIN = "-"

Record = Article | RecordError


@dataclass(frozen=True, slots=True)
class InputSize:
    """How much there is to read; `size_bytes` is None if it cannot be known (a pipe)."""

    files: int
    size_bytes: int | None


def measure(paths: Iterable[str | Path]) -> InputSize:
    """How much `read` will read, from names and sizes only."""
    files, size_bytes, is_known = 0, 0, True
    for path in paths:
        if str(path) == STDIN:
            files, is_known = files + 1, False
            continue
        for step in walk(Path(path)):
            if isinstance(step, FoundFile):
                files, size_bytes = files + 1, size_bytes + step.size_bytes
    return InputSize(files, size_bytes if is_known else None)


def read(paths: Iterable[str | Path | FoundFile], options: ReadOptions | None = None) -> "ReadRun":
    """Read files, folders (recursively), and `-`, which is JSON Lines on standard input.

    A file found by `walk` keeps the id it has in its folder.
    """
    return ReadRun(paths, options or ReadOptions())


class ReadRun:
    """One run over the named paths: its records and its progress."""

    def __init__(self, paths: Iterable[str | Path | FoundFile], options: ReadOptions) -> None:
        self._options = options
        self._source: InputFile | None = None
        self._finished_bytes = 0
        self._ids: dict[int, int] = {}
        self.ignored = 0
        """The number of files and folders skipped so far."""
        self.files = 0
        """The number of files started so far."""
        self.records: Iterator[Record] = told_once(self._read(paths))
        """Every article and every RecordError, in order; can be iterated once."""

    @property
    def bytes_read(self) -> int:
        """The number of bytes read so far; at the end, `InputSize.size_bytes`."""
        return self._finished_bytes + (self._source.bytes_read if self._source else 0)

    def _read(self, paths: Iterable[str | Path | FoundFile]) -> Iterator[Record]:
        for path in paths:
            if str(path) == STDIN:
                stream = self._options.stdin or sys.stdin.buffer
                yield from self._from_packed(InputFile(stream, "stdin", name="stdin.jsonl"))
                continue
            for step in [path] if isinstance(path, FoundFile) else walk(Path(path)):
                if isinstance(step, FoundFile):
                    yield from self._from_file(step)
                elif isinstance(step, Ignored):
                    self.ignored += 1
                else:
                    yield step

    def _from_file(self, file: FoundFile) -> Iterator[Record]:
        before = self._finished_bytes
        try:
            with opened(file.path, file.id_hint) as source:
                yield from self._from_packed(source, file)
        except RecordError as error:
            yield error
        finally:
            self._finished_bytes = before + file.size_bytes

    def _from_packed(self, packed: InputFile, file: FoundFile | None = None) -> Iterator[Record]:
        """The records of a file, compressed or not."""
        self._source = packed
        try:
            for source in unpacked(packed, is_read):
                if isinstance(source, RecordError):
                    yield source
                else:
                    yield from self._from_source(source, file if source is packed else None)
        except RecordError as error:
            yield error
        finally:
            self._source = None
            self._finished_bytes += packed.bytes_read

    def _from_source(self, source: InputFile, file: FoundFile | None) -> Iterator[Record]:
        try:
            found = format_of(source, self._options.format)
            if found.is_one_article and file is not None and not self._is_first(file):
                self.ignored += 1
                return
            self.files += 1
            yield from found.read_articles(source, self._options)
        except RecordError as error:
            yield error

    def _is_first(self, file: FoundFile) -> bool:
        """False if this file has already been read under this id.

        RecordError if it would replace another.
        """
        if not file.id_hint:
            return True
        # Hashes, because there may be millions of files.
        article_id = clean_line(file.id_hint)
        key, identity = hash(article_id), hash(file.identity)
        if key not in self._ids:
            self._ids[key] = identity
            return True
        if self._ids[key] == identity:
            return False
        raise RecordError(
            shown(file.path),
            f"another file in this run has the id {article_id!r}; rename one of them, or pass the "
            "folder that contains both",
        )
