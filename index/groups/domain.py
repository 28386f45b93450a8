"""Copies and stories as others see them. Articles are identified by key (archive revision)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np

from index.domain import Keys
from index.errors import SnapshotGone


@dataclass(frozen=True, slots=True)
class StorySummary:
    """A story of at least two texts.

    `articles` counts copies too. `central` is the key of the article most similar to all others;
    its headline is the title. Times are in seconds since the epoch, those of its dated articles if
    it has any.
    """

    id: str
    central: int
    articles: int
    first_s: int
    last_s: int
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One article of a story.

    `original` is its own key if it is not a copy. `when_s` is its date or, without one, the time it
    came in.
    """

    key: int
    original: int
    when_s: int
    language: str
    is_dated: bool = True


class StoryOrder(StrEnum):
    """How stories are listed: the most recently continued first, or the largest first."""

    RECENT = "recent"
    LARGEST = "largest"


@dataclass(frozen=True, slots=True)
class StoryFilter:
    """Stories with an article in one of `languages` (any, if empty), within the bounds.

    `start_s` and `end_s` bound a half-open interval that the story's own must overlap.
    """

    languages: tuple[str, ...] = ()
    start_s: int | None = None
    end_s: int | None = None

    def passes(self, story: StorySummary) -> bool:
        """Whether a story matches."""
        return (
            (not self.languages or any(one in self.languages for one in story.languages))
            and (self.start_s is None or story.last_s >= self.start_s)
            and (self.end_s is None or story.first_s < self.end_s)
        )


def sort_key(order: StoryOrder, story: StorySummary) -> tuple[int, int, str]:
    """The sort key of stories, descending."""
    size = story.articles if order is StoryOrder.LARGEST else 0
    return size, story.last_s, story.id


class GroupsView(Protocol):
    """Copies and stories as of one version. Articles unknown to it have no copies and no story."""

    @property
    def version(self) -> str:
        """Identifies this state, which can be pinned for as long as snapshots."""
        ...

    def originals(self, keys: Keys) -> Keys:
        """Each article's original; the article itself if it is not a copy."""
        ...

    def copies(self, keys: Keys) -> Mapping[int, tuple[int, ...]]:
        """Each of `keys` that has copies, with all articles of its text, original first."""
        ...

    def duplicated(self) -> Keys:
        """All articles that are copies or have copies, ascending."""
        ...

    def stories(self, keys: Keys) -> Mapping[int, str]:
        """The story ids of the `keys` that belong to a story."""
        ...

    def members(self, story_id: str) -> Keys:
        """The articles of a story in time order, those without a date last.

        None if there is no such story. The id of a story that was merged into another stands for
        the other.
        """
        ...

    def told(self, story_ids: Sequence[str]) -> Mapping[str, tuple[Member, ...]]:
        """The articles of stories in time order, with their details."""
        ...

    def summaries(self, story_ids: Sequence[str]) -> Mapping[str, StorySummary]:
        """Descriptions of stories as they are now, without those that no longer exist."""
        ...


class Groups(Protocol):
    """The store of copies and stories."""

    def newest(self) -> GroupsView:
        """The newest state."""
        ...

    def pinned(self, version: str) -> GroupsView:
        """An earlier state. Raises SnapshotGone if it is no longer kept, and CursorError."""
        ...

    def listed(
        self, order: StoryOrder, wanted: StoryFilter, limit: int, after: StorySummary | None
    ) -> Sequence[StorySummary]:
        """Stories in an order, those after `after`."""
        ...

    def current_id(self, story_id: str) -> str:
        """The id of the story into which `story_id` was merged; otherwise itself."""
        ...


class Alone:
    """`GroupsView` of an archive that was never grouped."""

    version = "0.0"

    def originals(self, keys: Keys) -> Keys:
        """The articles themselves."""
        return keys

    def copies(self, keys: Keys) -> Mapping[int, tuple[int, ...]]:
        """None."""
        return {}

    def duplicated(self) -> Keys:
        """None."""
        return np.zeros(0, np.int64)

    def stories(self, keys: Keys) -> Mapping[int, str]:
        """None."""
        return {}

    def members(self, story_id: str) -> Keys:
        """None."""
        return np.zeros(0, np.int64)

    def told(self, story_ids: Sequence[str]) -> Mapping[str, tuple[Member, ...]]:
        """None."""
        return {}

    def summaries(self, story_ids: Sequence[str]) -> Mapping[str, StorySummary]:
        """None."""
        return {}


class NoGroups:
    """`Groups` of an archive that was never grouped."""

    def newest(self) -> GroupsView:
        """A view without copies and stories."""
        return Alone()

    def pinned(self, version: str) -> GroupsView:
        """A view without copies and stories. Raises SnapshotGone for any other version."""
        if version != Alone.version:
            raise SnapshotGone("the copies and stories that this cursor belongs to are gone")
        return Alone()

    def listed(
        self, order: StoryOrder, wanted: StoryFilter, limit: int, after: StorySummary | None
    ) -> Sequence[StorySummary]:
        """None."""
        return ()

    def current_id(self, story_id: str) -> str:
        """The id itself."""
        return story_id


NO_GROUPS: Groups = NoGroups()
