"""Answers: what is quoted is in the article, once, with its sources; or nothing is."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hashing_encoder import HashingEncoder
from hypothesis import given, settings
from hypothesis import strategies as st
from newsrooms import articles_of, settings_in

from api.service.service import Service
from index.errors import QueryError
from search.asking.answer import Answer, AskRequest

NOW = datetime(2025, 6, 20, 12, tzinfo=UTC)
SAID = "The lighthouse of Elm Ford was built in 1893 by the engineer Ada Quill."

RECORDS = (
    {
        "id": "lighthouse",
        "title": "A lighthouse",
        "text": f"Visitors like the sea. {SAID} It has 212 steps.",
        "source": "Gazette",
        "date": "2025-03-04",
    },
    {
        "id": "lighthouse-again",
        "title": "Tower by the sea",
        "text": f"A walk along the coast is worth it. {SAID} Bring good shoes and a coat.",
        "source": "Post",
        "date": "2025-04-04",
    },
    {
        "id": "steps",
        "title": "Counting steps",
        "text": "Our reporter climbed the lighthouse and counted 214 steps. She was tired.",
        "source": "Mail",
        "date": "2025-06-11",
    },
    {
        "id": "secret",
        "title": "Secret lighthouse",
        "text": "The lighthouse of Elm Ford will be sold for 9 crowns, a secret paper says.",
        "source": "Post",
        "date": "2025-06-12",
        "embargo": "2999-01-01T00:00:00Z",
    },
    *(
        {
            "id": f"filler-{at}",
            "text": f"The council of town {at} debated topic {at} at length. Nobody agreed.",
            "source": "Gazette",
            "date": f"2025-01-{at + 1:02}",
        }
        for at in range(20)
    ),
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    settings = settings_in(tmp_path_factory.mktemp("data"))
    records = [{**record, "lang": "en"} for record in RECORDS]
    with Service(settings, encoder=HashingEncoder(), creates=True, clock=lambda: NOW) as service:
        service.archive.put(articles_of(service, records))
        service.upkeep.sync()
        yield service


def ask(service: Service, question: str, **more: object) -> Answer:
    return service.rooms.indexed().ask(AskRequest(question, **more))  # type: ignore[arg-type]


def test_a_sentence_answers_with_all_that_say_so(service: Service) -> None:
    answer = ask(service, "Who built the lighthouse of Elm Ford?")
    first = answer.quotations[0]
    assert first.text == SAID
    assert set(first.sources) == {"Gazette", "Post"}
    assert first.articles == 2
    assert [one.text for one in answer.quotations].count(SAID) == 1


def test_articles_that_differ_are_shown_side_by_side(service: Service) -> None:
    answer = ask(service, "How many steps has the lighthouse?")
    (differing,) = answer.disagreements
    assert differing.thing == "steps"
    assert {figure for figure, _ in differing.figures} == {"212", "214"}
    for figure, at in differing.figures:
        assert figure in answer.quotations[at].text


def test_the_last_week_limits_the_articles(service: Service) -> None:
    question = "What was written of the lighthouse last week?"
    answer = ask(service, question)
    assert answer.time is not None
    assert answer.time.is_applied
    assert {one.stored.article.id for one in answer.quotations} == {"steps"}
    everything = ask(service, question, read_time=False)
    assert everything.time is None
    assert {one.stored.article.id for one in everything.quotations} > {"steps"}
    asked = ask(service, question, date_to="2025-03-31")
    assert asked.time is None
    assert {one.stored.article.id for one in asked.quotations} == {"lighthouse"}


def test_an_empty_period_is_told_not_hidden(service: Service) -> None:
    answer = ask(service, "What was written of the lighthouse in 2019?")
    assert answer.time is not None
    assert not answer.time.is_applied
    assert answer.quotations


def test_nothing_is_an_answer(service: Service) -> None:
    assert ask(service, "xqzvwk plomfrit?").quotations == ()


def test_what_is_under_embargo_answers_nothing(service: Service) -> None:
    answer = ask(service, "Who sold the lighthouse for 9 crowns?", limit=20)
    assert all(one.stored.article.id != "secret" for one in answer.quotations)
    assert all("secret" not in one.text for one in answer.quotations)


def test_the_latest_come_first_and_a_course_in_order(service: Service) -> None:
    latest = ask(service, "What is the latest on the lighthouse steps?")
    dates = [
        one.stored.article.date.start_s for one in latest.quotations if one.stored.article.date
    ]
    assert dates == sorted(dates, reverse=True)
    course = ask(service, "What happened at the lighthouse?")
    assert course.is_chronological
    dates = [
        one.stored.article.date.start_s for one in course.quotations if one.stored.article.date
    ]
    assert dates == sorted(dates)
    assert len(set(dates)) > 1


@settings(max_examples=40)
@given(
    st.lists(
        st.sampled_from(("who", "built", "the", "lighthouse", "town", "3", "sea", "?", "(", '"')),
        min_size=1,
        max_size=8,
    )
)
def test_every_quotation_is_in_its_article_word_for_word(
    service: Service, words: list[str]
) -> None:
    try:
        answer = ask(service, " ".join(words))
    except QueryError:
        return
    for one in answer.quotations:
        article = one.stored.article
        assert article.text[one.start : one.end] == one.text == one.text.strip() != ""
        assert all(one.start <= start < end <= one.end for start, end in one.highlights)


def test_marks_of_languages_without_spaces_do_not_overlap(tmp_path: Path) -> None:
    """Chinese words are indexed as overlapping bigrams."""
    said = "渡轮在港口等候了整整一个晚上。"
    records = [{"id": "zh", "text": said, "lang": "zh"}]
    with Service(settings_in(tmp_path), encoder=HashingEncoder(), creates=True) as service:
        service.archive.put(articles_of(service, records))
        service.upkeep.sync()
        (quotation,) = ask(service, "渡轮在港口等候").quotations
    assert quotation.highlights
    ends = [end for _, end in quotation.highlights]
    starts = [start for start, _ in quotation.highlights]
    assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))
