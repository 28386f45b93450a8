"""A view is a value: narrowing makes another one, and never shows more."""

import dataclasses

import pytest

from index.milvus.view import View
from index.permitted_sources import PermittedSources

COURIER = PermittedSources.of(["Courier"])
CONDITIONS = ("key <= 7", "key not in [2, 3]")
STANDARD = PermittedSources.of(["Standard"])


def test_narrowing_leaves_the_view_as_it_was() -> None:
    whole = View(7, (2, 3))
    where = whole.where
    narrowed = whole.limited(COURIER).released(100)
    assert whole.where == where == View(7, (2, 3)).where
    assert (whole.only, whole.released_at_s) == (None, None)
    assert narrowed == whole.released(100).limited(COURIER)
    with pytest.raises(dataclasses.FrozenInstanceError):
        whole.only = COURIER  # type: ignore[misc]


def test_each_narrowing_is_one_more_condition() -> None:
    whole = View(7, (2, 3))
    for narrowed in (whole.released(100), whole.limited(COURIER)):
        assert all(condition in narrowed.where for condition in CONDITIONS)
        assert narrowed.where != whole.where
    assert whole.released(100).released(200) == whole.released(200)


def test_two_limits_allow_what_both_allow() -> None:
    both = View(7).limited(COURIER).limited(STANDARD)
    assert both.only == PermittedSources(())
    assert View(7).limited(COURIER).limited(COURIER) == View(7).limited(COURIER)
