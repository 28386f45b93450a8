"""The index on Milvus answers as the index in a folder does: same articles, same scores."""

import tempfile
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pytest
from corpora import MEMORY, RANDOM_ENCODER, article, indexed, store_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from milvus_server import MilvusServer

from index import milvus as milvus_index
from index.analysis import analyzer_for
from index.archive import Database
from index.domain import StoredArticle
from index.ledger import SqliteSql
from index.lexical.bm25 import Bm25Parameters
from index.milvus.connection import Connection
from index.query import (
    Bool,
    Boost,
    Exact,
    ExactField,
    Fuzzy,
    Node,
    Phrase,
    Prefix,
    TextField,
    Wildcard,
    Word,
)

VOCABULARY = ["bridge", "river", "strike", "harbour", "mayor", "riverside", "bridges", "may"]
GERMAN = ["Wahl", "Bürgermeisterwahl", "Fluss", "Flüsse", "Straße", "UN-Sicherheitsrat",
          "Bürgermeister", "Bürgermeister-Wahl"]  # fmt: skip

words = st.sampled_from([*VOCABULARY, *GERMAN])
texts = st.lists(words, min_size=1, max_size=12).map(" ".join)
articles = st.lists(
    st.tuples(texts, st.one_of(st.just(""), texts), st.sampled_from(["en", "de"])),
    min_size=2, max_size=10,
)  # fmt: skip
text_fields = st.sampled_from([None, None, TextField.TITLE, TextField.BODY])
leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Word, words, text_fields),
    st.builds(Word, words),
    st.builds(Word, words, text_fields, st.just(True)),
    st.builds(
        Phrase, st.lists(words, min_size=2, max_size=3).map(" ".join), st.integers(0, 2),
        text_fields,
    ),
    st.builds(Prefix, st.sampled_from(["br", "riv", "may", "Bür", "x"]), text_fields),
    st.builds(Wildcard, st.sampled_from(["r?ver*", "*idge", "h*r", "Fl*"]), text_fields),
    st.builds(Fuzzy, st.sampled_from(["brigde", "rivr", "mayro"]), st.sampled_from([1, 2])),
    st.builds(Exact, st.just(ExactField.LANGUAGE), st.sampled_from(["en", "de"])),
)  # fmt: skip


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
restrictions = st.one_of(st.none(), nodes)


@pytest.fixture(scope="module")
def connection(milvus: MilvusServer) -> Connection:
    return Connection(milvus.uri)


@pytest.mark.long
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(articles, st.lists(st.tuples(nodes, restrictions), min_size=8, max_size=8))
def test_both_give_the_same(
    connection: Connection,
    made: list[tuple[str, str, str]],
    queries: list[tuple[Node, Node | None]],
) -> None:
    items = indexed(
        [
            article(f"a{number}", text, title=title, language=language)
            for number, (text, title, language) in enumerate(made)
        ]
    )
    stored = {item.stored.revision: item.stored for item in items}

    def texts_of(keys: Iterable[int]) -> Mapping[int, StoredArticle]:
        return {key: stored[key] for key in keys}

    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        here = store_of(Path(folder) / "index", items).snapshot()
        database = Database.open(Path(folder) / "archive.sqlite")
        prefix = f"parity_{uuid.uuid4().hex}"
        place = milvus_index.IndexLocation(
            connection, SqliteSql(database), prefix, analyzer_for, Bm25Parameters()
        )
        store = milvus_index.MilvusStore(place, texts_of)
        with store.writer(RANDOM_ENCODER) as writer:
            writer.commit(items, [], len(items))
        there = store.snapshot()
        for node, restriction in queries:
            one, other = here.match(node, 20, restriction), there.match(node, 20, restriction)
            assert one.total == other.total, node
            assert sorted(one.keys) == sorted(other.keys), node
            order = [one.keys.tolist().index(key) for key in other.keys.tolist()]
            np.testing.assert_allclose(other.scores, one.scores[order], rtol=1e-4, atol=1e-6)
            np.testing.assert_allclose(
                there.score_words(node, one.keys), one.scores, rtol=1e-4, atol=1e-6
            )
            vector = items[0].vectors[0]
            one, other = here.nearest(vector, 5, node), there.nearest(vector, 5, node)
            assert sorted(one.keys) == sorted(other.keys), node
            np.testing.assert_allclose(other.scores, one.scores, atol=1e-3)  # half precision here
        connection.call(lambda client: client.drop_collection(f"{prefix}_1"))
        database.close()
