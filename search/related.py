"""What is related to an article: copies of its text, and its story.

A page of hits names the first few copies of each and how many there are: its cost does not depend
on how often a text was published. No text is read for any of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from index.domain import Headline, Keys, NewsDate
from index.groups.domain import GroupsView, StorySummary

FIRST_COPIES = 5
"""How many copies of a hit are named on a page of hits."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Another article with the same text. The original is the earliest of all.

    `is_older`: it is dated before the article it is listed with.
    """

    headline: Headline
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
    """The other articles with a hit's text, the original first, then by date; and its story.

    `copies` may be only the first of `copies_total`.
    """

    copies: tuple[Copy, ...] = ()
    copies_total: int = 0
    story: StoryOfHit | None = None


NONE = Coverage()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The keys of articles related to some articles, before any of them is read.

    `copies` are the others with each one's text, with their number and the key of the original.
    """

    copies: Mapping[int, "_Copies"]
    stories: Mapping[int, str]
    summaries: Mapping[str, StorySummary]

    @property
    def keys(self) -> set[int]:
        """The keys of the articles to name."""
        copies = {key for one in self.copies.values() for key in one.first}
        return copies | {summary.central for summary in self.summaries.values()}

    def coverage(self, key: int, date: NewsDate | None, found: Mapping[int, Headline]) -> Coverage:
        """Return the coverage of one of the articles, without articles deleted in the meantime."""
        group = self.copies.get(key, _NO_COPIES)
        copies = tuple(
            Copy(found[other], other == group.original, _is_older(found[other].date, date))
            for other in group.first
            if other in found
        )
        gone = len(group.first) - len(copies)
        return Coverage(copies, group.total - gone, self._story(key, found))

    def _story(self, key: int, found: Mapping[int, Headline]) -> StoryOfHit | None:
        summary = self.summaries.get(self.stories.get(key, ""))
        if summary is None or summary.central not in found:
            return None
        return StoryOfHit(summary.id, found[summary.central].title, summary.articles)


@dataclass(frozen=True, slots=True)
class _Copies:
    original: int
    total: int
    first: tuple[int, ...]


_NO_COPIES = _Copies(0, 0, ())


def surroundings(view: GroupsView, keys: Keys, most_copies: int | None = None) -> Surroundings:
    """Look up what is related to some articles: all copies of each, or the first `most_copies`."""
    stories = view.stories(keys)
    summaries = view.summaries(sorted(set(stories.values()))) if stories else {}
    copies = {key: _others(group, key, most_copies) for key, group in view.copies(keys).items()}
    return Surroundings(copies, stories, summaries)


def _others(group: tuple[int, ...], key: int, most: int | None) -> _Copies:
    first = group if most is None else group[: most + 1]
    others = tuple(other for other in first if other != key)[:most]
    return _Copies(group[0], len(group) - 1, others)


def _is_older(first: NewsDate | None, second: NewsDate | None) -> bool:
    """Return whether both dates are known and the first is earlier."""
    return first is not None and second is not None and first.start_s < second.start_s
