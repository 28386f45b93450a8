"""`Placing`: grouping the articles that came and went, in one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass

from index.groups.comparison import Comparison
from index.groups.copy_groups import CopyGroups, Newcomer, Texts
from index.groups.draft import Draft
from index.groups.fact_tables import Facts
from index.groups.story_groups import StoryGroups
from index.protocols import Snapshot
from index.query import Bool, DateInterval, Node

NEIGHBOURS = 32
"""The number of articles nearest in meaning that are examined."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A change of the archive to be grouped; `new` is None for a removed article."""

    revision: int
    article_id: str
    new: Newcomer | None


class Placing:
    """Groups articles with their copies and into their stories, in one draft.

    `copies_s` and `stories_s` are how far apart copies, and articles of one story, may be dated.
    """

    def __init__(
        self,
        draft: Draft,
        snapshot: Snapshot,
        comparison: Comparison,
        texts: Texts,
        *,
        copies_s: int,
        stories_s: int,
    ) -> None:
        comparison.go_on(draft)
        self._draft = draft
        self._snapshot = snapshot
        self._comparison = comparison
        self._copies = CopyGroups(draft, texts, comparison, copies_s)
        self._stories = StoryGroups(draft, snapshot, comparison, stories_s)
        self._span_s = max(copies_s, stories_s)
        self._has_undated = draft.has_undated()

    def remember(self, arrivals: Iterable[Arrival]) -> None:
        """Make a batch's articles known to each other, unless an interrupted run already has."""
        batch = {one.revision: one.new for one in arrivals if one.new is not None}
        known = self._draft.facts(batch)
        for key, new in batch.items():
            if key not in known:
                self._draft.remember(new.facts, new.bands)
                self._comparison.count(new.facts, 1)
                self._has_undated |= not new.facts.is_dated

    def place(self, arrival: Arrival) -> None:
        """Remove the article's previous versions, and find the place of the current one."""
        for gone in self._draft.versions(arrival.article_id, before=arrival.revision):
            self._take_out(gone)
        if arrival.new is not None:
            self._put_in(arrival.new)

    def _take_out(self, gone: Facts) -> None:
        story = self._copies.remove(gone)
        self._draft.forget(gone)
        self._comparison.count(gone, -1)
        if story is not None:
            self._stories.revise(story, gone.when_s)

    def _put_in(self, new: Newcomer) -> None:
        """Place a newcomer: its copies decide its story or, without any, its neighbourhood.

        An article of its batch may already have drawn it into another story, which then continues
        without it.
        """
        before = self._story_of(new.facts.key)
        window = self._window(new)
        (vector,) = self._comparison.vectors([new.facts.key])
        near = self._snapshot.nearest(vector, NEIGHBOURS, window).keys
        changed = self._copies.join(new, near)
        if changed is None:
            self._stories.join(new, near, window)
        else:
            for story in sorted(changed):
                self._stories.revise(story, new.facts.when_s)
        if before is not None and before != self._story_of(new.facts.key):
            self._stories.revise(before, new.facts.when_s)

    def _story_of(self, key: int) -> str | None:
        return self._draft.memberships([key])[key].story

    def _window(self, new: Newcomer) -> Node | None:
        """The articles that may share a story with a newcomer; None for all if it has no date."""
        if not new.facts.is_dated:
            return None
        start_s, end_s = new.facts.when_s - self._span_s, new.facts.when_s + self._span_s + 1
        dated = DateInterval(start_s, end_s, start_s, end_s)
        # Omitted if there are none, because it scans all articles.
        return Bool(should=(dated, _UNDATED)) if self._has_undated else dated


_UNDATED = Bool(must_not=(DateInterval(None, None, None, None),))
