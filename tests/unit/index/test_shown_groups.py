"""Copies and stories for readers who may not see all articles: what is left, in its own order."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from newsrooms import articles_of, service_in
from numpy.typing import NDArray
from wire_news import FOLLOW, NEWS

from api.service.service import Service
from index.archive import Database
from index.domain import Keys, Vectors
from index.groups import shown
from index.groups.domain import StoryFilter, StoryOrder, StorySummary, sort_key
from index.groups.draft import Draft
from index.groups.fact_tables import Facts
from index.groups.generations import begun
from index.groups.member_tables import Membership
from index.groups.shown import ShownGroups
from index.groups.store import GroupStore
from index.permitted_sources import PermittedSources
from index.protocols import Snapshot

FOLLOW_UP = {**FOLLOW, "source": "Courier"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service_in(tmp_path_factory.mktemp("data")) as service:
        service.archive.put(articles_of(service, (*NEWS[:4], FOLLOW_UP)))
        service.upkeep.sync()
        yield service


def groups_of(service: Service, *sources: str) -> ShownGroups:
    return ShownGroups(
        service.groups, service.store.snapshot().limited(PermittedSources.of(sources))
    )


def key(service: Service, article_id: str) -> int:
    return service.archive.get(article_id).revision


def keys(service: Service, *article_ids: str) -> Keys:
    return np.array([key(service, article_id) for article_id in article_ids], np.int64)


def test_copies_elect_an_original_among_those_shown(service: Service) -> None:
    view = groups_of(service, "Courier", "Gazette").newest()
    wire, cut, late, chess = keys(service, "wire", "cut", "late", "chess").tolist()
    asked = np.array([wire, cut, late, chess])
    assert view.copies(asked) == {cut: (cut, late), late: (cut, late)}
    assert view.originals(asked).tolist() == [wire, cut, cut, chess]
    assert view.duplicated().tolist() == sorted([cut, late])


def test_an_article_whose_copies_are_all_hidden_stands_alone(service: Service) -> None:
    view = groups_of(service, "Courier").newest()
    wire, cut = keys(service, "wire", "cut").tolist()
    assert not view.copies(np.array([cut, wire]))
    assert view.originals(np.array([cut])).tolist() == [cut]
    assert not len(view.duplicated())


def test_a_story_is_told_by_what_is_left_of_it(service: Service) -> None:
    whole = service.groups.newest()
    (story,) = set(whole.stories(keys(service, "wire")).values())
    groups = groups_of(service, "Courier", "Gazette")
    view = groups.newest()
    assert view.members(story).tolist() == keys(service, "cut", "late", "follow").tolist()
    assert dict(view.stories(keys(service, "wire", "cut"))) == {key(service, "cut"): story}
    (summary,) = view.summaries([story]).values()
    assert (summary.articles, summary.languages) == (3, ("en",))
    assert summary.central in keys(service, "cut", "late", "follow")
    assert summary.first_s > whole.summaries([story])[story].first_s
    assert list(groups.listed(StoryOrder.RECENT, StoryFilter(), 5)) == [summary]
    before = StoryFilter(end_s=summary.first_s)
    assert service.groups.listed(StoryOrder.RECENT, before, 5)
    assert not groups.listed(StoryOrder.RECENT, before, 5)


def test_copies_of_one_text_are_no_story(service: Service) -> None:
    groups = groups_of(service, "Wire", "Gazette")
    view = groups.newest()
    (story,) = set(service.groups.newest().stories(keys(service, "wire")).values())
    assert view.copies(keys(service, "late"))
    assert not view.stories(keys(service, "wire", "late"))
    assert not len(view.members(story))
    assert not view.summaries([story])
    assert not groups.listed(StoryOrder.RECENT, StoryFilter(), 5)


@dataclass
class Holding:
    """As much of a snapshot as is asked here: it holds some keys."""

    held: frozenset[int]

    def holds(self, keys: Keys) -> NDArray[np.bool_]:
        return np.isin(keys, list(self.held))

    def article_vectors(self, keys: Keys) -> Vectors:
        return np.eye(len(keys), 8, dtype=np.float32)


Told = Sequence[Sequence[tuple[int, str]]]
"""Stories, each with the times and languages of its articles."""


def written(folder: Path, stories: Told) -> GroupStore:
    database = Database.open(folder / "archive.sqlite")
    with database.transaction() as connection:
        connection.execute("DELETE FROM group_members")
        connection.execute("DELETE FROM group_stories")
        write(connection, stories)
    return GroupStore(database)


def write(connection: sqlite3.Connection, stories: Told) -> None:
    draft = Draft(connection, begun(connection, "told").generation)
    number = 0
    for at, members in enumerate(stories):
        for when_s, language in members:
            number += 1
            facts = Facts(number, str(number), when_s, language, 0, np.zeros(0, np.uint32))
            draft.set_membership(facts, Membership(None, f"s{at}"))
        draft.sum_up(f"s{at}", number)
    draft.finish(number)


@pytest.mark.parametrize("order", list(StoryOrder))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_pages_of_the_list_are_in_the_order_of_what_is_left(
    tmp_path_factory: pytest.TempPathFactory, order: StoryOrder, data: Any
) -> None:
    member = st.tuples(st.integers(0, 9), st.sampled_from(["de", "en"]))
    stories = data.draw(st.lists(st.lists(member, min_size=2, max_size=5), max_size=7))
    total = sum(map(len, stories))
    held = data.draw(st.frozensets(st.integers(1, max(1, total))))
    wanted = data.draw(
        st.sampled_from([StoryFilter(), StoryFilter(("de",)), StoryFilter((), 3, 6)])
    )
    groups = written(tmp_path_factory.getbasetemp(), stories)
    left = ShownGroups(groups, cast(Snapshot, Holding(held)))
    names = [f"s{at}" for at in range(len(stories))]
    every = [story for story in left.newest().summaries(names).values() if wanted.passes(story)]
    expected = sorted(every, key=lambda story: sort_key(order, story), reverse=True)
    found: list[StorySummary] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shown, "_STORIES_AT_ONCE", 2)
        while page := left.listed(order, wanted, 2, found[-1] if found else None):
            found += page
    assert found == expected
    assert all(story.articles > 1 and story.central in held for story in found)
