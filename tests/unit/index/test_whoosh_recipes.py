"""The recipes of Whoosh's documentation, one by one, on an archive opened in Whoosh.

Each test is named for the page that the recipe is on; docs/whoosh.md lists the same recipes.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from newsrooms import RECORDS, articles_of, service_in
from whoosh import analysis, highlight, qparser, query, scoring, sorting
from whoosh.collectors import TimeLimitCollector
from whoosh.qparser.dateparse import DateParserPlugin
from whoosh.query import spans
from whoosh.searching import Searcher

from api.service.notebook import OpenIndex, whoosh_index
from api.service.service import Service
from index.errors import SnapshotGone, Unsupported
from index.local.whoosh.occurrences import ArrayMatcher
from index.local.whoosh.opened import WhooshIndex
from index.protocols import Encoder
from index.segment.postings import BODY_BASE


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """An archive in two segments and two languages, with an article deleted."""
    with service_in(tmp_path_factory.mktemp("whoosh") / "data") as opened:
        made = articles_of(
            opened, [*RECORDS, {"id": "gone", "text": "The ferry sank.", "lang": "en"}]
        )
        opened.ingest.put_and_publish(made[:3])
        opened.ingest.put_and_publish(made[3:])
        opened.archive.delete(["gone"])
        opened.upkeep.sync()
        yield opened


@pytest.fixture
def ix(service: Service) -> WhooshIndex:
    return whoosh_index(service, None, None)


@pytest.fixture
def searcher(ix: WhooshIndex) -> Iterator[Searcher]:
    with ix.searcher() as opened:
        yield opened


def ids(found: object) -> list[str]:
    return [hit["id"] for hit in found]  # type: ignore[attr-defined]


def parsed(ix: WhooshIndex, text: str, field: str = "text") -> query.Query:
    return qparser.QueryParser(field, ix.schema).parse(text)


# quickstart


def test_quick_start(ix: WhooshIndex) -> None:
    with ix.searcher() as searcher:
        results = searcher.search(qparser.QueryParser("title", ix.schema).parse("ferry"))
        assert ids(results) == ["ferry-1", "ferry-2"] or ids(results) == ["ferry-2", "ferry-1"]
        assert {*results[0]} >= {"id", "title", "text", "lang", "date", "source", "section"}


def test_quick_start_and_or_phrases(ix: WhooshIndex, searcher: Searcher) -> None:
    assert ids(searcher.search(parsed(ix, "harbour horn"))) == ["ferry-1"]
    assert set(ids(searcher.search(parsed(ix, "bridge OR horn")))) == {"world/bridge-1", "ferry-1"}
    assert ids(searcher.search(parsed(ix, '"night ferry left"'))) == ["ferry-1"]
    assert ids(searcher.search(parsed(ix, '"left night ferry"'))) == []
    assert ids(searcher.search(parsed(ix, "ferry NOT fares"))) == ["ferry-1"]


def test_quick_start_all_languages_at_once(ix: WhooshIndex, searcher: Searcher) -> None:
    found = searcher.search(parsed(ix, "Hafen OR harbours"))
    assert set(ids(found)) == {"faehre-1", "ferry-1"}
    assert ids(searcher.search(parsed(ix, "Nachtfähren"))) == ["faehre-1"]


# schema, indexing


def test_fields_of_the_index(ix: WhooshIndex) -> None:
    names = set(ix.schema.names())
    assert names >= {"id", "text", "title", "body", "lang", "source", "date", "url"}
    assert names >= {"text_en", "title_en", "body_en", "text_de"}


def test_counts(ix: WhooshIndex) -> None:
    assert (ix.doc_count(), ix.is_empty()) == (4, False)
    assert ix.doc_count_all() >= 4
    assert ix.last_modified() > 0
    assert ix.field_length("text") > ix.field_length("text_de") > 0
    assert ix.max_field_length("text") > 0


def test_writing_is_refused(ix: WhooshIndex) -> None:
    for write in (
        ix.writer,
        ix.optimize,
        lambda: ix.add_field("mood", None),
        lambda: ix.remove_field("text"),
        lambda: ix.delete_by_term("id", "ferry-1"),
        lambda: ix.delete_by_query(query.Every()),
    ):
        with pytest.raises(Unsupported, match=r"read-only; add articles with 'newsearch index'"):
            write()


def test_a_searcher_refreshes_itself(tmp_path: Path) -> None:
    with service_in(tmp_path / "data") as service:
        service.ingest.put_and_publish(articles_of(service, RECORDS[:1]))
        ix = whoosh_index(service, None, None)
        searcher = ix.searcher()
        assert searcher.up_to_date()
        assert searcher.refresh() is searcher
        service.ingest.put_and_publish(articles_of(service, RECORDS[1:]))
        assert not searcher.up_to_date()
        assert (searcher.doc_count(), searcher.refresh().doc_count()) == (1, 4)


# searching


def test_paging_limits_and_lengths(ix: WhooshIndex, searcher: Searcher) -> None:
    results = searcher.search(query.Every(), limit=2)
    assert (len(results), results.scored_length()) == (4, 2)
    assert results.has_exact_length()
    page = searcher.search_page(query.Every(), 2, pagelen=3)
    assert (len(list(page)), page.pagecount, page.is_last_page()) == (1, 2, True)


def test_filters_and_masks(ix: WhooshIndex, searcher: Searcher) -> None:
    english = query.Term("lang", "en")
    assert ids(searcher.search(parsed(ix, "hafen OR night"), filter=english)) == ["ferry-1"]
    masked = searcher.search(parsed(ix, "ferry"), mask=query.Term("section", "business"))
    assert ids(masked) == ["ferry-1"]


def test_scoring_with_other_weightings(ix: WhooshIndex) -> None:
    models = (
        scoring.BM25F,
        scoring.TF_IDF(),
        scoring.Frequency(),
        scoring.PL2(),
        scoring.MultiWeighting(scoring.BM25F(), title=scoring.TF_IDF()),
        scoring.FunctionWeighting(lambda searcher, field, text, matcher: 7.0),
    )
    for model in models:
        with ix.searcher(weighting=model) as searcher:
            found = searcher.search(parsed(ix, "ferry"))
            assert set(ids(found)) == {"ferry-1", "ferry-2"}
            assert all(hit.score > 0 for hit in found), model


def test_sorting(searcher: Searcher) -> None:
    every = query.Every()
    by_date = ["ferry-1", "faehre-1", "ferry-2", "world/bridge-1"]
    assert ids(searcher.search(every, sortedby="date")) == by_date
    assert ids(searcher.search(every, sortedby="date", reverse=True)) == by_date[::-1]
    newest = sorting.FieldFacet("date", reverse=True)
    assert ids(searcher.search(every, sortedby=newest)) == by_date[::-1]
    both = [sorting.FieldFacet("source", reverse=True), sorting.FieldFacet("date")]
    expected = ["world/bridge-1", "ferry-1", "ferry-2", "faehre-1"]
    assert ids(searcher.search(every, sortedby=both)) == expected
    scored = sorting.MultiFacet([sorting.ScoreFacet(), "id"])
    assert len(searcher.search(query.Term("text", "ferry"), sortedby=scored)) == 2


def test_time_limits_and_merged_results(ix: WhooshIndex, searcher: Searcher) -> None:
    collector = TimeLimitCollector(searcher.collector(limit=10), timelimit=60)
    searcher.search_with_collector(parsed(ix, "ferry"), collector)
    assert len(collector.results()) == 2
    first = searcher.search(parsed(ix, "fares"))
    first.extend(searcher.search(parsed(ix, "ferry")))
    assert ids(first) == ["ferry-2", "ferry-1"]
    first.filter(searcher.search(parsed(ix, "horn")))
    assert ids(first) == ["ferry-1"]


def test_which_terms_matched(ix: WhooshIndex, searcher: Searcher) -> None:
    results = searcher.search(parsed(ix, "ferry OR horn OR zeppelin"), terms=True)
    assert results.matched_terms() == {("text", b"ferry"), ("text", b"horn")}
    best = results[0]
    assert set(best.matched_terms()) == {("text", b"ferry"), ("text", b"horn")}


def test_collapsing(searcher: Searcher) -> None:
    found = searcher.search(query.Every(), collapse="source", collapse_limit=1, sortedby="date")
    assert ids(found) == ["ferry-1", "faehre-1", "world/bridge-1"]
    assert found.collapsed_counts == {"Port Gazette": 1}


# parsing, querylang, query


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title:ferr*", {"ferry-1", "ferry-2"}),
        ("f?rry", {"ferry-1", "ferry-2"}),
        ("Nachtfäh*", {"faehre-1"}),
        ("source:'port gazette' AND fares", {"ferry-2"}),
        ("ferry ANDNOT fares", {"ferry-1"}),
        ("ferry ANDMAYBE horn", {"ferry-1", "ferry-2"}),
        ("ferry REQUIRE fares", {"ferry-2"}),
        ("(ferry OR bridge) AND mayor", {"world/bridge-1"}),
        ("horn^2 OR fares^0.5", {"ferry-1", "ferry-2"}),
        ('"night harbour"~4', {"ferry-1"}),
        ("section:[b TO lz]", {"ferry-1", "ferry-2", "faehre-1"}),
        ("date:2025", {"ferry-1", "ferry-2", "faehre-1", "world/bridge-1"}),
        ("date:202503", {"ferry-1", "faehre-1"}),
        ("date:[20250310 TO 20250430]", {"ferry-2"}),
        ("date:[20250430 TO]", {"world/bridge-1"}),
        ("lang:de", {"faehre-1"}),
        ("author:'ada quill'", {"ferry-1"}),
        ("id:world/bridge-1", {"world/bridge-1"}),
        ("*", {"ferry-1", "ferry-2", "faehre-1", "world/bridge-1"}),
        ("NOT ferry", {"faehre-1", "world/bridge-1"}),
    ],
)
def test_the_query_language(
    ix: WhooshIndex, searcher: Searcher, text: str, expected: set[str]
) -> None:
    assert set(ids(searcher.search(parsed(ix, text)))) == expected


def test_parser_plugins(ix: WhooshIndex, searcher: Searcher) -> None:
    parser = qparser.QueryParser("text", ix.schema)
    parser.add_plugin(qparser.FuzzyTermPlugin())
    assert set(ids(searcher.search(parser.parse("fery~")))) == {"ferry-1", "ferry-2"}
    parser = qparser.MultifieldParser(["title", "body"], ix.schema)
    assert set(ids(searcher.search(parser.parse("fares OR horn")))) == {"ferry-1", "ferry-2"}
    simple = qparser.SimpleParser("text", ix.schema).parse("+ferry -fares")
    assert ids(searcher.search(simple)) == ["ferry-1"]
    disjunction = qparser.DisMaxParser({"title": 1.0, "body": 0.5}, ix.schema).parse("ferry")
    assert set(ids(searcher.search(disjunction))) == {"ferry-1", "ferry-2"}
    parser = qparser.QueryParser("text", ix.schema, group=qparser.OrGroup.factory(0.9))
    assert len(searcher.search(parser.parse("mayor horn"))) == 2
    parser = qparser.QueryParser("text", ix.schema)
    parser.remove_plugin_class(qparser.PhrasePlugin)
    parser.add_plugin(qparser.SequencePlugin())
    assert ids(searcher.search(parser.parse('"night ferr*"'))) == ["ferry-1"]
    parser = qparser.QueryParser("text", ix.schema)
    parser.add_plugin(qparser.GtLtPlugin())
    assert ids(searcher.search(parser.parse("date:>20250430"))) == ["world/bridge-1"]
    parser = qparser.QueryParser("text", ix.schema)
    parser.add_plugin(qparser.FieldAliasPlugin({"text": ["content"]}))
    assert ids(searcher.search(parser.parse("content:mayor"))) == ["world/bridge-1"]
    parser = qparser.QueryParser("text", ix.schema)
    parser.add_plugin(qparser.RegexPlugin())
    assert ids(searcher.search(parser.parse('r"dock.*"'))) == ["ferry-1"]


def test_query_objects(searcher: Searcher) -> None:
    wanted: list[tuple[query.Query, set[str]]] = [
        (query.And([query.Term("text", "ferry"), query.Not(query.Term("text", "fares"))]), {"1"}),
        (query.DisjunctionMax([query.Term("title", "fares"), query.Term("body", "fuel")]), {"2"}),
        (query.Prefix("text", "dock"), {"1"}),
        (query.Wildcard("text", "*rs"), set()),
        (query.FuzzyTerm("text", "dokers", maxdist=1), {"1"}),
        (query.Regex("text", "oct.*"), {"2"}),
        (query.TermRange("text", "fare", "farf"), {"2"}),
        (query.Variations("text", "fare"), {"2"}),
        (query.Phrase("text", ["horn", "sounded"]), {"1"}),
        (query.ConstantScoreQuery(query.Term("text", "horn"), 3.0), {"1"}),
        (
            query.DateRange("date", datetime(2025, 4, 1), datetime(2025, 4, 30)),
            {"2"},
        ),
        (query.Require(query.Term("text", "ferry"), query.Term("text", "fuel")), {"2"}),
        (query.AndMaybe(query.Term("text", "horn"), query.Term("text", "fuel")), {"1"}),
        (query.Otherwise(query.Term("text", "zeppelin"), query.Term("text", "horn")), {"1"}),
        (spans.SpanNear(query.Term("text", "night"), query.Term("text", "left"), slop=2), {"1"}),
        (spans.SpanFirst(query.Term("body", "passengers")), set()),
        (
            spans.SpanNot(query.Term("text", "horn"), query.Term("text", "fuel")),
            {"1"},
        ),
    ]
    for asked, expected in wanted:
        found = {one.removeprefix("ferry-") for one in ids(searcher.search(asked))}
        if asked == query.Wildcard("text", "*rs"):
            assert found >= {"1", "2"}
        elif isinstance(asked, spans.SpanFirst):
            assert found == set()
        else:
            assert found == expected, asked


# dates


def test_date_parser(ix: WhooshIndex, searcher: Searcher) -> None:
    parser = qparser.QueryParser("text", ix.schema)
    parser.add_plugin(DateParserPlugin(basedate=datetime(2025, 5, 2)))
    assert set(ids(searcher.search(parser.parse("date:'march 2025'")))) == {"ferry-1", "faehre-1"}


# facets


def test_groups(searcher: Searcher) -> None:
    results = searcher.search(query.Every(), groupedby=["source", "section"])
    counted = {name: len(found) for name, found in results.groups("source").items()}
    assert counted == {"Port Gazette": 2, "Hafenbote": 1, "Valley Post": 1}
    assert set(results.groups("section")) == {"Local", "Business", "Lokales", "World"}
    facet = sorting.FieldFacet("author", allow_overlap=True)
    results = searcher.search(query.Every(), groupedby=facet)
    assert {name: len(found) for name, found in results.groups("author").items()} == {
        "ada quill": 1,
        None: 3,
    }


def test_other_facets(searcher: Searcher) -> None:
    months = sorting.DateRangeFacet(
        "date",
        datetime(2025, 3, 1),
        datetime(2025, 6, 1),
        timedelta(days=31),
    )
    results = searcher.search(query.Every(), groupedby={"month": months}, maptype=sorting.Count)
    assert sorted(results.groups("month").values()) == [2, 2]
    asked = sorting.QueryFacet(
        {"ferries": query.Term("text", "ferry"), "bridges": query.Term("text", "bridge")}
    )
    results = searcher.search(query.Every(), groupedby={"what": asked}, maptype=sorting.Count)
    assert results.groups("what") == {"ferries": 2, "bridges": 1, None: 1}
    stored = sorting.StoredFieldFacet("lang")
    results = searcher.search(query.Every(), groupedby={"lang": stored}, maptype=sorting.Count)
    assert results.groups("lang") == {"en": 3, "de": 1}
    best = searcher.search(
        query.Every(), groupedby={"s": sorting.FieldFacet("source", maptype=sorting.Best)}
    )
    assert set(best.groups("s")) == {"Port Gazette", "Hafenbote", "Valley Post"}


# highlight


def test_highlights(ix: WhooshIndex, searcher: Searcher) -> None:
    results = searcher.search(parsed(ix, "dockers"))
    results.formatter = highlight.UppercaseFormatter()
    assert "DOCKERS cheered" in results[0].highlights("text")
    results = searcher.search(parsed(ix, "docker cheering"))
    assert ">Dockers</b> <b" in results[0].highlights("text")
    results.fragmenter = highlight.SentenceFragmenter()
    assert ">cheered</b>" in results[0].highlights("text")
    results.fragmenter = highlight.WholeFragmenter()
    assert results[0].highlights("text").endswith("water.")
    results = searcher.search(parsed(ix, "horn*"))
    results.fragmenter = highlight.ContextFragmenter(maxchars=20, surround=5)
    assert "horn" in results[0].highlights("text", top=1)
    german = searcher.search(parsed(ix, "Nachtfähren"))[0]
    assert 'match term0">Nachtfähre</b>' in german.highlights("text")


# keywords


def test_more_like_and_key_terms(searcher: Searcher) -> None:
    number = searcher.document_number(id="ferry-2")
    assert ids(searcher.more_like(number, "text", numterms=20)) == ["ferry-1"]
    assert ids(searcher.more_like(number, "text", text="the mayor of Elm Ford")) != []
    assert {word for word, _ in searcher.key_terms([number], "text", numterms=20)} >= {"blames"}
    results = searcher.search(query.Term("text", "horn"))
    assert results.key_terms("text", docs=1, numterms=3)
    assert ids(results[0].more_like_this("text", numterms=20)) == ["ferry-2"]
    words = [word for word, _ in searcher.key_terms_from_text("text", "night horn night")]
    assert words[0] in {"night", "horn"}


# spelling


def test_spelling(ix: WhooshIndex, searcher: Searcher) -> None:
    assert "harbour" in searcher.suggest("text", "harbuor")
    assert searcher.corrector("text").suggest("passengrs", limit=1) == ["passengers"]
    asked = parsed(ix, "pasengers AND ferry")
    corrected = searcher.correct_query(asked, "pasengers AND ferry")
    assert corrected.string == "passengers AND ferry"
    assert ids(searcher.search(corrected.query)) == ["ferry-2"]
    assert list(searcher.reader().terms_within("text", "mayr", 1)) == ["mayor"]


# recipes


def test_stored_fields_and_look_ups(searcher: Searcher) -> None:
    number = searcher.document_number(id="ferry-1")
    assert searcher.stored_fields(number)["url"] == "https://news.example/ferry-1"
    assert searcher.document(id="ferry-2")["section"] == "Business"
    assert len(list(searcher.documents(source="port gazette"))) == 2
    assert len(list(searcher.documents())) == 4
    assert {one["id"] for one in searcher.all_stored_fields()} == {r["id"] for r in RECORDS}


def test_search_as_you_type(ix: WhooshIndex, searcher: Searcher) -> None:
    words = [query.Prefix("text", part) for part in ("ni", "fer")]
    assert ids(searcher.search(query.And(words))) == ["ferry-1"]


def test_scoring_by_position(ix: WhooshIndex) -> None:
    def position(searcher: Searcher, fieldname: str, text: bytes, matcher: ArrayMatcher) -> float:
        first: int = matcher.value_as("positions")[0]
        return 1.0 / (first % BODY_BASE + 1)

    with ix.searcher(weighting=scoring.FunctionWeighting(position)) as searcher:
        assert ids(searcher.search(query.Term("body", "ferry"))) == ["ferry-1", "ferry-2"]


def test_terms_of_the_index(ix: WhooshIndex, searcher: Searcher) -> None:
    reader = searcher.reader()
    assert ("text", "ferry") in reader
    assert ("text", "zeppelin") not in reader
    assert (reader.doc_frequency("text", "ferry"), reader.frequency("text", "ferry")) == (2, 6)
    assert ("id", "gone") not in reader
    assert "sank" not in {text.decode() for text in reader.lexicon("text")}
    assert list(reader.field_terms("lang")) == ["de", "en"]
    number = searcher.document_number(id="ferry-1")
    matcher = searcher.postings("text", "ferry")
    matcher.skip_to(number)
    assert matcher.id() == number
    assert dict(reader.most_frequent_terms("title_en", 3))
    assert reader.most_distinctive_terms("text_en", 3)


def test_our_analysis_in_whooshs_own_chains(ix: WhooshIndex) -> None:
    chain = ix.schema["text"].analyzer | analysis.StopFilter(stoplist=("the",), minsize=1)
    assert [token.text for token in chain("The Night ferries")] == ["night", "ferries"]
    english = ix.schema["text_en"]
    assert list(english.process_text("ferries")) == list(english.process_text("ferry"))


# what a reader may see


def test_embargoes_and_sources_hold(tmp_path: Path) -> None:
    clock = {"now": datetime(2025, 6, 1, tzinfo=UTC)}
    embargoed = {**RECORDS[0], "id": "later", "embargoed": "2025-06-02T00:00:00Z"}
    with service_in(tmp_path / "data") as opened:
        service = Service(
            opened.settings, encoder=_encoder(opened), creates=True, clock=lambda: clock["now"]
        )
        service.ingest.put_and_publish(articles_of(service, [*RECORDS, embargoed]))
        ix = whoosh_index(service, None, None)
        early = ix.searcher()
        assert ids(early.search(query.Term("text", "horn"))) == ["ferry-1"]
        assert early.reader().doc_frequency("text", "horn") == 1
        assert ("id", "later") not in early.reader()
        clock["now"] = datetime(2025, 6, 3, tzinfo=UTC)
        assert set(ids(early.refresh().search(query.Term("text", "horn")))) == {"ferry-1", "later"}
        limited = OpenIndex(service).whoosh(sources=["Valley Post"])
        assert limited.doc_count() == 1
        assert not ids(limited.searcher().search(query.Term("text", "ferry")))
        assert list(limited.reader().field_terms("lang")) == ["en"]
        service.close()


def _encoder(service: Service) -> Encoder:
    return service.upkeep.encoder()


def test_one_snapshot(tmp_path: Path) -> None:
    with service_in(tmp_path / "data") as service:
        assert whoosh_index(service, None, None).doc_count() == 0
        service.ingest.put_and_publish(articles_of(service, RECORDS[:1]))
        first = service.snapshot_id()
        service.ingest.put_and_publish(articles_of(service, RECORDS[1:]))
        assert whoosh_index(service, first, None).doc_count() == 1
        assert whoosh_index(service, None, None).doc_count() == 4
        with pytest.raises(SnapshotGone):
            whoosh_index(service, "12345", None)
