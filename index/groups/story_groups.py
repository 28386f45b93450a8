"""Stories as groups: a new article's neighbourhood is clustered, and nothing else is touched.

A neighbourhood is the article, similar articles without a story, and the stories of the others.
Joining, merging and splitting are one operation: cluster these, and keep each story's id where most
of it went.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.domain import Keys
from index.groups import stories
from index.groups.comparison import Comparison
from index.groups.copy_groups import Newcomer
from index.groups.draft import Draft
from index.groups.fact_tables import Facts
from index.groups.member_tables import Membership
from index.protocols import Snapshot
from index.query import Bool, Node, Word

MATCHES = 32
"""The number of articles with the same rare names that are examined."""

RAREST_NAMES = 8

TOUCH = 0.75
"""Articles whose similarity to a newcomer is this share of the threshold are in its neighbourhood.
"""

MOST_STORIES = 4
MOST_SINGLES = 24
MOST_TEXTS = 48
"""Texts considered per story, those nearest in time: its distant past does not decide."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A cluster and the story whose id it takes; None for a new story or a single article."""

    members: Sequence[Facts]
    central: Facts
    story: str | None


class StoryGroups:
    """Finds the stories of newcomers among a draft's articles."""

    def __init__(
        self, draft: Draft, snapshot: Snapshot, comparison: Comparison, window_s: int
    ) -> None:
        self._draft = draft
        self._snapshot = snapshot
        self._comparison = comparison
        self._window_s = window_s

    def join(self, new: Newcomer, near: Keys, window: Node | None) -> None:
        """Put a newcomer without a story into the one to which it belongs, if any."""
        facts = new.facts
        own = self._draft.memberships([facts.key])[facts.key].original or facts.key
        others = self._candidates(new, near, window, own)
        if not others:
            return
        similar = self._comparison.likeness(facts, others)
        memberships = self._draft.memberships([other.key for other in others])
        touched: dict[str, None] = {}
        singles: list[int] = []
        for row in np.argsort(-similar, kind="stable").tolist():
            if similar[row] < TOUCH * stories.THRESHOLD:
                break
            story = memberships[others[row].key].story
            if story is None:
                singles.append(others[row].key)
            else:
                touched[story] = None
        if singles or touched:
            self._cluster(
                [own, *singles[:MOST_SINGLES]], list(touched)[:MOST_STORIES], facts.when_s
            )

    def revise(self, story: str, near_s: int) -> None:
        """Recluster a story whose articles have changed."""
        self._cluster([], [story], near_s)

    def _candidates(self, new: Newcomer, near: Keys, window: Node | None, own: int) -> list[Facts]:
        """Originals that are near in meaning or share rare names, published within the window.

        Those without a date are candidates at any time.
        """
        rarest = self._comparison.rarest_shared(new.facts, RAREST_NAMES)
        node = Bool(should=tuple(Word(new.named[name]) for name in rarest))
        keys = set(near.tolist())
        if rarest:
            keys |= set(self._snapshot.match(node, MATCHES, window).keys.tolist())
        originals = {
            membership.original or key for key, membership in self._draft.memberships(keys).items()
        }
        return [
            facts
            for key, facts in sorted(self._draft.facts(originals - {own}).items())
            if key != new.facts.key
            and (
                not (facts.is_dated and new.facts.is_dated)
                or abs(facts.when_s - new.facts.when_s) <= self._window_s
            )
        ]

    def _cluster(self, singles: Sequence[int], touched: Sequence[str], near_s: int) -> None:
        """Cluster articles without a story together with the stories they touch."""
        texts = {story: self._draft.texts_of(story, near_s, MOST_TEXTS) for story in touched}
        own = {key: story for story, keys in texts.items() for key in keys}
        known = self._draft.facts([*singles, *own]).values()
        pool = sorted(known, key=lambda facts: (facts.when_s, facts.key))
        similarity = self._comparison.similarity(pool)
        groups = stories.clusters(similarity, [own.get(facts.key) for facts in pool])
        heirs = self._heirs([[pool[row].key for row in rows] for rows in groups], texts)
        parts = [
            _Part([pool[row] for row in rows], pool[stories.medoid(similarity, rows)], heirs[at])
            for at, rows in enumerate(groups)
        ]
        self._settle(parts, texts)

    def _heirs(
        self, groups: Sequence[Sequence[int]], texts: Mapping[str, Sequence[int]]
    ) -> list[str | None]:
        """The story that each cluster continues: the largest of those that mostly went there.

        It keeps its id, and the others are merged into it.
        """
        homes: dict[int, list[str]] = {}
        for story, keys in texts.items():
            if keys:
                shares = [len(set(keys).intersection(group)) for group in groups]
                homes.setdefault(int(np.argmax(shares)), []).append(story)
        heirs: list[str | None] = [None] * len(groups)
        for at, there in homes.items():
            sizes = {story: self._draft.count_texts(story) for story in there}
            heirs[at] = min(there, key=lambda story: (-sizes[story], story))
            for story in there:
                if story != heirs[at]:
                    self._merge(story, str(heirs[at]))
        return heirs

    def _merge(self, story: str, into: str) -> None:
        """Make a story part of another; clusters that leave it remove their articles again."""
        self._place(self._draft.members(story), into)
        self._draft.drop_story(story, into)

    def _settle(self, parts: Sequence[_Part], touched: Iterable[str]) -> None:
        """Store each cluster as its story, unless it has only one text."""
        changed: dict[str, Facts] = {}
        for part in parts:
            story = part.story
            if story is None and len(part.members) > 1:
                story = self._draft.new_story_id([facts.article_id for facts in part.members])
            self._move(part.members, story)
            if story is not None:
                changed[story] = part.central
        for story, central in changed.items():
            if self._draft.count_texts(story) > 1:
                self._draft.sum_up(story, central.key)
            else:
                self._move(self._draft.facts(self._draft.members(story)).values(), None)
                self._draft.drop_story(story)
        for story in set(touched) - changed.keys():
            if not self._draft.members(story):
                self._draft.drop_story(story)

    def _move(self, members: Iterable[Facts], story: str | None) -> None:
        """Put articles, with their copies, into a story, or into none."""
        keys = [facts.key for facts in members]
        memberships = self._draft.memberships(keys).values()
        # Once per group of copies, not per member.
        originals = {one.original for one in memberships if one.original is not None}
        copies = {key for original in originals for key in self._draft.copies(original)}
        self._place(copies.union(keys), story)

    def _place(self, keys: Iterable[int], story: str | None) -> None:
        """Put only these articles into a story, or into none."""
        memberships = self._draft.memberships(keys)
        moved = [key for key, now in memberships.items() if now.story != story]
        for key, facts in sorted(self._draft.facts(moved).items()):
            self._draft.set_membership(facts, Membership(memberships[key].original, story))
