"""Copies and stories as a test tells them, by key: `Groups` and `GroupsView` in one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from index.domain import Keys
from index.errors import SnapshotGone
from index.groups.domain import Alone, NoGroups, StorySummary


@dataclass
class ToldGroups(Alone, NoGroups):
    """`copies_told` are groups of keys, the original first; `stories_told` have keys by id."""

    copies_told: Sequence[tuple[int, ...]] = ()
    stories_told: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    version: str = "1.1"

    def newest(self) -> "ToldGroups":
        return replace(self)

    def pinned(self, version: str) -> "ToldGroups":
        if version != self.version:
            raise SnapshotGone("gone")
        return self

    def originals(self, keys: Keys) -> Keys:
        own = {key: group[0] for group in self.copies_told for key in group}
        return np.array([own.get(key, key) for key in keys.tolist()], np.int64)

    def copies(self, keys: Keys) -> Mapping[int, tuple[int, ...]]:
        wanted = keys.tolist()
        return {key: group for group in self.copies_told for key in group if key in wanted}

    def duplicated(self) -> Keys:
        return np.array(sorted(key for group in self.copies_told for key in group), np.int64)

    def stories(self, keys: Keys) -> Mapping[int, str]:
        own = {key: name for name, members in self.stories_told.items() for key in members}
        return {key: own[key] for key in keys.tolist() if key in own}

    def members(self, story_id: str) -> Keys:
        return np.array(self.stories_told.get(story_id, ()), np.int64)

    def summaries(self, story_ids: Sequence[str]) -> Mapping[str, StorySummary]:
        return {
            name: StorySummary(name, members[0], len(members), 0, 1, ("en",))
            for name, members in self.stories_told.items()
            if name in story_ids
        }
