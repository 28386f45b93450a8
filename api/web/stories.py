"""Stories as their pages print them: the list, and one story in order of time."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from api.web.interface import Interface
from api.web.views import DateView, LinkView, article_address, date_view, story_address
from index.groups.domain import StoryOrder
from search.results.stories import (
    Story,
    StoryPage,
    StoryRequest,
    ToldStory,
)


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story in the list; `span` is its period."""

    address: str
    title: str
    articles: str
    span: str
    languages: str


@dataclass(frozen=True, slots=True)
class StoryListView:
    """A page of the list."""

    stories: tuple[StoryView, ...]
    orders: tuple[LinkView, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class StepView:
    """One article of a story."""

    address: str
    title: str
    language: str
    language_name: str
    source: str | None
    date: DateView | None
    is_copy: bool


@dataclass(frozen=True, slots=True)
class ToldStoryView:
    """One story; `search` links to its articles as results."""

    story: StoryView
    search: str
    steps: tuple[StepView, ...]


def story_list_view(
    page: StoryPage, request: StoryRequest, zone: ZoneInfo, words: Interface
) -> StoryListView:
    """Return what the list prints."""
    return StoryListView(
        tuple(_story(story, zone, words) for story in page.stories),
        tuple(
            LinkView(
                words.text(f"stories.{order}"),
                _list_address(request, order, None),
                is_current=order is request.order,
            )
            for order in StoryOrder
        ),
        _list_address(request, request.order, page.cursor) if page.cursor else None,
    )


def told_story_view(told: ToldStory, zone: ZoneInfo, words: Interface) -> ToldStoryView:
    """Return what the page of one story prints."""
    return ToldStoryView(
        _story(told.story, zone, words),
        f"/?{urlencode({'story': told.story.summary.id})}",
        tuple(
            StepView(
                article_address(step.stored.article.id),
                step.stored.article.title,
                step.stored.article.language,
                words.language_name(step.stored.article.language),
                step.stored.article.source,
                date_view(step.stored.article.date, words),
                step.original is not None,
            )
            for step in told.articles
        ),
    )


def _story(story: Story, zone: ZoneInfo, words: Interface) -> StoryView:
    summary = story.summary
    first = words.day(datetime.fromtimestamp(summary.first_s, zone))
    last = words.day(datetime.fromtimestamp(summary.last_s, zone))
    return StoryView(
        story_address(summary.id),
        story.title,
        words.counted("results.total", summary.articles),
        first if first == last else words.text("stories.span", first=first, last=last),
        ", ".join(map(words.language_name, summary.languages)),
    )


def _list_address(request: StoryRequest, order: StoryOrder, cursor: str | None) -> str:
    pairs = [("lang", language) for language in request.languages]
    pairs += [("from", request.date_from or ""), ("to", request.date_to or "")]
    pairs += [
        ("order", "" if order is StoryOrder.RECENT else order.value),
        ("cursor", cursor or ""),
    ]
    given = [(name, value) for name, value in pairs if value]
    return f"/stories?{urlencode(given)}" if given else "/stories"
