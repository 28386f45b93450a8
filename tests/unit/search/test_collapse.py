"""Copies and stories in search: one hit for a text, pages that fit, `story:` in queries."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from engines import engine_over
from hashing_encoder import HashingEncoder
from newsrooms import articles_of, service_in
from told_groups import ToldGroups

from index.errors import CursorError, SnapshotGone, Unsupported
from index.query import Exact, ExactField
from search.engine import Engine
from search.request import Duplicates, Mode, Order, Page, SearchRequest

REQUEST = SearchRequest("ferry", mode=Mode.KEYWORD)
NUMBER = 12
RECORDS = [
    {
        "id": f"a{number:02}",
        "title": f"Report {number}",
        "text": "The ferry sails. " + "Nothing else is new. " * (number % 6),
        "source": f"Paper {number}",
        "lang": "en",
    }
    for number in range(1, NUMBER + 1)
]
GROUPS = ToldGroups(copies_told=[(3, 9, 11), (5, 6)], stories_told={"s1": (2, 3, 9), "s2": (5, 6)})


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Articles a01 to a12, whose keys are 1 to 12."""
    service = service_in(tmp_path_factory.mktemp("data"))
    service.archive.put(articles_of(service, RECORDS))
    service.upkeep.sync()
    encoder = HashingEncoder()
    return engine_over(
        service.store, service.archive, lambda _: encoder, ZoneInfo("UTC"), groups=GROUPS
    )


def ids(page: Page) -> list[str]:
    return [hit.stored.article.id for hit in page.hits]


def test_one_hit_stands_for_a_text(engine: Engine) -> None:
    shown = engine.search(SearchRequest("ferry", mode=Mode.KEYWORD, duplicates=Duplicates.SHOW))
    page = engine.search(SearchRequest("ferry", mode=Mode.KEYWORD, limit=100))
    everything = [article_id for article_id, _ in engine.ranked_ids(REQUEST)]
    assert len(ids(shown)) == 10
    assert len(everything) == NUMBER
    assert (page.total, page.collapsed, len(page.hits)) == (NUMBER, 3, NUMBER - 3)
    assert [hit.rank for hit in page.hits] == list(range(1, NUMBER - 2))
    scores = [hit.score for hit in page.hits]
    assert scores == sorted(scores, reverse=True)
    for group in (["a03", "a09", "a11"], ["a05", "a06"]):
        first = min(group, key=everything.index)
        (hit,) = [hit for hit in page.hits if hit.stored.article.id in group]
        assert hit.stored.article.id == first
        assert [copy.headline.id for copy in hit.coverage.copies] == [
            article_id for article_id in group if article_id != first
        ]


def test_of_equally_good_ones_the_original_stands_for_all(engine: Engine) -> None:
    # a09 and a03 have the same text and score; told the other way, a09 is the original.
    other = engine_over(
        engine._reader_view.store, engine._archive, engine._ranker._encoder, ZoneInfo("UTC"),
        groups=ToldGroups(copies_told=[(9, 3)]),
    )  # fmt: skip
    assert "a09" in ids(other.search(SearchRequest("ferry", mode=Mode.KEYWORD, limit=100)))


def test_only_articles_with_copies(engine: Engine) -> None:
    request = SearchRequest("ferry", mode=Mode.KEYWORD, duplicates=Duplicates.ONLY)
    page = engine.search(request)
    assert sorted(ids(page)) == ["a03", "a05", "a06", "a09", "a11"]
    assert (page.total, page.collapsed) == (5, 0)


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("limit", [1, 2, 4])
def test_pages_neither_repeat_nor_skip(engine: Engine, mode: Mode, limit: int) -> None:
    whole = ids(engine.search(SearchRequest("ferry", mode=mode, limit=100)))
    paged, cursor = [], None
    while True:
        page = engine.search(SearchRequest("ferry", mode=mode, limit=limit, cursor=cursor))
        paged += ids(page)
        cursor = page.cursor
        if cursor is None:
            break
    assert paged == whole
    assert len(set(paged)) == len(paged)


def test_a_page_belongs_to_its_state_of_the_groups(engine: Engine) -> None:
    cursor = engine.search(SearchRequest("ferry", limit=2)).cursor
    later = engine_over(
        engine._reader_view.store, engine._archive, engine._ranker._encoder, ZoneInfo("UTC"),
        groups=ToldGroups(version="2.1"),
    )  # fmt: skip
    with pytest.raises(SnapshotGone):
        later.search(SearchRequest("ferry", limit=2, cursor=cursor))
    with pytest.raises(CursorError):
        engine.search(SearchRequest("ferry", cursor=cursor, duplicates=Duplicates.SHOW))


def test_an_explanation_names_what_a_hit_stands_for(engine: Engine) -> None:
    everything = [article_id for article_id, _ in engine.ranked_ids(REQUEST)]
    page = engine.search(SearchRequest("ferry", mode=Mode.KEYWORD, limit=100, explain=True))
    hidden = {
        copy.id: copy.rank for hit in page.hits if hit.explanation
        for copy in hit.explanation.collapsed
    }  # fmt: skip
    assert hidden == {
        article_id: rank
        for rank, article_id in enumerate(everything, start=1)
        if article_id not in ids(page)
    }


def test_a_story_in_a_query(engine: Engine) -> None:
    shown = Duplicates.SHOW
    found = engine.search(SearchRequest("ferry story:s1", duplicates=shown))
    assert sorted(ids(found)) == ["a02", "a03", "a09"]
    assert found.query_read_as == "story:s1 +ferry"
    without = engine.search(
        SearchRequest("ferry -story:s1", mode=Mode.KEYWORD, limit=100, duplicates=shown)
    )
    assert len(without.hits) == NUMBER - 3
    only = engine.search(SearchRequest("story:s1", mode=Mode.KEYWORD, duplicates=shown))
    assert sorted(ids(only)) == ["a02", "a03", "a09"]
    unknown = engine.search(SearchRequest("ferry story:s9"))
    assert (unknown.hits, unknown.total) == ((), 0)
    assert [note.text for note in unknown.warnings] == ["there is no story s9"]


def test_full_coverage_of_a_hit(engine: Engine) -> None:
    page = engine.search(SearchRequest("ferry", mode=Mode.KEYWORD, limit=100))
    stories = {hit.stored.article.id: hit.coverage.story for hit in page.hits}
    told = stories["a02"]
    assert told is not None
    assert (told.id, told.title, told.articles) == ("s1", "Report 2", 3)
    assert stories["a01"] is None


def test_an_index_cannot_answer_for_stories_itself(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(Unsupported):
        engine._reader_view.store.snapshot().match(Exact(ExactField.STORY, "s1"), 1)


def test_of_the_newest_first_the_newest_version_stands_for_all(tmp_path: Path) -> None:
    with service_in(tmp_path) as service:
        dated = [{**one, "date": f"2025-03-{at:02}"} for at, one in enumerate(RECORDS, start=1)]
        service.archive.put(articles_of(service, dated))
        service.upkeep.sync()
        engine = engine_over(
            service.store,
            service.archive,
            lambda _: HashingEncoder(),
            ZoneInfo("UTC"),
            groups=GROUPS,
        )
        for query in ("ferry", "lang:en"):
            request = SearchRequest(query, mode=Mode.KEYWORD, order=Order.NEWEST, limit=100)
            page = engine.search(request)
            shown = {hit.stored.article.id: hit.coverage.copies for hit in page.hits}
            assert list(shown) == ["a12", "a11", "a10", "a08", "a07", "a06", "a04", "a02", "a01"]
            told = [(copy.headline.id, copy.is_older) for copy in shown["a11"]]
            assert told == [("a03", True), ("a09", True)]
        request = SearchRequest("ferry", mode=Mode.KEYWORD, order=Order.OLDEST, limit=100)
        oldest = [hit.stored.article.id for hit in engine.search(request).hits]
        assert [one for one in oldest if one in {"a03", "a09", "a11"}] == ["a03"]
        (best,) = engine.search(SearchRequest("+ferry id:a03", mode=Mode.KEYWORD)).hits
        assert [copy.is_older for copy in best.coverage.copies] == [False, False]
