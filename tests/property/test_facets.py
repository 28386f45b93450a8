"""Facets agree with counting by hand, whatever the segments, the filters and the time zone."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from corpora import MEMORY, article, indexed, store_of
from engines import engine_over
from headlines import headline_of
from hypothesis import given, settings
from hypothesis import strategies as st
from told_groups import ToldGroups

from index.dates.dates import parse_date
from index.domain import Article, EncoderIdentity, Headline, StoredArticle
from index.protocols import Encoder
from search.facet_types import (
    DateFacet,
    DateStep,
    FacetName,
    FacetRequest,
    ValueFacet,
)
from search.request import Mode, SearchRequest

BERLIN = ZoneInfo("Europe/Berlin")
DATES = (
    None, "2024", "2024-03", "2024-03-30", "2024-03-31T00:30", "2024-03-30T23:30Z",
    "2024-03-31T22:30+00:00", "2024-04-01T00:10+09:00", "2023-12-31T23:30-05:00", "2024-01-01",
)  # fmt: skip
ARTICLES = st.builds(
    lambda text, language, source, section, authors, place, day: article(
        "", " ".join(text), language=language, source=source, section=section,
        authors=tuple(authors), place=place, date=None if day is None else parse_date(day),
    ),
    st.lists(st.sampled_from(["ferry", "harbour", "bridge"]), min_size=1, max_size=3),
    st.sampled_from(["en", "de"]),
    st.sampled_from([None, "Gazette", "GAZETTE", "Post"]),
    st.sampled_from([None, "World", "world", "Local"]),
    st.lists(st.sampled_from(["Ada", "ada", "Bo"]), max_size=3),
    st.sampled_from([None, "Oslo", "Kiel"]),
    st.sampled_from(DATES),
)  # fmt: skip
QUERIES = ("ferry", "ferry harbour", "+ferry -bridge", "source:gazette", '"ferry harbour"')


class Shelf:
    """An `Archive` to read from."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = articles

    def revisions(self, revisions: Sequence[int]) -> dict[int, StoredArticle]:
        return {key: StoredArticle(key, "", "", self._articles[key - 1]) for key in revisions}

    def headlines(self, revisions: Sequence[int]) -> dict[int, Headline]:
        return {key: headline_of(one) for key, one in self.revisions(revisions).items()}


def no_encoder(identity: EncoderIdentity) -> Encoder:
    raise AssertionError("a search by words needs no encoder")


def value_of(one: Article, name: FacetName) -> set[str]:
    values = {
        FacetName.LANGUAGE: (one.language,),
        FacetName.SOURCE: (one.source,),
        FacetName.SECTION: (one.section,),
        FacetName.AUTHOR: one.authors,
        FacetName.PLACE: (one.place,),
    }[name]
    return {value.casefold() for value in values if value is not None}


def day_of(one: Article) -> date | None:
    if one.date is None:
        return None
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=one.date.start_s)
    return moment.astimezone(BERLIN if one.date.is_zoned else UTC).date()


def matches(one: Article, query: str) -> bool:
    words = one.text.split()
    return {
        "ferry": "ferry" in words,
        "ferry harbour": "ferry" in words or "harbour" in words,
        "+ferry -bridge": "ferry" in words and "bridge" not in words,
        "source:gazette": (one.source or "").casefold() == "gazette",
        '"ferry harbour"': "ferry harbour" in one.text,
    }[query]


def begin_of(day: date, step: DateStep) -> date:
    return {
        DateStep.DAY: day,
        DateStep.WEEK: day - timedelta(days=day.weekday()),
        DateStep.MONTH: day.replace(day=1),
        DateStep.YEAR: day.replace(month=1, day=1),
    }[step]


@settings(max_examples=60)
@given(
    articles=st.lists(ARTICLES, min_size=1, max_size=14),
    cuts=st.lists(st.integers(0, 14), max_size=2),
    gone=st.sets(st.integers(0, 13), max_size=3),
    query=st.sampled_from(QUERIES),
    sources=st.sampled_from([(), ("gazette",), ("Post", "nowhere")]),
    authors=st.sampled_from([(), ("ADA",)]),
    days=st.sampled_from([None, ("2024-03-31", "2024-04-01")]),
    story=st.sampled_from([(), ("tale",)]),
    step=st.sampled_from([None, *DateStep]),
    is_zoomed=st.booleans(),
)
def test_counts_are_those_of_counting_by_hand(
    articles: list[Article],
    cuts: list[int],
    gone: set[int],
    query: str,
    sources: tuple[str, ...],
    authors: tuple[str, ...],
    days: tuple[str, str] | None,
    story: tuple[str, ...],
    step: DateStep | None,
    is_zoomed: bool,
) -> None:
    articles = [replace(one, id=f"a{at}") for at, one in enumerate(articles)]
    tale = [at + 1 for at in range(0, len(articles), 2)]
    request = SearchRequest(
        query,
        Mode.KEYWORD,
        sources=sources,
        authors=authors,
        stories=story,
        date_from=days[0] if days else None,
        date_to=days[1] if days else None,
        facets=FacetRequest(
            tuple(FacetName), step=step, is_zoomed=is_zoomed, is_normalised=True
        ),
    )  # fmt: skip
    bounds = sorted({0, *(min(cut, len(articles)) for cut in cuts), len(articles)})
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        commits = [indexed(articles[begin:end], begin + 1) for begin, end in pairwise(bounds)]
        store = store_of(Path(folder), *commits)
        with store.writer(store.snapshot().encoder) as writer:
            writer.commit([], [f"a{at}" for at in gone], len(articles) + 1)
        groups = ToldGroups(stories_told={"tale": tuple(tale)})
        engine = engine_over(store, Shelf(articles), no_encoder, BERLIN, groups=groups)  # type: ignore[arg-type]
        page = engine.search(request)
    left = [one for at, one in enumerate(articles) if at not in gone]

    def passes(one: Article, name: FacetName) -> bool:
        if sources and name is not FacetName.SOURCE:
            wanted = {source.casefold() for source in sources}
            if not wanted & value_of(one, FacetName.SOURCE):
                return False
        if (
            authors
            and name is not FacetName.AUTHOR
            and "ada" not in value_of(one, FacetName.AUTHOR)
        ):
            return False
        if story and name is not FacetName.STORY and int(one.id[1:]) + 1 not in tale:
            return False
        if days and (name is not FacetName.DATE or is_zoomed):
            day = day_of(one)
            return day is not None and date(2024, 3, 31) <= day <= date(2024, 4, 1)
        return True

    for facet in page.facets:
        found = [one for one in left if matches(one, query) and passes(one, facet.name)]
        if isinstance(facet, DateFacet):
            told_days = [day for one in found if (day := day_of(one)) is not None]
            counted = {one.first: one.count for one in facet.bins if one.count}
            assert counted == Counter(begin_of(day, facet.step) for day in told_days)
            assert facet.missing == len(found) - len(told_days)
            assert facet.earlier == 0
            assert step in (None, facet.step)
            archived = [one for one in left if passes(one, facet.name)]
            everything = Counter(
                begin_of(day, facet.step) for one in archived if (day := day_of(one)) is not None
            )
            assert all(one.volume == everything[one.first] for one in facet.bins)
            for before, after in pairwise(facet.bins):
                assert before.last + timedelta(days=1) == after.first
            continue
        assert isinstance(facet, ValueFacet)
        if facet.name is FacetName.STORY:
            in_tale = sum(int(one.id[1:]) + 1 in tale for one in found)
            assert sum(value.count for value in facet.values) == in_tale
            assert facet.missing == len(found) - in_tale
            continue
        by_hand = Counter(value for one in found for value in value_of(one, facet.name))
        listed = {value.value.casefold(): value.count for value in facet.values if value.count}
        assert listed == by_hand
        counts = [value.count for value in facet.values if not value.is_selected]
        assert counts == sorted(counts, reverse=True)
        assert facet.missing == sum(not value_of(one, facet.name) for one in found)
        assert facet.other == 0
        assert facet.distinct == len(by_hand)


def test_keys_that_a_snapshot_does_not_hold_are_in_no_selection() -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        snapshot = store_of(Path(folder), indexed([article("a", "ferry")])).snapshot()
        assert snapshot.select(np.array([1, 99])).keys().tolist() == [1]
