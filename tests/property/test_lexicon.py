"""The sorted table of strings against Python's own sorting and searching."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.segment.term_dictionary import TermDictionary

# NUL is what short heads are padded with, so it is worth having among the characters.
strings = st.text(st.sampled_from("ab\x00äß語😀\U0010ffff"), max_size=12)
tables = st.sets(strings, max_size=40).map(sorted)


@given(tables, strings)
def test_find_agrees_with_a_list(table: list[str], string: str) -> None:
    lexicon = TermDictionary.of(table)
    assert lexicon.find(string) == (table.index(string) if string in table else None)
    assert [lexicon[position] for position in range(len(lexicon))] == table


@given(tables, strings)
def test_prefix_range_holds_just_the_extensions(table: list[str], prefix: str) -> None:
    lexicon = TermDictionary.of(table)
    found = list(lexicon.strings(lexicon.prefix_range(prefix)))
    assert found == [string for string in table if string.startswith(prefix)]


@given(tables)
def test_arrays_bring_it_back(table: list[str]) -> None:
    flat = TermDictionary.of(table).to_arrays("terms")
    assert list(TermDictionary.from_arrays(flat, "terms").strings()) == table
    assert flat["terms.heads"].dtype == np.uint64
