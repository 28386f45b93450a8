"""Copies and stories of the articles that a snapshot shows, for limited readers.

They were determined over all articles, and this shows what remains of each: copies among the
visible articles, with the earliest as the original, and stories with at least two texts left, which
are described, counted, dated and ordered by the visible articles.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.domain import Keys
from index.groups.domain import (
    Groups,
    GroupsView,
    Member,
    StoryFilter,
    StoryOrder,
    StorySummary,
    sort_key,
)
from index.protocols import Snapshot

_STORIES_AT_ONCE = 200


class ShownGroups:
    """`index.groups.domain.Groups` limited to the articles in `snapshot`."""

    def __init__(self, groups: Groups, snapshot: Snapshot) -> None:
        self._groups = groups
        self._snapshot = snapshot

    def newest(self) -> "ShownView":
        """The visible part of the newest state."""
        return ShownView(self._groups.newest(), self._snapshot)

    def pinned(self, version: str) -> "ShownView":
        """The visible part of an earlier state. Raises SnapshotGone, CursorError."""
        return ShownView(self._groups.pinned(version), self._snapshot)

    def listed(
        self, order: StoryOrder, wanted: StoryFilter, limit: int, after: StorySummary | None = None
    ) -> Sequence[StorySummary]:
        """Stories in the order of their visible parts, those after `after`.

        The visible part of a story never sorts before the complete story. Complete stories are
        therefore read in order until the next one sorts after enough visible parts of the previous
        ones.
        """
        view = self.newest()
        bound = None if after is None else sort_key(order, after)
        found: list[StorySummary] = []
        last: StorySummary | None = None
        while True:
            whole = self._groups.listed(order, wanted, _STORIES_AT_ONCE, last)
            left = view.summaries([story.id for story in whole]).values()
            found += [
                story
                for story in left
                if wanted.passes(story) and (bound is None or sort_key(order, story) < bound)
            ]
            found.sort(key=lambda story: sort_key(order, story), reverse=True)
            del found[limit:]
            if len(whole) < _STORIES_AT_ONCE:
                return found
            last = whole[-1]
            if len(found) == limit and sort_key(order, found[-1]) > sort_key(order, last):
                return found

    def current_id(self, story_id: str) -> str:
        """The id of the story into which `story_id` was merged; otherwise itself."""
        return self._groups.current_id(story_id)


@dataclass(frozen=True, slots=True)
class ShownView:
    """`index.groups.domain.GroupsView` limited to the articles in `snapshot`."""

    whole: GroupsView
    snapshot: Snapshot

    @property
    def version(self) -> str:
        """Identifies this state."""
        return self.whole.version

    def originals(self, keys: Keys) -> Keys:
        """Each article's original among the visible ones; the article itself if it has none."""
        groups = self.copies(keys)
        return np.array([groups.get(key, (key,))[0] for key in keys.tolist()], np.int64)

    def copies(self, keys: Keys) -> Mapping[int, tuple[int, ...]]:
        """The visible articles with the text of each of `keys`, the earliest first."""
        groups = self.whole.copies(keys)
        held = self._held(key for group in groups.values() for key in group)
        shown = {key: tuple(filter(held.__contains__, group)) for key, group in groups.items()}
        return {key: group for key, group in shown.items() if key in held and len(group) > 1}

    def duplicated(self) -> Keys:
        """The visible articles that have visible copies, ascending."""
        known = self.whole.duplicated()
        shown = known[self.snapshot.holds(known)]
        _, number, sizes = np.unique(
            self.whole.originals(shown), return_inverse=True, return_counts=True
        )
        return shown[sizes[number] > 1]

    def stories(self, keys: Keys) -> Mapping[int, str]:
        """The story ids of the `keys` that belong to a story."""
        stories = self.whole.stories(keys[self.snapshot.holds(keys)])
        left = self.told(sorted(set(stories.values())))
        return {key: story for key, story in stories.items() if story in left}

    def members(self, story_id: str) -> Keys:
        """The visible articles of a story, in time order."""
        keys = self.whole.members(story_id)
        shown = keys[self.snapshot.holds(keys)]
        is_story = len(np.unique(self.whole.originals(shown))) > 1
        return shown if is_story else shown[:0]

    def told(self, story_ids: Sequence[str]) -> Mapping[str, tuple[Member, ...]]:
        """The visible articles of stories, in time order."""
        whole = self.whole.told(story_ids)
        held = self._held(member.key for members in whole.values() for member in members)
        left = {
            story: tuple(member for member in members if member.key in held)
            for story, members in whole.items()
        }
        return {story: members for story, members in left.items() if _texts(members) > 1}

    def summaries(self, story_ids: Sequence[str]) -> Mapping[str, StorySummary]:
        """Descriptions of the visible parts of stories."""
        known = sorted(self.whole.summaries(story_ids))
        return {
            story: self._summed_up(story, members) for story, members in self.told(known).items()
        }

    def _summed_up(self, story_id: str, members: Sequence[Member]) -> StorySummary:
        languages = Counter(member.language for member in members)
        times_s = [one.when_s for one in members if one.is_dated]
        times_s = times_s or [one.when_s for one in members]
        return StorySummary(
            story_id,
            self._central(members),
            len(members),
            min(times_s),
            max(times_s),
            tuple(sorted(languages, key=lambda one: (-languages[one], one))),
        )

    def _central(self, members: Sequence[Member]) -> int:
        """The text whose vector is most similar to all others; among equals, the earliest.

        It is chosen again, so that hidden articles have no influence.
        """
        texts: dict[int, int] = {}
        for member in members:
            texts.setdefault(member.original, member.key)
        keys = list(texts.values())
        vectors = self.snapshot.article_vectors(np.array(keys, np.int64))
        return keys[int(np.argmax(np.round(vectors @ vectors.sum(axis=0), 5)))]

    def _held(self, keys: Iterable[int]) -> set[int]:
        asked = np.unique(np.fromiter(keys, np.int64))
        return set(asked[self.snapshot.holds(asked)].tolist())


def _texts(members: Sequence[Member]) -> int:
    return len({member.original for member in members})
