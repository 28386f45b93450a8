"""Copies and stories as far as one snapshot shows their articles: `Groups` for limited readers.

They were found over all articles, and what is shown here is what is left of each: copies among the
articles that are shown, the earliest of them as the original, and stories with at least two texts
left, told, counted, dated and ordered by what is left.
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
    """`index.groups.domain.Groups` without what `snapshot` does not hold."""

    def __init__(self, groups: Groups, snapshot: Snapshot) -> None:
        self._groups = groups
        self._snapshot = snapshot

    def newest(self) -> "ShownView":
        """The newest state, as far as it is shown."""
        return ShownView(self._groups.newest(), self._snapshot)

    def pinned(self, version: str) -> "ShownView":
        """An earlier state, as far as it is shown. Raises SnapshotGone, CursorError."""
        return ShownView(self._groups.pinned(version), self._snapshot)

    def listed(
        self, order: StoryOrder, wanted: StoryFilter, limit: int, after: StorySummary | None = None
    ) -> Sequence[StorySummary]:
        """Stories in the order of what is left of them, those behind `after`.

        Nothing that is left of a story stands before the whole story. So whole stories are read in
        their order until the next one stands behind enough of what is left of those before.
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
        """The id of the story that `story_id` was merged into; itself otherwise."""
        return self._groups.current_id(story_id)


@dataclass(frozen=True, slots=True)
class ShownView:
    """`index.groups.domain.GroupsView` without what `snapshot` does not hold."""

    whole: GroupsView
    snapshot: Snapshot

    @property
    def version(self) -> str:
        """Names this state."""
        return self.whole.version

    def originals(self, keys: Keys) -> Keys:
        """Each article's original among those shown; the article itself where it has none."""
        groups = self.copies(keys)
        return np.array([groups.get(key, (key,))[0] for key in keys.tolist()], np.int64)

    def copies(self, keys: Keys) -> Mapping[int, tuple[int, ...]]:
        """The articles shown with the text of each of `keys`, the earliest first."""
        groups = self.whole.copies(keys)
        held = self._held(key for group in groups.values() for key in group)
        shown = {key: tuple(filter(held.__contains__, group)) for key, group in groups.items()}
        return {key: group for key, group in shown.items() if key in held and len(group) > 1}

    def duplicated(self) -> Keys:
        """The articles shown that have copies shown; ascending."""
        known = self.whole.duplicated()
        shown = known[self.snapshot.holds(known)]
        _, number, sizes = np.unique(
            self.whole.originals(shown), return_inverse=True, return_counts=True
        )
        return shown[sizes[number] > 1]

    def stories(self, keys: Keys) -> Mapping[int, str]:
        """The story ids of those of `keys` that belong to one."""
        stories = self.whole.stories(keys[self.snapshot.holds(keys)])
        left = self.told(sorted(set(stories.values())))
        return {key: story for key, story in stories.items() if story in left}

    def members(self, story_id: str) -> Keys:
        """The articles shown of a story, in time order."""
        keys = self.whole.members(story_id)
        shown = keys[self.snapshot.holds(keys)]
        is_story = len(np.unique(self.whole.originals(shown))) > 1
        return shown if is_story else shown[:0]

    def told(self, story_ids: Sequence[str]) -> Mapping[str, tuple[Member, ...]]:
        """The articles shown of stories, in time order."""
        whole = self.whole.told(story_ids)
        held = self._held(member.key for members in whole.values() for member in members)
        left = {
            story: tuple(member for member in members if member.key in held)
            for story, members in whole.items()
        }
        return {story: members for story, members in left.items() if _texts(members) > 1}

    def summaries(self, story_ids: Sequence[str]) -> Mapping[str, StorySummary]:
        """What there is to say of what is left of stories."""
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
        """The text whose vector is most like those of all others; the earliest of equals.

        Chosen anew, so that articles that are hidden have no say.
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
