"""The engine "whoosh" gives the same answers as the arrays: articles, scores, order and counts.

In several segments and languages, with deletions, for all that a parsed query can contain.
"""

import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
from corpora import MEMORY, RANDOM_ENCODER, article, indexed
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis import analyzer_for
from index.local import LocalStore
from index.local.whoosh.answering import WhooshSnapshot
from index.query import (
    Alternative,
    Among,
    Bool,
    Boost,
    DateInterval,
    Either,
    Everything,
    Exact,
    ExactField,
    Fuzzy,
    Node,
    Phrase,
    Prefix,
    TextField,
    Wildcard,
    Word,
    whole_words,
)

WORDS = [
    "Hafen",
    "Hafenfest",
    "Häfen",
    "harbour",
    "harbours",
    "the",
    "U.S.",
    "Sicherheitsrat",
    "Rat",
]
words = st.sampled_from(WORDS)
texts = st.lists(words, min_size=1, max_size=9).map(" ".join)
sources = st.sampled_from(["Port Gazette", "port gazette", "Hafenbote", None])
articles = st.lists(
    st.tuples(texts, st.one_of(st.just(""), texts), st.sampled_from(["de", "en"]), sources),
    min_size=1,
    max_size=10,
)
fields = st.sampled_from([None, TextField.TITLE, TextField.BODY])
leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Word, words, fields, st.booleans()),
    st.builds(
        Phrase,
        st.lists(words, min_size=1, max_size=3).map(" ".join),
        st.sampled_from([0, 0, 1, 4]),
        fields,
        st.booleans(),
        st.booleans(),
    ),
    st.builds(Prefix, st.sampled_from(["ha", "rat", "x"]), fields),
    st.builds(Wildcard, st.sampled_from(["h?fen", "*rat", "*"]), fields),
    st.builds(Fuzzy, st.sampled_from(["harbor", "raz"]), st.sampled_from([1, 2])),
    st.builds(Exact, st.just(ExactField.SOURCE), st.just("PORT gazette")),
    st.builds(Exact, st.just(ExactField.LANGUAGE), st.just("de")),
    st.builds(Exact, st.just(ExactField.ID), st.just("a2")),
    st.builds(Among, st.just((1, 3, 4))),
    st.just(DateInterval(0, 10**10, 0, 10**10)),
    st.just(Everything()),
    st.builds(
        Either,
        st.lists(st.builds(Word, words), min_size=1, max_size=2).map(tuple),
        st.lists(
            st.builds(
                Alternative,
                st.one_of(st.builds(Word, words), st.just(Phrase("Rat Hafen"))),
                st.sampled_from([None, "de"]),
                st.sampled_from([1.0, 0.5]),
                st.booleans(),
            ),
            min_size=1,
            max_size=2,
        ).map(tuple),
    ),
)


def some(inner: st.SearchStrategy[Node], least: int) -> st.SearchStrategy[tuple[Node, ...]]:
    return st.lists(inner, min_size=least, max_size=3).map(tuple)


def combined(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(Bool, some(inner, 0), some(inner, 0), some(inner, 0)),
        st.builds(Boost, inner, st.sampled_from([0.5, 2.0])),
        st.builds(whole_words, inner),
    )


nodes = st.recursive(leaves, combined, max_leaves=6)
Given = list[tuple[str, str, str, str | None]]


def stores(folder: str, made: Given, cuts: list[int], gone: set[int]) -> tuple[LocalStore, ...]:
    items = indexed(
        [
            article(f"a{number}", text, title=title, language=language, source=source)
            for number, (text, title, language, source) in enumerate(made)
        ]
    )
    bounds = [0, *sorted({cut % len(items) for cut in cuts} - {0}), len(items)]
    place = Path(folder) / "index"
    with LocalStore(place, analyzer_for).writer(RANDOM_ENCODER) as writer:
        for low, high in pairwise(bounds):
            writer.commit(items[low:high], [], high)
        writer.commit([], [f"a{number}" for number in gone], len(items) + 1)
    return (
        LocalStore(place, analyzer_for),
        LocalStore(place, analyzer_for, snapshots=WhooshSnapshot),
    )


@given(
    articles,
    nodes,
    st.one_of(st.none(), nodes),
    st.lists(st.integers(0, 20), max_size=3),
    st.sets(st.integers(0, 9), max_size=3),
)
@settings(max_examples=120)
def test_both_engines_answer_alike(
    made: Given, node: Node, restriction: Node | None, cuts: list[int], gone: set[int]
) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        ours, theirs = (store.snapshot() for store in stores(folder, made, cuts, gone))
        keys = np.arange(1, len(made) + 1)
        found, other = (one.match(node, 100, restriction) for one in (ours, theirs))
        assert set(found.keys.tolist()) == set(other.keys.tolist())
        assert found.total == other.total
        np.testing.assert_allclose(
            ours.score_words(node, keys), theirs.score_words(node, keys), rtol=1e-4, atol=1e-5
        )
        for order in ("newest", "oldest"):
            dated, also = (getattr(one, order)(node, 5, restriction) for one in (ours, theirs))
            assert dated.keys.tolist() == also.keys.tolist()
        assert ours.select(node).keys().tolist() == theirs.select(node).keys().tolist()
