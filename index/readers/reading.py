"""Reading everything that was named, one article at a time."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from index.domain import Article, ArticleFile, RecordNote
from index.errors import RecordError
from index.readers.containers import unpacked
from index.readers.file_identity import file_path
from index.readers.formats import format_of, is_read
from index.readers.no_text import summed
from index.readers.options import ReadOptions
from index.readers.source import InputFile, opened
from index.readers.unknown_encodings import told_once
from index.readers.walk import FoundFile, Ignored, Step, walk
from index.text.clean_text import clean_line

STDIN = "-"
FILES_AT_ONCE = 256
"""Files whose ids are looked up together."""

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
        self._paths: set[int] = set()
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
            steps = iter([path]) if isinstance(path, FoundFile) else walk(Path(path))
            for step in self._identified(steps):
                if isinstance(step, _Identified):
                    yield from self._from_file(step)
                elif isinstance(step, Ignored):
                    self.ignored += 1
                else:
                    yield step

    def _identified(self, steps: Iterator[Step]) -> Iterator["_Identified | Ignored | RecordError"]:
        """The steps, with files under the ids that they are remembered by."""
        while some := list(islice(steps, FILES_AT_ONCE)):
            paths = [file_path(one.path) if isinstance(one, FoundFile) else "" for one in some]
            known = self._options.ids_of_files([path for path in paths if path])
            for step, path in zip(some, paths, strict=True):
                if isinstance(step, FoundFile):
                    hint = known.get(path, step.id_hint) if step.id_hint else ""
                    yield _Identified(replace(step, id_hint=hint), path)
                else:
                    yield step

    def _from_file(self, file: "_Identified") -> Iterator[Record]:
        before = self._finished_bytes
        try:
            with opened(file.found.path, file.found.id_hint) as source:
                yield from self._from_packed(source, file)
        except RecordError as error:
            yield error
        finally:
            self._finished_bytes = before + file.found.size_bytes

    def _from_packed(
        self, packed: InputFile, file: "_Identified | None" = None
    ) -> Iterator[Record]:
        """The records of a file, compressed or not."""
        self._source = packed
        try:
            for source in unpacked(packed, is_read):
                if isinstance(source, RecordError):
                    yield source
                else:
                    inside = source.place.removeprefix(packed.place)
                    yield from self._from_source(
                        source,
                        f"{file.path}{inside}" if file else None,
                        is_named=file is None or file.found.is_named,
                    )
        except RecordError as error:
            yield error
        finally:
            self._source = None
            self._finished_bytes += packed.bytes_read

    def _from_source(
        self, source: InputFile, path: str | None, *, is_named: bool
    ) -> Iterator[Record]:
        """The records of one file; `path` identifies it, None if nothing does."""
        try:
            found = format_of(source, self._options.format)
            options, notes = self._options_for(source)
            records = summed(found.read_articles(source, options), source.place)
            if notes:
                records = (_with_notes(record, notes) for record in records)
            file_id = clean_line(source.id_hint)
            if not is_named and found.is_read_with_another(source):
                self.ignored += 1
            elif not found.is_one_article or path is None or not file_id:
                self.files += 1
                yield from records
            elif self._is_first(path):
                self.files += 1
                file = ArticleFile(path, file_id)
                for record in records:
                    yield _with_file(record, file)
            else:
                self.ignored += 1
        except RecordError as error:
            yield error

    def _options_for(self, source: InputFile) -> tuple[ReadOptions, tuple[RecordNote, ...]]:
        """The options, with the date that is in the name of a file, and what is to be noted."""
        in_name = self._options.date_in_name
        if in_name is None:
            return self._options, ()
        date = in_name.find(source.place)
        if date is None:
            what = f"there is no date like {in_name.form} in the file's name"
            return self._options, (RecordNote(source.place, what),)
        return replace(self._options, fixed={**self._options.fixed, "date": date}), ()

    def _is_first(self, path: str) -> bool:
        """Whether a file has not been read in this run, under this name or another."""
        # Hashes, because there may be millions of files.
        key = hash(path)
        if key in self._paths:
            return False
        self._paths.add(key)
        return True


@dataclass(frozen=True, slots=True)
class _Identified:
    """A file under its remembered id, and the path that identifies it."""

    found: FoundFile
    path: str


def _with_file(record: Record, file: ArticleFile) -> Record:
    """An article that has its id from its file, with that file; others as they are."""
    if isinstance(record, Article) and record.id == file.id:
        return replace(record, file=file)
    return record


def _with_notes(record: Record, notes: tuple[RecordNote, ...]) -> Record:
    """An article that has no date either, with notes on why; others as they are."""
    if isinstance(record, Article) and record.date is None:
        return replace(record, notes=record.notes + notes)
    return record
