"""Recency: a bounded factor, where it acts by itself, and that every answer says so."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hashing_encoder import HashingEncoder
from hypothesis import given
from hypothesis import strategies as st
from newsrooms import articles_of, settings_in

from api.service.service import Service
from index.errors import CursorError, FilterError
from search.ranking.recency import LEAST_FACTOR, Recency, asked_for_news
from search.request import FusionMethod, Mode, Order, Page, SearchRequest

NOW = datetime(2025, 6, 20, 12, tzinfo=UTC)
LENGTHS = (3, 1, 30, 400, 90, 200)
"""How many days before NOW the articles about the ferry were published, the longest text last."""


class Clock:
    """A clock that tests turn."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


def day(days: float) -> str:
    return (NOW - timedelta(days=days)).isoformat()


RECORDS = (
    *(
        {
            "id": f"ferry-{days}",
            "text": "The ferry waits." + " It is still waiting at the pier." * length,
            "lang": "en",
            "date": day(days),
        }
        for length, days in enumerate(LENGTHS)
    ),
    {"id": "undated", "text": "Some ferry or other.", "lang": "en"},
    {"id": "both", "text": "The pilot and the ferry.", "lang": "en", "date": "2019-01-01"},
    *(
        {"id": f"filler-{at}", "text": f"Topic {at}, debated.", "lang": "en", "date": day(40 + at)}
        for at in range(60)
    ),
    *(
        {"id": f"storm-{at}", "text": f"A storm at roof {at}.", "lang": "en", "date": day(at / 2)}
        for at in range(8)
    ),
    {"id": "storm-old", "text": "Storm.", "title": "Storm", "lang": "en", "date": day(500)},
)  # fmt: skip


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Service]:
    settings = settings_in(tmp_path_factory.mktemp("data"))
    with Service(settings, encoder=HashingEncoder(), creates=True, clock=clock) as service:
        service.archive.put(articles_of(service, RECORDS))
        service.upkeep.sync()
        yield service


def ask(service: Service, query: str, **more: object) -> Page:
    asked = {"mode": Mode.KEYWORD, "limit": 50, **more}
    return service.rooms.indexed().search(SearchRequest(query, **asked))  # type: ignore[arg-type]


def ids(page: Page) -> list[str]:
    return [hit.stored.article.id for hit in page.hits]


@given(st.floats(3600, 1e9), st.lists(st.floats(0, 5e9), min_size=1), st.integers(0, 2**32))
def test_the_factor_is_bounded_and_falls_with_age(
    half_life: float, published: list[float], now: int
) -> None:
    dates = np.sort(np.array(published))
    factors = Recency(half_life, now).factors(dates)
    assert ((factors >= LEAST_FACTOR) & (factors <= 1)).all()
    assert (np.diff(factors) >= 0).all()
    assert (factors[dates >= now] == 1).all()


def test_half_of_what_can_be_lost_is_lost_after_a_half_life() -> None:
    factors = Recency(7.0, 100).factors(np.array([100.0, 93.0, np.nan]))
    np.testing.assert_allclose(factors, [1, (1 + LEAST_FACTOR) / 2, LEAST_FACTOR])


def test_newer_articles_come_first_within_a_bound(service: Service) -> None:
    query = "ferry pilot"
    plain, weighed = ask(service, query, recency="off"), ask(service, query, recency="30d")
    assert plain.recency is None
    assert plain.hits[0].parts.age is None
    assert weighed.recency is not None
    assert weighed.recency.half_life_days == 30
    before, order = ids(plain), ids(weighed)
    assert before[0] == order[0] == "both", "no age outweighs what fits better by far"
    assert before.index("ferry-30") < before.index("ferry-200")
    # Shorter texts fit slightly better; age decides between them.
    assert before.index("ferry-3") < before.index("ferry-1")
    assert order.index("ferry-1") < order.index("ferry-400")
    (undated,) = (hit for hit in weighed.hits if hit.stored.article.id == "undated")
    assert undated.parts.age is not None
    assert undated.parts.age.factor == pytest.approx(LEAST_FACTOR)
    for hit in weighed.hits:
        age, parts = hit.parts.age, hit.parts
        assert age is not None
        shares = parts.lexical_share + parts.semantic_share
        assert hit.score == pytest.approx(shares * age.factor)
        assert (age.age_days is None) == (hit.stored.article.date is None)
    assert sorted((hit.score for hit in weighed.hits), reverse=True) == [
        hit.score for hit in weighed.hits
    ]


def test_hybrid_search_is_weighed_too(service: Service) -> None:
    page = ask(service, "ferry", recency="7d", mode=Mode.HYBRID)
    assert page.recency is not None
    for hit in page.hits:
        assert hit.parts.age is not None
        shares = hit.parts.lexical_share + hit.parts.semantic_share
        assert hit.score == pytest.approx(shares * hit.parts.age.factor)


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("latest ferry", "latest"),
        ("Ferry TODAY?", "today"),
        ("ferry this week", "this week"),
        ("aktuelle Lage ferry", "aktuelle"),
        ("ferry heute", "heute"),
        ("l'actualité ferry aujourd'hui", "aujourd'hui"),
        ("今天的ferry新闻", "今天"),
    ],
)
def test_a_query_that_asks_for_news_now(service: Service, query: str, word: str) -> None:
    page = ask(service, query)
    assert page.recency is not None
    assert f"“{word}”" in page.warnings[-1].text
    assert "recency=off" in page.warnings[-1].text
    assert ask(service, query, recency="off").recency is None


@pytest.mark.parametrize(
    ("query", "more"),
    [
        ("ferry", {}),
        ('"today" ferry', {}),
        ("ferry -today", {}),
        ("hier ferry", {}),
        ("latest ferry date:2025", {}),
        ("latest ferry", {"date_from": "2024"}),
        ("latest ferry", {"as_of": "2030"}),
        ("today the mayor said that the ferry would wait at the pier for all who come", {}),
    ],
)
def test_any_other_query_is_left_alone(
    service: Service, query: str, more: dict[str, object]
) -> None:
    assert ask(service, query, **more).recency is None


def test_what_comes_in_a_burst_is_news(service: Service) -> None:
    page = ask(service, "storm")
    assert page.recency is not None
    assert page.recency.half_life_days == 7
    assert "8 of the best 9" in page.warnings[-1].text


def test_an_archive_that_ended_long_ago_is_history(service: Service, clock: Clock) -> None:
    clock.now = NOW + timedelta(days=90)
    try:
        assert ask(service, "latest storm").recency is None
        assert ask(service, "latest storm", as_of="2025-06-20").recency is not None
    finally:
        clock.now = NOW


def test_ages_count_from_the_end_of_as_of(service: Service) -> None:
    page = ask(service, "ferry", recency="7d", as_of="2025-06-18")
    assert page.recency is not None
    assert page.recency.as_of_s == int(datetime(2025, 6, 19, tzinfo=UTC).timestamp())
    ages = {hit.stored.article.id: hit.parts.age for hit in page.hits}
    assert ages["ferry-1"] is not None
    assert ages["ferry-1"].factor == 1


def test_pages_neither_repeat_nor_skip(service: Service, clock: Clock) -> None:
    whole = ids(ask(service, "latest ferry"))
    shown, cursor = [], None
    while True:
        page = ask(service, "latest ferry", limit=3, cursor=cursor)
        shown += ids(page)
        cursor = page.cursor
        clock.now += timedelta(days=20)
        if cursor is None:
            break
    clock.now = NOW
    assert shown == whole
    first = ask(service, "latest ferry", limit=3)
    with pytest.raises(CursorError):
        ask(service, "latest ferry", limit=3, cursor=first.cursor, recency="off")


@pytest.mark.parametrize(
    "more", [{"recency": "7x"}, {"recency": "0d"}, {"recency": ""}, {"as_of": "soon"}]
)
def test_what_cannot_be_read_is_an_error(service: Service, more: dict[str, object]) -> None:
    with pytest.raises(FilterError, match=r"recency|as_of"):
        ask(service, "ferry", **more)


@pytest.mark.parametrize(
    "more", [{"mode": Mode.SEMANTIC}, {"mode": Mode.HYBRID, "fusion": FusionMethod.RRF}]
)
def test_where_it_does_not_apply_a_note_says_so(service: Service, more: dict[str, object]) -> None:
    page = ask(service, "ferry", recency="7d", **more)
    assert page.recency is None
    assert "recency does not apply" in page.warnings[-1].text


def test_the_oldest_come_first_where_that_is_asked_for(service: Service) -> None:
    newest, oldest = (
        ids(ask(service, "ferry", order=order)) for order in (Order.NEWEST, Order.OLDEST)
    )
    assert oldest[0] == "both"
    assert newest[-1] == oldest[-1] == "undated"
    assert newest[:-1] == oldest[-2::-1]


def test_without_words_nothing_asks_for_news(service: Service) -> None:
    page = ask(service, "", limit=1)
    assert ids(page) == ["storm-0"]
    assert page.recency is None


def test_the_first_words_are_found() -> None:
    from search.parse import parse

    def asked(query: str) -> str | None:
        found = asked_for_news(parse(query, now=NOW, zone=UTC).node)  # type: ignore[arg-type]
        return found and found[0]

    assert asked("news of last night") == "last night"
    assert asked("the last night train") == "last night"
    assert asked("the last train") is None
