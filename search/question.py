"""A request as read: the parsed query, its filters, and the snapshot that answers it.

`QuestionReader` reads it. Nothing is searched here except for pseudo-relevance feedback, which
needs the best articles for the original query.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from index.groups.domain import GroupsView
from index.protocols import Snapshot
from index.query import Among, Everything, Node, ParsedQuery, is_filter, whole_words
from search.facet_types import FacetName
from search.paging import cursor
from search.parse import parse
from search.reader_view import ReaderView
from search.request import Duplicates, Mode, SearchRequest
from search.retrieval import feedback, filters, query_language, quotations
from search.retrieval.candidates import both
from search.retrieval.half_life import as_of_s, half_life_s
from search.retrieval.story_query import with_stories

_EVERYTHING = ParsedQuery("", Everything(), None, "")


@dataclass(frozen=True, slots=True)
class Question:
    """A request as read: what to match, what every hit must satisfy, where the page begins.

    `typed` is the query before `story:` is resolved. `limits` apply in addition to the filters, and
    no facet ignores them. All pages see the copies and stories of `view` and are answered as of
    `at_s`. Ages count from `as_of_s`, with `half_life_s` if the request gives one. `language` is
    the language of the query, if it is clear; its function words are in `typed`, but not in
    `parsed`.
    """

    request: SearchRequest
    typed: ParsedQuery
    parsed: ParsedQuery
    filters: Mapping[FacetName, Node]
    limits: Node | None
    offset: int
    view: GroupsView
    at_s: int
    as_of_s: int
    half_life_s: float | None
    language: str | None

    @property
    def restriction(self) -> Node | None:
        """What every hit must satisfy besides the query."""
        return self.restriction_but(None)

    def restriction_but(self, name: FacetName | None) -> Node | None:
        """Return the same without one of the filters."""
        return both(filters.all_of(self.filters, but=name), self.limits)


class QuestionReader:
    """Read requests for one reader. `zone` is used for date filters and relative dates."""

    def __init__(self, reader_view: ReaderView, zone: ZoneInfo) -> None:
        self._reader_view = reader_view
        self._zone = zone

    def parse(self, query: str, at_s: int) -> ParsedQuery:
        """Parse the query; an empty query asks for everything."""
        if not query.strip():
            return _EVERYTHING
        return parse(query, now=datetime.fromtimestamp(at_s, self._zone), zone=self._zone)

    def asked(self, request: SearchRequest) -> tuple[Snapshot, Question]:
        """Return the question and its snapshot: the one in the cursor, or else the newest."""
        reader_view, at_s = self._reader_view, self._reader_view.now_s()
        read_at_s, parsed = at_s, self.parse(request.query, at_s)  # reports its errors first
        if request.cursor is None:
            snapshot = reader_view.newest()
            view, offset = reader_view.groups(snapshot).newest(), 0
        else:
            at = cursor.decode(request.cursor, request, reader_view.seal, reader_view.sources)
            # No later than now: a cursor made by hand must not lift an embargo.
            offset, at_s = at.offset, min(at.at_s, at_s)
            snapshot = reader_view.pinned(at.snapshot, at_s)
            view = reader_view.groups(snapshot).pinned(at.groups)
        if at_s != read_at_s:
            parsed = self.parse(request.query, at_s)
        question = self._question(request, parsed, view, at_s, offset, snapshot)
        return snapshot, question

    def question(
        self,
        request: SearchRequest,
        view: GroupsView,
        at_s: int,
        *,
        answered_by: Snapshot | None = None,
    ) -> Question:
        """Read the request as of an instant, with a state of the copies and stories.

        Quotations that the snapshot `answered_by` cannot match are not required.
        """
        parsed = self.parse(request.query, at_s)
        return self._question(request, parsed, view, at_s, 0, answered_by)

    def _question(
        self,
        request: SearchRequest,
        parsed: ParsedQuery,
        view: GroupsView,
        at_s: int,
        offset: int,
        answered_by: Snapshot | None,
    ) -> Question:
        found = filters.filters(request, self._zone, view)
        limits = None
        if request.duplicates is Duplicates.ONLY:
            limits = Among(tuple(view.duplicated().tolist()))
        language = None
        if answered_by is not None:
            parsed = quotations.answerable(parsed, answered_by)
            language = query_language.language_of(parsed, answered_by)
        telling = parsed
        if answered_by is not None and language is not None:
            telling = query_language.without_function_words(parsed, language, answered_by)
        read = self._reader_view.synonyms.widened(with_stories(telling, view), answered_by)
        return Question(
            request=request,
            typed=parsed,
            parsed=read,
            filters=found,
            limits=limits,
            offset=offset,
            view=view,
            at_s=at_s,
            as_of_s=as_of_s(request, at_s, self._zone),
            half_life_s=half_life_s(request),
            language=language,
        )

    def widened(self, snapshot: Snapshot, question: Question) -> Question:
        """Widen the question by words of its best articles if the request asks for feedback."""
        request, parsed = question.request, question.parsed
        if not request.feedback or request.mode is Mode.SEMANTIC or is_filter(parsed.node):
            return question
        # The added words must not weaken what the query requires.
        limits = both(parsed.constraint, question.restriction)
        found = snapshot.match(parsed.node, feedback.STANDARD.articles, limits)
        node = feedback.expanded(
            snapshot, self._reader_view.articles, parsed.node, parsed.meaning, found
        )
        limits = both(parsed.constraint, question.limits)
        return replace(question, parsed=replace(parsed, node=node), limits=limits)


def deciding_words(parsed: ParsedQuery, *, is_by_meaning: bool) -> Node | None:
    """Return the condition by words for an article to match; None if meaning decides, by degree."""
    if not is_by_meaning:
        return whole_words(parsed.node)
    constraint = parsed.constraint
    return None if constraint is None or is_filter(constraint) else constraint
