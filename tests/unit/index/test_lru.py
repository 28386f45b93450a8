"""What was asked for last is kept, and made once."""

from collections.abc import Sequence

from index.runtime.lru import LruCache


def test_what_is_missing_is_made_together_and_what_was_not_asked_for_longest_goes() -> None:
    made: list[list[int]] = []

    def make(names: Sequence[int]) -> dict[int, str]:
        made.append(list(names))
        return {name: str(name) for name in names if name >= 0}

    kept: LruCache[int, str] = LruCache(3)
    assert kept.get_all([1, 2, -1, 1], make) == {1: "1", 2: "2"}
    assert kept.get_all([3, 1, -1], make) == {3: "3", 1: "1"}
    assert kept.get_all([4], make) == {4: "4"}
    assert kept.get_all([1, 3, 2], make) == {1: "1", 3: "3", 2: "2"}
    assert kept.get(4, lambda: "made anew") == "made anew"
    assert made == [[1, 2, -1], [3, -1], [4], [2]]


def test_more_than_can_be_kept_is_answered_whole() -> None:
    kept: LruCache[int, int] = LruCache(2)
    assert kept.get_all(range(5), lambda names: {name: name for name in names}) == {
        name: name for name in range(5)
    }


def test_what_was_made_elsewhere_is_kept_and_may_be_peeked_at() -> None:
    kept: LruCache[int, str] = LruCache(2)
    assert kept.peek(1) is None
    kept.put(1, "one")
    kept.put(2, "two")
    assert kept.peek(1) == "one"
    kept.put(3, "three")
    assert [kept.peek(name) for name in (1, 2, 3)] == ["one", None, "three"]
    kept.put(3, "anew")
    assert kept.get(3, lambda: "made") == "anew"
