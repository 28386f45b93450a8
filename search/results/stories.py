"""Browse stories: the list, and one story with its articles in order of time.

Stories are defined in `index.groups`; titles and articles are read from the archive, so that
nothing deleted or under embargo is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from index.dates import dates
from index.domain import Keys, StoredArticle
from index.errors import CursorError, FilterError, StoryNotFound
from index.groups.domain import GroupsView, StoryFilter, StoryOrder, StorySummary
from index.text.language_tags import primary_subtag
from search.reader_view import ReaderView

DEFAULT_STORIES = 20
MAX_STORIES = 100
MAX_ARTICLES = 1000
"""The most articles of a story returned at once."""

_PARTS = 4


@dataclass(frozen=True, slots=True)
class StoryRequest:
    """Which stories to list, and in which order.

    Dates are ISO 8601 of any precision, `date_to` inclusive. A story is listed if it has an article
    in one of the languages and overlaps the interval.
    """

    order: StoryOrder = StoryOrder.RECENT
    languages: tuple[str, ...] = ()
    date_from: str | None = None
    date_to: str | None = None
    limit: int = DEFAULT_STORIES
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A story and its title: the headline of its most central article."""

    summary: StorySummary
    title: str


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A page of the list; `cursor` is None on the last."""

    stories: tuple[Story, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class StoryArticle:
    """One article of a story; `original` is the id of the article it is a copy of."""

    stored: StoredArticle
    original: str | None


@dataclass(frozen=True, slots=True)
class ToldStory:
    """A story with its articles in order of time, starting at `offset`."""

    story: Story
    articles: tuple[StoryArticle, ...]
    offset: int


class Stories:
    """Read stories. `zone` is the time zone that date filters refer to."""

    def __init__(self, reader_view: ReaderView, zone: ZoneInfo) -> None:
        self._reader_view = reader_view
        self._zone = zone

    def list(self, request: StoryRequest) -> StoryPage:
        """Return a page of stories. Raises FilterError, CursorError, ArchiveError."""
        limit = max(1, min(request.limit, MAX_STORIES))
        seal = self._reader_view.seal
        given = request.cursor
        after = None if given is None else _last(seal.opened(given), request.order)
        groups = self._reader_view.newest_groups()
        found = groups.listed(request.order, self._filter(request), limit + 1, after)
        shown = found[:limit]
        has_more = len(found) > limit
        cursor = seal.closed(_content(request.order, shown[-1])) if has_more else None
        return StoryPage(self._titled(shown, groups.newest()), cursor)

    def get(self, story_id: str, *, offset: int = 0, limit: int = MAX_ARTICLES) -> ToldStory:
        """Return a story with its articles; the id of a merged story leads to the remaining one.

        Raises StoryNotFound, ArchiveError.
        """
        groups = self._reader_view.newest_groups()
        view = groups.newest()
        current = groups.current_id(story_id)
        summary = view.summaries([current]).get(current)
        if summary is None:
            raise StoryNotFound(story_id)
        keys = view.members(current)[offset : offset + min(limit, MAX_ARTICLES)]
        originals = view.originals(keys).tolist()
        found = self._reader_view.articles.revisions({*keys.tolist(), *originals})
        articles = tuple(
            StoryArticle(
                found[key],
                found[original].article.id if original != key and original in found else None,
            )
            for key, original in zip(keys.tolist(), originals, strict=True)
            if key in found
        )
        return ToldStory(self._titled([summary], view)[0], articles, offset)

    def _titled(self, summaries: Sequence[StorySummary], view: GroupsView) -> tuple[Story, ...]:
        """Add titles to stories; if the central article was just deleted, that of any other."""
        found = self._reader_view.articles.revisions([summary.central for summary in summaries])
        return tuple(
            Story(summary, found[summary.central].article.title)
            if summary.central in found
            else Story(summary, self._other_title(view.members(summary.id)))
            for summary in summaries
        )

    def _other_title(self, members: Keys) -> str:
        found = self._reader_view.articles.revisions(members.tolist())
        return next((found[key].article.title for key in sorted(found)), "")

    def _filter(self, request: StoryRequest) -> StoryFilter:
        try:
            languages = tuple(primary_subtag(tag) or tag for tag in request.languages)
            interval = dates.join(request.date_from, request.date_to, self._zone)
        except ValueError as error:
            raise FilterError(f"the filters of the stories: {error}") from error
        return StoryFilter(languages, interval.start_s, interval.end_s)


def _content(order: StoryOrder, last: StorySummary) -> list[object]:
    return [order, last.id, last.articles, last.last_s]


def _last(content: Sequence[Any], order: StoryOrder) -> StorySummary:
    """Return the last story of the previous page, from an opened cursor. Raises CursorError."""
    if len(content) != _PARTS or content[0] != order:
        raise CursorError("the cursor belongs to another list; request the first page again")
    _, story_id, articles, last_s = content
    return StorySummary(story_id, 0, articles, 0, last_s, ())
