"""What is found is one set: totals, pages, facets, timeline, order and trends agree about it."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from corpora import MEMORY, RANDOM_ENCODER, article, indexed, store_of
from engines import engine_over
from hashing_encoder import HashingEncoder
from headlines import headline_of
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dates.dates import parse_date
from index.domain import Article, Headline, StoredArticle
from search.engine import Engine
from search.facet_types import DateFacet, FacetName, FacetRequest, ValueFacet
from search.request import Duplicates, Match, Mode, Order, Page, SearchRequest, TotalRelation

WORDS = ("ferry", "harbour", "bridge", "strike", "mayor", "flood", "library", "museum")
QUERIES = (
    "ferry", "ferry harbour", "who closed the bridge", "museum xqzvwk", "xqzvwk", "ferry -strike",
    '"ferry harbour"', "+flood mayor", "lang:en library", "ferry OR museum",
)  # fmt: skip
ARTICLES = st.lists(
    st.builds(
        lambda text, language, source, day: article(
            "", " ".join(text), language=language, source=source,
            date=None if day is None else parse_date(day),
        ),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=5),
        st.sampled_from(["en", "de"]),
        st.sampled_from([None, "Gazette", "Post"]),
        st.sampled_from([None, "2024-03-30", "2024-04-02", "2025-01-01"]),
    ),
    min_size=1,
    max_size=40,
)  # fmt: skip
ENCODER = HashingEncoder(RANDOM_ENCODER.dimension)
FACETS = FacetRequest((FacetName.LANGUAGE, FacetName.SOURCE, FacetName.DATE))


class Shelf:
    """An `Archive` to read from."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = articles

    def revisions(self, revisions: Sequence[int]) -> dict[int, StoredArticle]:
        return {key: StoredArticle(key, "", "", self._articles[key - 1]) for key in revisions}

    def headlines(self, revisions: Sequence[int]) -> dict[int, Headline]:
        return {key: headline_of(one) for key, one in self.revisions(revisions).items()}


def paged(engine: Engine, request: SearchRequest) -> tuple[Page, list[str]]:
    """The first page, and the ids of all pages."""
    first = page = engine.search(request)
    ids = [hit.stored.article.id for hit in page.hits]
    while page.cursor is not None:
        page = engine.search(replace(request, cursor=page.cursor, facets=None))
        ids += [hit.stored.article.id for hit in page.hits]
    return first, ids


def counted(page: Page) -> list[int]:
    """The articles behind each facet, by the facet's own sums."""
    sums = []
    for facet in page.facets:
        if isinstance(facet, ValueFacet):
            sums.append(sum(one.count for one in facet.values) + facet.other + facet.missing)
        elif isinstance(facet, DateFacet):
            sums.append(sum(one.count for one in facet.bins) + facet.earlier + facet.missing)
    return sums


@settings(max_examples=60, deadline=None)
@given(
    articles=ARTICLES,
    query=st.sampled_from(QUERIES),
    mode=st.sampled_from(list(Mode)),
    sources=st.sampled_from([(), ("gazette",)]),
    limit=st.sampled_from([3, 50]),
)
def test_one_number_wherever_the_answer_says_exact(
    articles: list[Article], query: str, mode: Mode, sources: tuple[str, ...], limit: int
) -> None:
    articles = [replace(one, id=f"a{at}") for at, one in enumerate(articles)]
    request = SearchRequest(
        query, mode, sources=sources, limit=limit, duplicates=Duplicates.SHOW, facets=FACETS
    )
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        texts = ENCODER.encode_passages([one.text for one in articles])
        made = [replace(one, vectors=texts[[at]]) for at, one in enumerate(indexed(articles))]
        store = store_of(Path(folder), made)
        engine = engine_over(store, Shelf(articles), lambda _: ENCODER, ZoneInfo("UTC"))  # type: ignore[arg-type]
        page, ids = paged(engine, request)
        newest, by_date = paged(engine, replace(request, order=Order.NEWEST))
        exported = [one.article.id for one in engine.matching(request)]
        (trend,) = engine.trends([replace(request, facets=None)], None).trends
        everything = engine.search(replace(request, match=Match.ALL, limit=100))
        whole, unfiltered = paged(engine, replace(request, sources=()))
    assert page.total_relation is TotalRelation.EXACT
    assert len(set(ids)) == len(ids) == page.total
    # A facet leaves its own filter aside; the others count what is found.
    language, source, timeline = counted(page)
    assert language == timeline == page.total
    assert source == whole.total
    assert sorted(by_date) == sorted(exported) == sorted(ids)
    assert newest.total == page.total
    if mode is Mode.HYBRID:
        assert trend.total + trend.undated == page.total
    # Filters hide some of what is found, and add nothing.
    assert set(ids) == {
        one for one in unfiltered if not sources or articles[int(one[1:])].source == "Gazette"
    }
    assert {hit.stored.article.id for hit in everything.hits if hit.is_found} == set(ids)
