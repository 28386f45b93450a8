"""A request as it was read: the parsed query, its filters, and the snapshot that answers it.

`QuestionReader` reads it. Nothing is searched here, except for the widening by pseudo-relevance
feedback, which needs the best articles of the question as it was asked.
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

    `typed` is the query before stories took the place of their ids. `limits` hold beside the
    filters, and no facet leaves them aside. `view` is the state of the copies and stories that all
    its pages see, `at_s` the instant as of which they are answered. Ages count from `as_of_s`, with
    `half_life_s` where the request names one. `language` is the question's, where it is clear; its
    function words are in `typed`, but not in `parsed`.
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
        """The same without one of the filters."""
        return both(filters.all_of(self.filters, but=name), self.limits)


class QuestionReader:
    """Reads requests for one reader. `zone` is that of date filters and relative dates."""

    def __init__(self, reader_view: ReaderView, zone: ZoneInfo) -> None:
        self._reader_view = reader_view
        self._zone = zone

    def parse(self, query: str, at_s: int) -> ParsedQuery:
        """The query as its language has it; nothing at all asks for everything."""
        if not query.strip():
            return _EVERYTHING
        return parse(query, now=datetime.fromtimestamp(at_s, self._zone), zone=self._zone)

    def asked(self, request: SearchRequest) -> tuple[Snapshot, Question]:
        """The question, and the snapshot that answers it: the cursor's, else the newest."""
        reader_view, at_s = self._reader_view, self._reader_view.now_s()
        self.parse(request.query, at_s)  # what is wrong with it is said before all else
        if request.cursor is None:
            snapshot = reader_view.newest()
            view, offset = reader_view.groups(snapshot).newest(), 0
        else:
            at = cursor.decode(request.cursor, request, reader_view.seal, reader_view.sources)
            # No later than now: a cursor made by hand must not lift an embargo.
            offset, at_s = at.offset, min(at.at_s, at_s)
            snapshot = reader_view.pinned(at.snapshot, at_s)
            view = reader_view.groups(snapshot).pinned(at.groups)
        return snapshot, self.question(request, view, at_s, offset=offset, answered_by=snapshot)

    def question(
        self,
        request: SearchRequest,
        view: GroupsView,
        at_s: int,
        *,
        offset: int = 0,
        answered_by: Snapshot | None = None,
    ) -> Question:
        """The request as read at an instant, with a state of the copies and stories.

        Quotations that the snapshot `answered_by` cannot answer are not insisted on.
        """
        parsed = self.parse(request.query, at_s)
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
        read = with_stories(telling, view)
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
        """The question with the words of its best articles, where the request wants feedback."""
        request, parsed = question.request, question.parsed
        if not request.feedback or request.mode is Mode.SEMANTIC or is_filter(parsed.node):
            return question
        # What the query requires, the added words must not soften.
        limits = both(parsed.constraint, question.restriction)
        found = snapshot.match(parsed.node, feedback.STANDARD.articles, limits)
        node = feedback.expanded(
            snapshot, self._reader_view.articles, parsed.node, parsed.meaning, found
        )
        limits = both(parsed.constraint, question.limits)
        return replace(question, parsed=replace(parsed, node=node), limits=limits)


def deciding_words(parsed: ParsedQuery, *, is_by_meaning: bool) -> Node | None:
    """What says by words which articles match; None where meaning decides, by degree."""
    if not is_by_meaning:
        return whole_words(parsed.node)
    constraint = parsed.constraint
    return None if constraint is None or is_filter(constraint) else constraint
