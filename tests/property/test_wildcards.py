"""Wildcard patterns: they mean what shells mean by them, and no text makes them slow."""

from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st

from index.lexical.vocabulary import compiled


@given(st.text("ab*?", max_size=12), st.text("abc", max_size=16))
def test_a_pattern_matches_what_a_shell_would_match(pattern: str, text: str) -> None:
    prefix, expression = compiled(pattern)
    assert (expression.fullmatch(text) is not None) == fnmatchcase(text, pattern)
    assert pattern.startswith(prefix)


def test_many_stars_do_not_multiply_the_work() -> None:
    """Tried every way, this would take longer than the universe has existed."""
    _, expression = compiled("a*" * 60 + "b")
    assert expression.fullmatch("a" * 5_000) is None
    _, expression = compiled("*?" * 60 + "b")
    assert expression.fullmatch("a" * 5_000) is None


def test_a_backslash_takes_a_star_for_itself() -> None:
    assert compiled(r"a\*b*")[0] == "a*b"
    assert compiled(r"a\*b*")[1].fullmatch("a*bc")
    assert not compiled(r"a\*b")[1].fullmatch("axb")
