"""Page cursors: where a page ended, in which snapshot, of which request.

A cursor is opaque to clients. It pins the snapshot and the state of the copies and stories, so that
the pages of one request never repeat or drop a hit while new articles are committed, and it knows
the request it belongs to.
"""

import base64
import binascii
import hashlib
import json
from dataclasses import asdict, dataclass, replace

from index.errors import CursorError
from index.sources import Sources
from search.request import SearchRequest

_MAX_CHARACTERS = 512


@dataclass(frozen=True, slots=True)
class Cursor:
    """`offset` hits of the snapshot's ranking have been shown, copies as `groups` has them.

    `at_s` is the instant as of which the first page was answered, in seconds since the epoch.
    """

    snapshot: str
    groups: str
    offset: int
    fingerprint: str
    at_s: int

    def encode(self) -> str:
        """The cursor as a URL-safe word."""
        content = [self.snapshot, self.groups, self.offset, self.fingerprint, self.at_s]
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def fingerprint(request: SearchRequest, sources: Sources | None = None) -> str:
    """What must be equal for a cursor to belong to a request: all but the page asked for.

    What the reader is limited to is part of it.
    """
    essence = asdict(replace(request, cursor=None, limit=0, explain=False, facets=None))
    if sources is not None:
        essence["limited to"] = sources.folded
    return hashlib.sha256(json.dumps(essence, sort_keys=True).encode()).hexdigest()[:16]


def decode(text: str, request: SearchRequest, sources: Sources | None = None) -> Cursor:
    """The cursor of an earlier page of `request`, for the same reader. Raises CursorError."""
    if len(text) > _MAX_CHARACTERS:
        raise CursorError("the cursor is damaged: it is too long; ask for the first page again")
    try:
        padded = text + "=" * (-len(text) % 4)
        content = json.loads(base64.b64decode(padded, b"-_", validate=True))
        snapshot, groups, offset, mark, at_s = content
        cursor = Cursor(str(snapshot), str(groups), int(offset), str(mark), int(at_s))
    except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError) as error:
        raise CursorError("the cursor is damaged; ask for the first page again") from error
    if cursor.offset < 0 or cursor.at_s < 0:
        raise CursorError("the cursor is damaged; ask for the first page again")
    if cursor.fingerprint != fingerprint(request, sources):
        raise CursorError(
            "the cursor belongs to another query or another key; ask for the first page again"
        )
    return cursor
