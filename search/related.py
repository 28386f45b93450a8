"""What is related to an article: copies of its text, and its story."""

from collections.abc import Mapping
from dataclasses import dataclass

from index.domain import Keys, StoredArticle
from index.groups.domain import GroupsView, StorySummary


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article with the same text. The original is the earliest of all.

    `is_older`: it is dated before the article it is listed with.
    """

    stored: StoredArticle
    is_original: bool
    is_older: bool


@dataclass(frozen=True, slots=True)
class StoryOfHit:
    """The story of an article; its full coverage is `articles` articles."""

    id: str
    title: str
    articles: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The other articles with a hit's text, the original first, then by date; and its story."""

    copies: tuple[Copy, ...] = ()
    story: StoryOfHit | None = None


NONE = Coverage()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The keys of articles related to some articles, before any of them is read."""

    copies: Mapping[int, tuple[int, ...]]
    stories: Mapping[int, str]
    summaries: Mapping[str, StorySummary]

    @property
    def keys(self) -> set[int]:
        """The keys of the articles to read for the coverage."""
        copies = {key for group in self.copies.values() for key in group}
        return copies | {summary.central for summary in self.summaries.values()}

    def coverage(self, key: int, found: Mapping[int, StoredArticle]) -> Coverage:
        """Return the coverage of one of the articles, without articles deleted in the meantime."""
        group = self.copies.get(key, ())
        copies = tuple(
            Copy(
                found[other],
                is_original=other == group[0],
                is_older=_is_older(found[other], found.get(key)),
            )
            for other in group
            if other != key and other in found
        )
        return Coverage(copies, self._story(key, found))

    def _story(self, key: int, found: Mapping[int, StoredArticle]) -> StoryOfHit | None:
        summary = self.summaries.get(self.stories.get(key, ""))
        if summary is None or summary.central not in found:
            return None
        title = found[summary.central].article.title
        return StoryOfHit(summary.id, title, summary.articles)


def surroundings(view: GroupsView, keys: Keys) -> Surroundings:
    """Look up what is related to some articles."""
    stories = view.stories(keys)
    summaries = view.summaries(sorted(set(stories.values()))) if stories else {}
    return Surroundings(view.copies(keys), stories, summaries)


def _is_older(one: StoredArticle, other: StoredArticle | None) -> bool:
    """Return whether both have dates and the first is earlier."""
    first = one.article.date
    second = other.article.date if other is not None else None
    return first is not None and second is not None and first.start_s < second.start_s
