"""Page cursors: where a page ended, in which snapshot, of which request.

A cursor is opaque to clients. It pins the snapshot and the state of the copies and stories, so that
the pages of one request never repeat or drop a hit while new articles are committed, and it is tied
to the request it belongs to.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from index.errors import CursorError
from index.permitted_sources import PermittedSources
from search.paging.seal import Seal
from search.request import SearchRequest

_PARTS = 5


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

    def encode(self, seal: Seal) -> str:
        """The cursor as a URL-safe word, sealed."""
        return seal.closed([self.snapshot, self.groups, self.offset, self.fingerprint, self.at_s])


def fingerprint(request: SearchRequest, sources: PermittedSources | None) -> str:
    """A digest of everything that must be equal for a cursor to belong to a request, that is all
    but the page. The limits of the reader (None for no limits) are part of it.
    """
    essence = replace(request, cursor=None, limit=0, explain=False, facets=None, related=0)
    limited_to = None if sources is None else sources.folded
    return hashlib.sha256(repr((essence, limited_to)).encode()).hexdigest()[:16]


def decode(
    text: str, request: SearchRequest, seal: Seal, sources: PermittedSources | None
) -> Cursor:
    """The cursor of an earlier page of `request`, for the same reader. Raises CursorError."""
    snapshot, groups, offset, mark, at_s = _five(seal.opened(text))
    cursor = Cursor(snapshot, groups, offset, mark, at_s)
    if cursor.fingerprint != fingerprint(request, sources):
        raise CursorError(
            "the cursor belongs to another query or another key; request the first page again"
        )
    return cursor


def _five(content: list[Any]) -> list[Any]:
    """Sealed content is ours, but may be the cursor of a list of stories."""
    if len(content) != _PARTS:
        raise CursorError("the cursor belongs to another list; request the first page again")
    return content
