"""From the domain to JSON: nothing is lost, nothing is renamed by accident."""

import json

from api.http.routes.examples import SEARCH_ANSWER, SEARCH_REQUESTS
from api.schemas.articles import article_body
from api.schemas.parameters import SearchParameters
from api.schemas.search import SearchBody, search_body
from api.schemas.stats import stats_body
from index.domain import Article, DatePrecision, NewsDate, StoredArticle
from index.protocols import TermEvidence
from index.query import ReadingNote
from search.request import Explanation, Hit, Mode, Page, Passage, ScoreParts, TotalRelation

ARTICLE = Article(
    id="a/1",
    title="Ferry back",
    text="The ferry is back. All cheer.",
    language="en",
    date=NewsDate("2025-03", DatePrecision.MONTH, is_zoned=False, start_s=1740787200),
    source="Gazette",
    authors=("Ada Quill",),
    metadata={"desk": ["local"]},
)
STORED = StoredArticle(7, "hash", "2025-03-04T00:00:00+00:00", ARTICLE)
PASSAGE = Passage(0, 18, "The ferry is back.", ((4, 9),))


def page(explanation: Explanation | None = None) -> Page:
    hit = Hit(
        rank=1,
        score=0.75,
        stored=STORED,
        parts=ScoreParts(3.5, None, 1.0, 0.0, 0.4, 0.6, 0.75, 0.0, "learnt"),
        passages=(PASSAGE,),
        title_highlights=((0, 5),),
        explanation=explanation,
    )
    return Page(
        query="ferry",
        mode=Mode.KEYWORD,
        hits=(hit,),
        total=1,
        total_relation=TotalRelation.LOWER_BOUND,
        took_ms=1.23456,
        snapshot="3",
        cursor="next",
        warnings=(ReadingNote("read as a word", 4),),
        query_read_as="ferry",
    )


def test_a_page() -> None:
    body = search_body(page()).to_json()
    hit = body["hits"][0]
    assert body["total"] == {"value": 1, "relation": "lower_bound", "collapsed": 0}
    assert body["warnings"] == [{"message": "read as a word", "column": 4}]
    assert (body["mode"], body["took_ms"], body["cursor"]) == ("keyword", 1.235, "next")
    assert (hit["id"], hit["date"], hit["section"], hit["url"]) == ("a/1", "2025-03", None, None)
    assert hit["title_highlights"] == [{"start": 0, "end": 5}]
    assert hit["passages"][0]["highlights"] == [{"start": 4, "end": 9}]
    assert (hit["parts"]["lexical"], hit["parts"]["semantic"]) == (3.5, None)
    assert hit["parts"]["weights"] == {"lexical": 0.4, "semantic": 0.6, "origin": "learnt"}
    assert hit["parts"]["shares"] == {"lexical": 0.75, "semantic": 0.0}
    assert hit["explanation"] is None


def test_an_explanation() -> None:
    evidence = TermEvidence("ferry", "body", 1.0, 12, 2.5, 3.5)
    explained = search_body(page(Explanation((evidence,), PASSAGE))).to_json()["hits"][0]
    assert explained["explanation"]["terms"] == [
        {
            "term": "ferry", "field": "body", "frequency": 1.0, "document_frequency": 12,
            "idf": 2.5, "score": 3.5,
        }
    ]  # fmt: skip
    assert explained["explanation"]["best_passage"]["text"] == "The ferry is back."


def test_an_article_survives_json() -> None:
    body = json.loads(json.dumps(article_body(STORED).to_json()))
    assert body["metadata"] == {"desk": ["local"]}
    assert body["authors"] == ["Ada Quill"]
    assert (body["revision"], body["date"], body["place"]) == (7, "2025-03", None)


def test_stats_without_an_index() -> None:
    body = stats_body(None, archived=3, pending=3, archive_bytes=10).to_json()
    assert (body["archived"], body["articles"], body["snapshot"], body["encoder"]) == (
        3, 0, None, None,
    )  # fmt: skip


def test_the_documented_examples_have_the_documented_shape() -> None:
    assert SearchBody.model_validate(SEARCH_ANSWER).to_json() == SEARCH_ANSWER
    for example in SEARCH_REQUESTS.values():
        assert SearchParameters.model_validate(example["value"]).to_request().query
    for hit in SEARCH_ANSWER["hits"]:
        for passage in hit["passages"]:
            assert len(passage["text"]) == passage["end"] - passage["start"]
