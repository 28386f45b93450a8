"""What is known of copies and stories, as others see it. Articles go by key (archive revision)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np

from index.domain import Keys
from index.errors import SnapshotGone


@dataclass(frozen=True, slots=True)
class StorySummary:
    """A story of at least two texts. `articles` counts copies too.

    `central` is the key of the article that is most like all others: its headline is the title.
    Times are seconds since the epoch, those of its dated articles if it has any.
    """

    id: str
    central: int
    articles: int
    first_s: int
    last_s: int
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One article of a story; `original` is its own key where it is no copy.

    `when_s` is its date, else when it came in.
    """

    key: int
    original: int
    when_s: int
    language: str
    is_dated: bool = True


class StoryOrder(StrEnum):
    """How stories are listed: the last to go on first, or the largest first."""

    RECENT = "recent"
    LARGEST = "largest"


@dataclass(frozen=True, slots=True)
class StoryFilter:
    """Stories with an article in one of `languages` (any, if empty), told within the bounds.

    `start_s` and `end_s` bound a half-open interval that the story's own must touch.
    """

    languages: tuple[str, ...] = ()
    start_s: int | None = None
    end_s: int | None = None

    def passes(self, story: StorySummary) -> bool:
        """Whether a story is wanted."""
        return (
            (not self.languages or any(one in self.languages for one in story.languages))
            and (self.start_s is None or story.last_s >= self.start_s)
            and (self.end_s is None or story.first_s < self.end_s)
        )


def sort_key(order: StoryOrder, story: StorySummary) -> tuple[int, int, str]:
    """By what stories are listed, the largest first."""
    size = story.articles if order is StoryOrder.LARGEST else 0
    return size, story.last_s, story.id


class GroupsView(Protocol):
    """Copies and stories as of one version. Articles that it does not know stand alone."""

    @property
    def version(self) -> str:
        """Names this state; it can be pinned for as long as snapshots can."""
        ...

    def originals(self, keys: Keys) -> Keys:
        """Each article's original; the article itself where it is no copy."""
        ...

    def copies(self, keys: Keys) -> Mapping[int, tuple[int, ...]]:
        """All articles with the text of each of `keys`, original first; none that stand alone."""
        ...

    def duplicated(self) -> Keys:
        """All articles that have copies or are one; ascending."""
        ...

    def stories(self, keys: Keys) -> Mapping[int, str]:
        """The story ids of those of `keys` that belong to one."""
        ...

    def members(self, story_id: str) -> Keys:
        """The articles of a story in time order, those without a date last.

        None for a story that is not there. The id of a story that was merged into
        another is as good as the other's.
        """
        ...

    def told(self, story_ids: Sequence[str]) -> Mapping[str, tuple[Member, ...]]:
        """The articles of stories in time order, with what is told of them."""
        ...

    def summaries(self, story_ids: Sequence[str]) -> Mapping[str, StorySummary]:
        """What there is to say of stories, as they are now; without those that are gone."""
        ...


class Groups(Protocol):
    """Where copies and stories are kept."""

    def newest(self) -> GroupsView:
        """The newest state."""
        ...

    def pinned(self, version: str) -> GroupsView:
        """An earlier state. Raises SnapshotGone where it is no longer kept, CursorError."""
        ...

    def listed(
        self, order: StoryOrder, wanted: StoryFilter, limit: int, after: StorySummary | None
    ) -> Sequence[StorySummary]:
        """Stories in an order, those behind `after`."""
        ...

    def current_id(self, story_id: str) -> str:
        """The id of the story that `story_id` was merged into; itself otherwise."""
        ...


class Alone:
    """`GroupsView` of an archive in which nothing was ever grouped."""

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
    """`Groups` where there are none."""

    def newest(self) -> GroupsView:
        """Everything stands alone."""
        return Alone()

    def pinned(self, version: str) -> GroupsView:
        """Everything stands alone. Raises SnapshotGone for any other version."""
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
