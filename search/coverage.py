"""What else there is beside an article: the copies of its text, and the story it belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass

from index.domain import Keys, StoredArticle
from index.groups.domain import GroupsView
from index.protocols import Articles


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article with the same text. The original is the earliest of all."""

    stored: StoredArticle
    is_original: bool


@dataclass(frozen=True, slots=True)
class StoryOfHit:
    """The story that an article belongs to: full coverage is `articles` articles."""

    id: str
    title: str
    articles: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The other articles with a hit's text, the original first, then by time; and its story."""

    copies: tuple[Copy, ...] = ()
    story: StoryOfHit | None = None


NONE = Coverage()


def coverage(view: GroupsView, archive: Articles, keys: Keys) -> Mapping[int, Coverage]:
    """The coverage of some articles. What was deleted meanwhile is left out."""
    groups = view.copies(keys)
    stories = view.stories(keys)
    summaries = view.summaries(sorted(set(stories.values())))
    wanted = {key for group in groups.values() for key in group}
    wanted |= {summary.central for summary in summaries.values()}
    found = archive.revisions(sorted(wanted))

    def copies(key: int) -> tuple[Copy, ...]:
        group = groups.get(key, ())
        return tuple(
            Copy(found[other], is_original=other == group[0])
            for other in group
            if other != key and other in found
        )

    def story(key: int) -> StoryOfHit | None:
        summary = summaries.get(stories.get(key, ""))
        if summary is None or summary.central not in found:
            return None
        title = found[summary.central].article.title
        return StoryOfHit(summary.id, title, summary.articles)

    return {key: Coverage(copies(key), story(key)) for key in keys.tolist()}
