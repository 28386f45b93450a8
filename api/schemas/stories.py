"""Stories as JSON."""

from datetime import UTC, datetime

from pydantic import Field

from api.schemas.body import Body
from search.results.stories import (
    Story,
    StoryArticle,
    StoryPage,
    ToldStory,
)


class StoryBody(Body):
    """A story; `title` is the headline of its most central article, `articles` includes copies.

    `first` and `last` are when its first and last articles were published, in UTC.
    """

    id: str
    title: str
    articles: int
    first: str
    last: str
    languages: list[str]


class StoriesBody(Body):
    """A page of stories; `cursor` is null on the last page."""

    stories: list[StoryBody]
    cursor: str | None


class StoryArticleBody(Body):
    """One article of a story; `copy_of` is the id of the original if it is a copy."""

    id: str
    title: str
    language: str
    date: str | None
    source: str | None
    url: str | None
    copy_of: str | None


class ToldStoryBody(StoryBody):
    """A story with its articles in order of time, from `offset` on."""

    timeline: list[StoryArticleBody] = Field(description="The articles, earliest first.")
    offset: int


STORY_EXAMPLE = {
    "id": "k3v9x0ap",
    "title": "Night ferry returns to the harbour",
    "articles": 2,
    "first": "2025-03-04T00:00:00Z",
    "last": "2025-03-05T00:00:00Z",
    "languages": ["de", "en"],
}
STORIES_EXAMPLE = {"stories": [STORY_EXAMPLE], "cursor": None}
TOLD_STORY_EXAMPLE = {
    **STORY_EXAMPLE,
    "timeline": [
        {
            "id": "port-2025-03-04",
            "title": "Night ferry returns to the harbour",
            "language": "en",
            "date": "2025-03-04",
            "source": "Port Gazette",
            "url": "https://news.example/port-2025-03-04",
            "copy_of": None,
        },
        {
            "id": "hafen-2025-03-05",
            "title": "Nachtfähre kehrt in den Hafen zurück",
            "language": "de",
            "date": "2025-03-05",
            "source": "Hafenbote",
            "url": None,
            "copy_of": None,
        },
    ],
    "offset": 0,
}


def stories_body(page: StoryPage) -> StoriesBody:
    """Return a page of the list as JSON."""
    return StoriesBody(stories=[_story(story) for story in page.stories], cursor=page.cursor)


def told_story_body(told: ToldStory) -> ToldStoryBody:
    """Return a story with its articles as JSON."""
    return ToldStoryBody(
        **_story(told.story).model_dump(),
        timeline=[_article(article) for article in told.articles],
        offset=told.offset,
    )


def _story(story: Story) -> StoryBody:
    summary = story.summary
    return StoryBody(
        id=summary.id,
        title=story.title,
        articles=summary.articles,
        first=_instant(summary.first_s),
        last=_instant(summary.last_s),
        languages=list(summary.languages),
    )


def _article(told: StoryArticle) -> StoryArticleBody:
    article = told.stored.article
    return StoryArticleBody(
        id=article.id,
        title=article.title,
        language=article.language,
        date=article.date.value if article.date else None,
        source=article.source,
        url=article.url,
        copy_of=told.original,
    )


def _instant(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
