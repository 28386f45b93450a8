"""Whoosh as the oracle: its own searcher over the same segment gives the same articles and scores.

And however the articles are split over segments, our answers stay the same.
"""

import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from corpora import MEMORY, article, indexed, store_of
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import query as whoosh_query
from whoosh.matching import FilterMatcher, WrappingMatcher
from whoosh.query import spans as whoosh_spans
from whoosh.searching import SearchContext, Searcher

from index.domain import Article
from index.lexical.bm25 import Bm25Parameters
from index.local.snapshot import LocalSnapshot
from index.local.whoosh.opened import open_reader
from index.local.whoosh.weighting import Bm25F
from index.query import Bool, Boost, Fuzzy, Node, Phrase, Prefix, TextField, Wildcard, Word

VOCABULARY = ["bridge", "river", "strike", "harbour", "mayor", "riverside", "bridges", "may"]
LANGUAGE = "en"

words = st.sampled_from(VOCABULARY)
texts = st.lists(words, min_size=1, max_size=12).map(" ".join)
articles = st.lists(st.tuples(texts, st.one_of(st.just(""), texts)), min_size=1, max_size=12)
text_fields = st.sampled_from([None, TextField.TITLE, TextField.BODY])
leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Word, words, text_fields),
    st.builds(
        Phrase,
        st.lists(words, min_size=2, max_size=3).map(" ".join),
        st.just(0),
        text_fields,
        st.just(True),  # Whoosh knows the forms of words, not how they are written
    ),
    st.builds(Prefix, st.sampled_from(["br", "riv", "may", "x"]), text_fields),
    st.builds(Wildcard, st.sampled_from(["r?ver*", "*idge", "h*r", "?ayor"]), text_fields),
    st.builds(Fuzzy, st.sampled_from(["brigde", "rivr", "mayro"]), st.sampled_from([1, 2])),
)


def _tuples(inner: st.SearchStrategy[Node], least: int) -> st.SearchStrategy[tuple[Node, ...]]:
    return st.lists(inner, min_size=least, max_size=3).map(tuple)


def _combined(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    none: st.SearchStrategy[tuple[Node, ...]] = st.just(())
    return st.one_of(
        st.builds(Bool, _tuples(inner, 1), _tuples(inner, 0), _tuples(inner, 0)),
        st.builds(Bool, none, _tuples(inner, 1), _tuples(inner, 0)),
        st.builds(Boost, inner, st.sampled_from([0.5, 2.0])),
    )


nodes = st.recursive(leaves, _combined, max_leaves=6)


def snapshot_of(
    folder: str, given_articles: list[tuple[str, str]], cuts: list[int]
) -> LocalSnapshot:
    made: list[Article] = [
        article(f"a{number}", text, title=title)
        for number, (text, title) in enumerate(given_articles)
    ]
    items = indexed(made)
    bounds = [0, *sorted({cut % len(items) for cut in cuts} - {0}), len(items)]
    commits = [items[low:high] for low, high in pairwise(bounds)]
    return store_of(Path(folder) / "index", *commits).snapshot()


def to_whoosh(node: Node, snapshot: LocalSnapshot) -> whoosh_query.Query:
    """The query as Whoosh's own objects, terms analysed by the same analyzer."""
    analyzer = snapshot.analyzer(LANGUAGE)
    vocabulary = snapshot.vocabulary(LANGUAGE)

    def term(word: str) -> str:
        return analyzer.query_terms(word)[0].term

    def one_of(terms: tuple[str, ...], field: TextField | None) -> whoosh_query.Query:
        name = f"{field or 'text'}_{LANGUAGE}"
        inner = whoosh_query.Or([whoosh_query.Term(name, found) for found in terms])
        return whoosh_query.ConstantScoreQuery(inner, 1.0)

    match node:
        case Word(text, field):
            return whoosh_query.Term(f"{field or 'text'}_{LANGUAGE}", term(text))
        case Phrase(text, _, field):
            name = f"{field or 'text'}_{LANGUAGE}"
            parts = [whoosh_query.Term(name, term(word)) for word in text.split()]
            return whoosh_spans.SpanNear2(parts, slop=1, ordered=True)
        case Prefix(text, field):
            return one_of(vocabulary.terms_of_prefix(analyzer.fold(text)), field)
        case Wildcard(pattern, field):
            return one_of(vocabulary.terms_of_pattern(analyzer.fold(pattern)), field)
        case Fuzzy(text, edits, field):
            return one_of(vocabulary.terms_near(analyzer.fold(text), edits), field)
        case Boost(inner, factor):
            return _Boosted(to_whoosh(inner, snapshot), factor)
        case Bool(must, should, must_not):
            convert: Callable[[Node], whoosh_query.Query] = lambda part: to_whoosh(part, snapshot)  # noqa: E731
            required = whoosh_query.And([convert(part) for part in must])
            optional = whoosh_query.Or([convert(part) for part in should])
            found = whoosh_query.AndMaybe(required, optional) if must else optional
            if must and not should:
                found = required
            if must_not:
                return _Without(found, whoosh_query.Or([convert(p) for p in must_not]))
            return found
        case _:
            raise AssertionError(node)


class _Boosted(whoosh_query.WrappingQuery):  # type: ignore[misc]
    """Multiplies any query's scores (Whoosh's own boosts hold for leaves only)."""

    def __init__(self, child: whoosh_query.Query, factor: float) -> None:
        super().__init__(child)
        self.factor = factor

    def matcher(self, searcher: Searcher, context: object = None) -> object:
        return WrappingMatcher(self.child.matcher(searcher, context), boost=self.factor)


class _Without(whoosh_query.WrappingQuery):  # type: ignore[misc]
    """`child` without what `excluded` finds.

    Whoosh 2.7.5's own AndNotMatcher lets the first posting through if the excluded list begins
    before it (`_find_first` compares, but does not skip).
    """

    def __init__(self, child: whoosh_query.Query, excluded: whoosh_query.Query) -> None:
        super().__init__(child)
        self.excluded = excluded

    def matcher(self, searcher: Searcher, context: object = None) -> object:
        gone = self.excluded.matcher(searcher, searcher.boolean_context())
        ids = frozenset(gone.all_ids())
        return FilterMatcher(self.child.matcher(searcher, context), ids, exclude=True)


def whoosh_answers(snapshot: LocalSnapshot, node: Node) -> dict[int, float]:
    """Every article that Whoosh's matcher finds, with its score, by key."""
    (live,) = snapshot.live_segments
    searcher = Searcher(open_reader(snapshot), weighting=Bm25F(Bm25Parameters()))
    matcher = to_whoosh(node, snapshot).matcher(searcher, _context(searcher))
    answers = {}
    while matcher.is_active():
        answers[int(live.segment.columns.keys[matcher.id()])] = float(matcher.score())
        matcher.next()
    return answers


def _context(searcher: Searcher) -> object:
    return SearchContext(weighting=searcher.weighting)


@given(articles, nodes)
@settings(max_examples=80)
def test_whoosh_finds_the_same_with_the_same_scores(
    given_articles: list[tuple[str, str]], node: Node
) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        snapshot = snapshot_of(folder, given_articles, [])
        found = snapshot.match(node, 100)
        ours = dict(zip(found.keys.tolist(), found.scores.tolist(), strict=True))
        theirs = whoosh_answers(snapshot, node)
        assert ours.keys() == theirs.keys()
        for key, score in ours.items():
            assert score == pytest.approx(theirs[key], rel=1e-4, abs=1e-6)


@given(articles, nodes, st.lists(st.integers(0, 20), max_size=4))
@settings(max_examples=60)
def test_the_split_into_segments_changes_nothing(
    given_articles: list[tuple[str, str]], node: Node, cuts: list[int]
) -> None:
    with (
        tempfile.TemporaryDirectory(dir=MEMORY) as one,
        tempfile.TemporaryDirectory(dir=MEMORY) as other,
    ):
        whole = snapshot_of(one, given_articles, []).match(node, 100)
        split = snapshot_of(other, given_articles, cuts).match(node, 100)
        assert whole.keys.tolist() == split.keys.tolist()
        np.testing.assert_allclose(whole.scores, split.scores, rtol=1e-5)


@given(articles, st.lists(words, min_size=2, max_size=4), st.integers(1, 6), st.booleans())
@settings(max_examples=80)
def test_the_best_few_are_the_first_of_all(
    given_articles: list[tuple[str, str]], asked: list[str], k: int, is_filtered: bool
) -> None:
    node = Bool(should=tuple(Word(word) for word in asked))
    restriction = Word("river") if is_filtered else None
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        snapshot = snapshot_of(folder, given_articles * 3, [5, 11])
        everything = snapshot.match(node, 1000, restriction)
        best = snapshot.match(node, k, restriction)
        assert best.total == everything.total == len(everything.keys)
        assert best.keys.tolist() == everything.keys[:k].tolist()
        np.testing.assert_allclose(best.scores, everything.scores[:k], rtol=1e-5)


@given(articles, nodes, nodes)
@settings(max_examples=80)
def test_what_matches_unscored_is_what_matches_scored(
    given_articles: list[tuple[str, str]], node: Node, restriction: Node
) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        snapshot = snapshot_of(folder, given_articles, [4])
        scored = set(snapshot.match(node, 100).keys.tolist())
        limits = set(snapshot.match(restriction, 100).keys.tolist())
        assert set(snapshot.newest(node, 100).keys.tolist()) == scored
        assert set(snapshot.newest(node, 100, restriction).keys.tolist()) == scored & limits
        assert set(snapshot.match(node, 100, restriction).keys.tolist()) == scored & limits
        assert set(snapshot.select(node).keys().tolist()) == scored
