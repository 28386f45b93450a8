"""How each class of errors is answered over HTTP: the one table from error to status.

A body never contains a path of this machine: messages that may contain one are replaced by a fixed
text. `api.http.problem_responses` builds the responses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from index.errors import (
    AddressRefused,
    AlertNotFound,
    ArchiveError,
    ArticleNotFound,
    CursorError,
    DeadlineExceeded,
    EncoderError,
    EncoderMismatch,
    FeedError,
    FilterError,
    IndexCorrupt,
    IndexLocked,
    IndexMissing,
    IndexUnreachable,
    JobConflict,
    JobNotFound,
    KeyNotFound,
    NewsearchError,
    OutboundError,
    Overloaded,
    QueryError,
    RecordError,
    SnapshotGone,
    StoreError,
    StoryNotFound,
    Unsupported,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """How one class of errors is answered; `detail` None: its own message is safe to send."""

    name: str
    status: HTTPStatus
    title: str
    detail: str | None = None


KINDS: Mapping[type[NewsearchError], Kind] = {
    QueryError: Kind("bad-query", HTTPStatus.BAD_REQUEST, "The query cannot be read"),
    FilterError: Kind("bad-filter", HTTPStatus.BAD_REQUEST, "A filter cannot be read"),
    CursorError: Kind("bad-cursor", HTTPStatus.BAD_REQUEST, "The cursor cannot be used"),
    RecordError: Kind("bad-article", HTTPStatus.BAD_REQUEST, "The article cannot be read"),
    Unsupported: Kind("unsupported", HTTPStatus.BAD_REQUEST, "This index does not support that"),
    AddressRefused: Kind(
        "address-refused",
        HTTPStatus.BAD_REQUEST,
        "Requests to that address are not allowed",
        "The address is private or not a web address; the setting private_hosts can allow it.",
    ),
    OutboundError: Kind(
        "no-answer-from-there",
        HTTPStatus.BAD_GATEWAY,
        "Another server gave no usable answer",
        "The other server gave no usable answer; the log of this server says why.",
    ),
    AlertNotFound: Kind("no-alert", HTTPStatus.NOT_FOUND, "There is no such alert"),
    FeedError: Kind("bad-feed", HTTPStatus.BAD_REQUEST, "The feed cannot be used"),
    ArticleNotFound: Kind("no-article", HTTPStatus.NOT_FOUND, "There is no such article"),
    StoryNotFound: Kind("no-story", HTTPStatus.NOT_FOUND, "There is no such story"),
    JobNotFound: Kind("no-job", HTTPStatus.NOT_FOUND, "There is no such job"),
    KeyNotFound: Kind("no-key", HTTPStatus.NOT_FOUND, "There is no such key"),
    JobConflict: Kind("job-has-ended", HTTPStatus.CONFLICT, "The job has already finished"),
    SnapshotGone: Kind(
        "snapshot-gone",
        HTTPStatus.GONE,
        "The cursor is too old",
        "The snapshot of the index for this cursor no longer exists. Search again "
        "without the cursor.",
    ),
    IndexMissing: Kind(
        "no-index",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "There is no index yet",
        "Nothing has been indexed yet. Post articles to /v1/articles or run 'newsearch index'.",
    ),
    IndexLocked: Kind(
        "index-busy",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Another process is writing to the index",
        "Another process is writing to the index. Try again when it has finished.",
    ),
    IndexCorrupt: Kind(
        "index-damaged",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The index is damaged",
        "A file of the index is damaged or missing; the log of the server says which. "
        "'newsearch repair' rebuilds it from the archive.",
    ),
    IndexUnreachable: Kind(
        "index-unreachable",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The index server does not answer",
        "The server with the index does not answer. Try again in a moment.",
    ),
    EncoderMismatch: Kind(
        "encoder-mismatch",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The index was built with a different encoder",
        "The index was built with a different encoder from the configured one. 'newsearch reindex' "
        "rebuilds it.",
    ),
    StoreError: Kind(
        "index-unusable",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The index cannot be used",
        "The index cannot be used; the log of the server says why.",
    ),
    ArchiveError: Kind(
        "archive-unusable",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The archive cannot be used",
        "The archive cannot be opened, read or written; the log of the server says why.",
    ),
    EncoderError: Kind(
        "encoder-unusable",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The encoder cannot be used",
        "The encoder cannot be loaded; the log of the server says why. Keyword searches "
        "(mode=keyword) still work.",
    ),
    Overloaded: Kind(
        "overloaded",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The server is overloaded",
        "Too many requests are waiting. Try again in a moment.",
    ),
    DeadlineExceeded: Kind(
        "took-too-long",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The request took too long",
        "The request took longer than this server allows and was stopped. Ask for less: "
        "fewer words with wildcards, fewer facets, more filters; or try again when the server is "
        "less busy.",
    ),
    NewsearchError: Kind(
        "unusable",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "The request failed",
        "The request failed; the log of the server says why.",
    ),
}
"""The one table from error to status; a class not listed is answered like its parent."""


def kind_of(error: NewsearchError) -> Kind:
    """Return how an error is answered."""
    return next(KINDS[parent] for parent in type(error).__mro__ if parent in KINDS)


def told(error: NewsearchError) -> str:
    """Return what a remote caller may be told of an error: never a path of this machine."""
    return kind_of(error).detail or str(error)
