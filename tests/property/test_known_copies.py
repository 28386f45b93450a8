"""Copies in memory are those of the database, for every version, whatever has changed."""

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.archive import Database
from index.groups import store, tables
from index.groups.draft import Draft
from index.groups.fact_tables import Facts
from index.groups.generations import begun, replace_current
from index.groups.member_tables import ALONE, Membership
from index.groups.store import GroupStore, StoredGroups

ARTICLES = 6
EVERY = np.arange(1, ARTICLES + 1)


def memberships(labels: list[int]) -> dict[int, Membership]:
    """Articles with one label are copies of the first of them; a label of its own is a story."""
    groups: dict[int, list[int]] = {}
    for key, label in enumerate(labels, 1):
        groups.setdefault(label, []).append(key)
    found = {}
    for label, keys in groups.items():
        alone = Membership(None, "story") if label else ALONE
        for key in keys:
            found[key] = Membership(keys[0]) if len(keys) > 1 else alone
    return found


STEPS = st.lists(
    st.tuples(
        st.lists(st.integers(0, 3), min_size=ARTICLES, max_size=ARTICLES).map(memberships),
        st.booleans(),  # whether anybody asks afterwards
        st.sampled_from(["", "", "another generation", "much later"]),
    ),
    max_size=12,
)


def write(
    groups: GroupStore, database: Database, recipe: str, wanted: dict[int, Membership]
) -> None:
    with database.transaction() as connection:
        draft = Draft(connection, begun(connection, recipe).generation)
        for key, membership in wanted.items():
            facts = Facts(key, str(key), 0, "en", 0, np.zeros(0, np.uint32))
            draft.set_membership(facts, membership)
        draft.finish(0)


@pytest.mark.long
@settings(max_examples=60)
@given(steps=STEPS)
def test_memory_and_database_agree_at_every_version(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[dict[int, Membership], bool, str]]
) -> None:
    database = Database.open(tmp_path_factory.mktemp("groups") / "archive.db")
    groups, recipe, late_s = GroupStore(database), "first", 0.0
    clock = time.monotonic
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "FEW", 0)
        patch.setattr(time, "monotonic", lambda: clock() + late_s)
        views: list[StoredGroups] = []
        for wanted, is_asked, event in steps:
            if event == "another generation":
                with database.transaction() as connection:
                    begun(connection, recipe + "+")
                    recipe += "+"
                    generation = begun(connection, recipe).generation
                    if generation > 1:
                        replace_current(connection, generation)
            write(groups, database, recipe, wanted)
            if event == "much later":
                late_s += tables.KEPT_S
                with database.transaction() as connection:
                    connection.execute("DELETE FROM group_members WHERE until IS NOT NULL")
                views.clear()
            views.append(groups.newest())
            if is_asked:
                for view in (views[-1], *views):
                    fresh = GroupStore(database).pinned(view.version)  # remembers nothing yet
                    expected = fresh.originals(EVERY)
                    np.testing.assert_array_equal(view.originals(EVERY), expected)
                    assert view.copies(EVERY) == fresh.copies(EVERY)
    database.close()


def test_of_many_articles_memory_is_asked_from_the_second_time_on(tmp_path: Path) -> None:
    with_many = np.arange(1, store.FEW + 2)
    database = Database.open(tmp_path / "archive.db")
    groups = GroupStore(database)
    write(groups, database, "recipe", {2: Membership(2), 3: Membership(2)})
    asked: list[str] = []
    with database.connection() as connection:
        connection.set_trace_callback(asked.append)
    for _ in range(3):
        assert groups.newest().originals(with_many).tolist() == [1, 2, 2, *with_many[3:]]
    members = [statement for statement in asked if "group_members" in statement]
    assert len(members) == 2
    database.close()
