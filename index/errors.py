"""Every error that newsearch raises deliberately.

A message says what went wrong, with which value or path, and what to do next. Foreign exceptions
are wrapped where they arise (`raise … from`); nothing outside `api` turns an error into text or a
status.

    NewsearchError
    ├── SettingsError          a setting that cannot be read or used
    ├── RecordError            one article that cannot be read; the rest goes on
    │   └── NoText             it has no text
    ├── QueryError             a query that cannot be read; knows the column
    ├── FilterError            a filter of a search that cannot be read, such as a date
    ├── ArticleNotFound        no article of that id
    ├── StoryNotFound          no story of that id
    ├── JobNotFound            no job of that id
    ├── JobConflict            a job that has ended cannot be steered any more
    ├── CursorError            a page cursor that is damaged or belongs to another query
    ├── ArchiveError           the archive cannot be opened, read or written
    │   └── ArchiveDamaged     its file, or an article in it, is damaged
    ├── EncoderError           an encoder cannot be loaded or used
    ├── EvaluationError        queries, judgments or runs that do not fit together
    ├── OutboundError          a request to another server that got no answer fit to be used
    │   ├── AddressRefused     an address that may not be reached from here
    │   └── RobotsForbid       an address that its site asks programs not to fetch
    ├── AlertNotFound          no alert of that id
    ├── KeyNotFound            no API key of that id
    ├── FeedError              a document that is no feed, or a feed that is not known
    ├── ExportError            articles cannot be written to a file
    ├── BackupError            a backup cannot be made, or is damaged
    ├── Overloaded             more requests are waiting than the server takes
    ├── DeadlineExceeded       a request took longer than it may
    ├── ServerProblem          the client: a server's answer is an error
    ├── NoServer               the client: no server answers
    ├── Unsupported            the backend cannot do this; never answered differently in silence
    └── StoreError             the index on disk
        ├── IndexMissing       there is none yet
        ├── IndexLocked        another process is writing
        ├── IndexCorrupt       the index cannot be read as it is
        │   └── DamagedFile    a file is damaged or missing; knows which
        ├── IndexUnwritable    the disk is full, or the folder may not be written
        ├── IndexUnreachable   the server that holds the index does not answer
        ├── SnapshotGone       a pinned snapshot is no longer kept
        └── EncoderMismatch    the index was built with another encoder
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any


class NewsearchError(Exception):
    """Root of all errors raised deliberately; `str()` can be shown to users."""


class SettingsError(NewsearchError):
    """A setting is unknown, malformed or impossible."""


class RecordError(NewsearchError):
    """One input record cannot become an article.

    `place` is `file`, or `file:line` if the format has lines.
    """

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place = place
        self.why = why


class NoText(RecordError):
    """A record has no text; `advice` says where it may be, `has_title` that it has a headline."""

    def __init__(self, place: str, advice: str, has_title: bool) -> None:
        super().__init__(place, f"there is no text; {advice}" if advice else "there is no text")
        self.advice = advice
        self.has_title = has_title


class QueryError(NewsearchError):
    """A query that cannot be read.

    `column` counts code points from 0; `expected` says what would have been right; `suggestion` is
    a corrected query or word, if there is a close one.
    """

    def __init__(
        self,
        why: str,
        *,
        query: str,
        column: int,
        expected: str | None = None,
        suggestion: str | None = None,
    ) -> None:
        super().__init__(why)
        self.why = why
        self.query = query
        self.column = column
        self.expected = expected
        self.suggestion = suggestion

    def __str__(self) -> str:
        """The message, the query and a caret below the column, then what was expected."""
        shown, column = _window(self.query, self.column)
        lines = [f"{self.why} (column {self.column + 1})", f"  {shown}", f"  {' ' * column}^"]
        if self.expected:
            lines.append(f"expected {self.expected}")
        if self.suggestion:
            lines.append(f"did you mean: {self.suggestion}")
        return "\n".join(lines)


def _window(query: str, column: int, width: int = 72) -> tuple[str, int]:
    """The part of a long query around `column`, on one line, and the column within it."""
    flat = "".join(" " if char.isspace() else char for char in query)
    start = max(0, column - width // 2) if len(flat) > width else 0
    return flat[start : start + width], column - start


class FilterError(NewsearchError):
    """A filter of a search that cannot be read, such as a date."""


class ArticleNotFound(NewsearchError):
    """No article with this id is in the archive."""

    def __init__(self, article_id: str) -> None:
        super().__init__(f"no article with the id {article_id!r}")
        self.article_id = article_id


class StoryNotFound(NewsearchError):
    """There is no story with this id, nor one that it was merged into."""

    def __init__(self, story_id: str) -> None:
        super().__init__(f"no story with the id {story_id!r}")


class JobNotFound(NewsearchError):
    """No job has this id; jobs that ended long ago are forgotten."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"no job with the id {job_id!r}; 'newsearch jobs list' shows all of them")
        self.job_id = job_id


class JobConflict(NewsearchError):
    """A job that has ended cannot be paused, resumed or cancelled."""


class CursorError(NewsearchError):
    """A page cursor that is damaged or belongs to another query."""


class ArchiveError(NewsearchError):
    """The archive database cannot be opened, read or written."""


class ArchiveDamaged(ArchiveError):
    """The archive's file, or an article in it, is damaged; a backup is needed."""


class EncoderError(NewsearchError):
    """An encoder cannot be loaded or used."""


class EvaluationError(NewsearchError):
    """Queries, judgments or runs do not match each other, so nothing can be measured."""


class OutboundError(NewsearchError):
    """A request to another server got no usable answer; the message says why."""


class AddressRefused(OutboundError):
    """An address that newsearch refuses to contact, because it is private or not a web address."""


class RobotsForbid(OutboundError):
    """The site's robots.txt disallows this, or could not be fetched."""


class AlertNotFound(NewsearchError):
    """There is no alert with this id."""

    def __init__(self, alert_id: str) -> None:
        super().__init__(f"there is no alert {alert_id!r}; 'newsearch alerts list' lists them all")


class FeedError(NewsearchError):
    """A document is not a feed, or a feed is unknown."""


class ExportError(NewsearchError):
    """Articles cannot be written to a file."""


class BackupError(NewsearchError):
    """A backup cannot be made, read or restored."""


class ServerProblem(NewsearchError):
    """A newsearch server answered a client with an error.

    `str()` is its detail. `kind` is the last part of the problem's type (`bad-query`), `problem`
    the whole problem object.
    """

    def __init__(
        self,
        detail: str,
        *,
        status: int = 500,
        kind: str = "",
        problem: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.problem = problem or {}


class NoServer(NewsearchError):
    """No server answers at this address."""


class Overloaded(NewsearchError):
    """Too many requests are already waiting."""


class DeadlineExceeded(NewsearchError):
    """A request exceeded its deadline and was stopped."""


class KeyNotFound(NewsearchError):
    """No API key has this id, or it has already been revoked."""


class Unsupported(NewsearchError):
    """This backend cannot answer this kind of query."""


class StoreError(NewsearchError):
    """Something about the index on disk."""


class IndexMissing(StoreError):
    """No index has been built yet."""


class IndexLocked(StoreError):
    """Another process holds the write lock; the message names the process."""


class IndexCorrupt(StoreError):
    """The index is damaged, or was made by another version; the message says what to do."""


class DamagedFile(IndexCorrupt):
    """A file of the index is damaged or missing: `path`, and `why` it cannot be used."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path}: {why}; 'newsearch verify' lists all damage, 'newsearch repair' rebuilds the "
            "damaged parts from the archive"
        )
        self.path = path
        self.why = why


class IndexUnwritable(StoreError):
    """The index cannot be written, because the disk is full or the folder is not writable.

    Nothing is lost: what was committed stays, and what is in the archive is indexed by a later run.
    """

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path}: the index cannot be written ({why}); free some space or fix its permissions, "
            "then run the command again: what is in the archive is safe and will be indexed"
        )


class IndexUnreachable(StoreError):
    """The server with the index does not answer, or not in time; try again later."""


class SnapshotGone(StoreError):
    """The snapshot that a cursor refers to is no longer available."""


class EncoderMismatch(StoreError):
    """The index was built with another encoder than the one configured."""
