"""The best few by skipping are the first of everything, where skipping is tried at any size."""

import tempfile
from pathlib import Path
from unittest.mock import patch

import numpy as np
from corpora import MEMORY, article, indexed, store_of
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexical import maxscore
from index.query import Bool, Word

RARE, COMMON = ["quorum", "harbour", "strike"], ["river", "bridge", "mayor"]
texts = st.lists(st.sampled_from(RARE + COMMON * 6), min_size=1, max_size=15).map(" ".join)
titles = st.one_of(st.just(""), texts)


@given(
    st.lists(st.tuples(texts, titles), min_size=5, max_size=40),
    st.lists(st.sampled_from(RARE + COMMON), min_size=2, max_size=5),
    st.integers(1, 4),
    st.booleans(),
)
@settings(max_examples=40)
def test_skipping_changes_neither_order_nor_scores_nor_totals(
    written: list[tuple[str, str]], asked: list[str], k: int, is_filtered: bool
) -> None:
    made = [article(f"a{at}", text, title=title) for at, (text, title) in enumerate(written)]
    items = indexed(made)
    node = Bool(should=tuple(map(Word, asked)))
    restriction = Word("river") if is_filtered else None
    with (
        tempfile.TemporaryDirectory(dir=MEMORY) as folder,
        patch.object(maxscore, "WORTH_SKIPPING", 0),
    ):
        store = store_of(Path(folder) / "index", items[:-2], items[-2:])
        snapshot = store.snapshot()
        everything = snapshot.match(node, 1000, restriction)
        best = snapshot.match(node, k, restriction)
        assert best.total == everything.total == len(everything.keys)
        assert best.keys.tolist() == everything.keys[:k].tolist()
        np.testing.assert_allclose(best.scores, everything.scores[:k], rtol=1e-5)
