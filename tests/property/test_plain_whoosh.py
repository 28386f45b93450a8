"""Plain Whoosh, with its own writer and codec, as an oracle that shares none of our arrays.

Whoosh indexes the same texts through our analysis; terms, postings and positions must be equal, and
its searcher must give the same scores with our weighting. Texts are short, because Whoosh's codec
rounds lengths, and have no title, because Whoosh has no weighted fields in one.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from corpora import MEMORY, article, indexed, store_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from whoosh import fields, query
from whoosh.analysis import Token, Tokenizer
from whoosh.filedb.filestore import RamStorage
from whoosh.index import Index
from whoosh.scoring import BM25F

from index.analysis import analyzer_for
from index.lexical import bm25
from index.local.snapshot import LocalSnapshot
from index.query import Bool, Word
from index.segment.postings import BODY_BASE

WORDS = ["Wahl", "Bürgermeisterwahl", "Wahlen", "Rat", "Sicherheitsrat", "U.S.", "Straße", "rät"]
texts = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), min_size=1, max_size=9)


class OurAnalysis(Tokenizer):  # type: ignore[misc]
    """Whoosh tokens from our analyzer: several terms may share a position."""

    def __call__(self, value: str, **modes: Any) -> Iterator[Token]:
        analyzer = analyzer_for("de")
        token = Token(positions=True)
        for position, word in enumerate(analyzer.split(value)):
            for term in analyzer.terms(word).terms:
                token.text, token.pos, token.boost = term, position, 1.0
                yield token


class OurIdf(BM25F):  # type: ignore[misc]
    """Whoosh's own BM25F with Lucene's idf, as ours has it."""

    def idf(self, searcher: Any, fieldname: str, text: Any) -> float:
        frequency = searcher.reader().doc_frequency(fieldname, text)
        return bm25.inverse_document_frequency(frequency, searcher.doc_count_all())


def whoosh_index(given_texts: list[str]) -> Index:
    schema = fields.Schema(body=fields.TEXT(analyzer=OurAnalysis(), phrase=True))
    index = RamStorage().create_index(schema)
    writer = index.writer()
    for text in given_texts:
        writer.add_document(body=text)
    writer.commit()
    return index


def our_postings(snapshot: LocalSnapshot) -> dict[str, dict[int, list[int]]]:
    (live,) = snapshot.live_segments
    postings = live.parts["de"].postings
    found: dict[str, dict[int, list[int]]] = {}
    for number, term in enumerate(postings.terms.strings()):
        positions, owners = postings.positions_of(number)
        docs = postings.docs[postings.posting_range(number)][owners]
        for doc, position in zip(docs.tolist(), (positions - BODY_BASE).tolist(), strict=True):
            found.setdefault(term, {}).setdefault(doc, []).append(position)
    return found


def whoosh_postings(index: Index) -> dict[str, dict[int, list[int]]]:
    found: dict[str, dict[int, list[int]]] = {}
    with index.reader() as reader:
        for _, term in reader.all_terms():
            matcher = reader.postings("body", term)
            while matcher.is_active():
                entry = found.setdefault(term.decode(), {})
                entry[matcher.id()] = matcher.value_as("positions")
                matcher.next()
    return found


@given(texts)
@settings(max_examples=25)
def test_terms_postings_and_positions_are_those_of_whoosh(words: list[list[str]]) -> None:
    given_texts = [" ".join(text) for text in words]
    made = [article(f"a{n}", text, language="de") for n, text in enumerate(given_texts)]
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        snapshot = store_of(Path(folder) / "index", indexed(made)).snapshot()
        assert our_postings(snapshot) == whoosh_postings(whoosh_index(given_texts))


# A compound also matches by its parts in one place, which Whoosh does not know of.
PLAIN_WORDS = [word for word in WORDS if not analyzer_for("de").joined_terms(word)]


@given(texts, st.lists(st.sampled_from(PLAIN_WORDS), min_size=1, max_size=3, unique=True))
@settings(max_examples=25)
def test_scores_are_those_of_whoosh(words: list[list[str]], asked: list[str]) -> None:
    given_texts = [" ".join(text) for text in words]
    made = [article(f"a{n}", text, language="de") for n, text in enumerate(given_texts)]
    analyzer = analyzer_for("de")
    own_terms = [analyzer.query_terms(word)[0].term for word in asked]
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        snapshot = store_of(Path(folder) / "index", indexed(made)).snapshot()
        # Each word is required on its own, so that only its own term is looked for.
        node = Bool(should=tuple(Bool(must=(Word(word),)) for word in asked))
        found = snapshot.match(node, 100)
        scored = zip(found.keys.tolist(), found.scores.tolist(), strict=True)
        ours = {key - 1: score for key, score in scored}
        lengths = snapshot.live_segments[0].segment.columns.body_lengths.tolist()
    with whoosh_index(given_texts).searcher(weighting=OurIdf(B=0.75, K1=1.2)) as searcher:
        # Whoosh keeps a length in one byte; where that is not exact, there is nothing to compare.
        assume(lengths == [searcher.doc_field_length(n, "body") for n in range(len(lengths))])
        wanted = query.Or([query.Term("body", term) for term in own_terms])
        theirs = {hit.docnum: hit.score for hit in searcher.search(wanted, limit=None)}
    assert ours == pytest.approx(theirs, rel=1e-4)
