"""Stories as groups: a new article's neighbourhood is clustered, and nothing else is touched.

A neighbourhood is the article, those without a story that are like it, and the stories of the
others. Joining, merging and splitting are one operation: cluster these, and let each story's id
stay where most of it went.
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
"""Articles with the same rare names that are looked at."""

RAREST_NAMES = 8

TOUCH = 0.75
"""What has this share of the threshold in common with a newcomer belongs to its neighbourhood."""

MOST_STORIES = 4
MOST_SINGLES = 24
MOST_TEXTS = 48
"""Of one story, those nearest in time: what it was long ago does not decide."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A cluster, and the story whose id it takes; None for none, and for one alone."""

    members: Sequence[Facts]
    central: Facts
    story: str | None


class StoryGroups:
    """Finds the stories of newcomers among what a draft remembers."""

    def __init__(
        self, draft: Draft, snapshot: Snapshot, comparison: Comparison, window_s: int
    ) -> None:
        self._draft = draft
        self._snapshot = snapshot
        self._comparison = comparison
        self._window_s = window_s

    def join(self, new: Newcomer, near: Keys, window: Node | None) -> None:
        """Put a newcomer without a story into the one it belongs to, if there is one."""
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
        """Cluster a story again whose articles changed."""
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
        """Cluster articles without a story and the stories they touch."""
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
        """The story that each cluster goes on; the largest of those that went there for the most.

        The first story of a cluster keeps its id, the others are merged into it.
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
        """All of a story becomes a part of another; clusters that left take theirs out again."""
        self._place(self._draft.members(story), into)
        self._draft.drop_story(story, into)

    def _settle(self, parts: Sequence[_Part], touched: Iterable[str]) -> None:
        """Let each cluster be the story it is; a story of one text is none."""
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
        # Once for each group of copies, not for each of its members.
        originals = {one.original for one in memberships if one.original is not None}
        copies = {key for original in originals for key in self._draft.copies(original)}
        self._place(copies.union(keys), story)

    def _place(self, keys: Iterable[int], story: str | None) -> None:
        """Put just these articles into a story, or into none."""
        memberships = self._draft.memberships(keys)
        moved = [key for key, now in memberships.items() if now.story != story]
        for key, facts in sorted(self._draft.facts(moved).items()):
            self._draft.set_membership(facts, Membership(memberships[key].original, story))
