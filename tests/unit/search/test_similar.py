"""Articles like an article, and what a reader is given of one."""

from collections.abc import Iterator

import pytest
from newsrooms import RECORDS, articles_of, service_in

from api.service.service import Service
from index.errors import ArticleNotFound


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service_in(tmp_path_factory.mktemp("data")) as service:
        service.archive.put(articles_of(service, RECORDS))
        service.upkeep.sync()
        yield service


def test_the_most_alike_come_first_and_never_the_article_itself(service: Service) -> None:
    found = service.rooms.unrestricted.reader.similar("ferry-1", 10)
    ids = [one.stored.article.id for one in found]
    assert ids[0] == "ferry-2"
    assert "ferry-1" not in ids
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert len(service.rooms.unrestricted.reader.similar("ferry-1", 1)) == 1


def test_another_language_is_found_by_meaning(service: Service) -> None:
    ids = [
        one.stored.article.id for one in service.rooms.unrestricted.reader.similar("ferry-1", 10)
    ]
    assert "faehre-1" in ids, "the hashing encoder knows no languages, so each is as near as chance"


def test_words_of_a_query_are_marked_in_title_and_text(service: Service) -> None:
    read = service.rooms.unrestricted.reader.article("ferry-1", "ferry -bridge horn")
    article = read.stored.article
    assert [article.title[a:b] for a, b in read.title_highlights] == ["ferry"]
    assert [article.text[a:b] for a, b in read.text_highlights] == ["ferry", "horn"]


@pytest.mark.parametrize("query", ["", "  ", "tittle:ferry"])
def test_a_query_that_asks_nothing_or_cannot_be_read_marks_nothing(
    service: Service, query: str
) -> None:
    read = service.rooms.unrestricted.reader.article("ferry-1", query)
    assert read.title_highlights == read.text_highlights == ()


def test_an_article_that_is_not_indexed_yet_can_be_read(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with service_in(tmp_path_factory.mktemp("fresh")) as service:
        service.archive.put(articles_of(service, RECORDS[:1]))
        assert service.rooms.unrestricted.reader.article("ferry-1", "ferry").text_highlights == ()
        assert service.rooms.unrestricted.reader.similar("ferry-1", 5) == []
        service.upkeep.sync()
        service.archive.put(articles_of(service, RECORDS[1:2]))
        assert service.rooms.unrestricted.reader.article("ferry-2", "ferry").text_highlights
        assert service.rooms.unrestricted.reader.similar("ferry-2", 5) == []
        with pytest.raises(ArticleNotFound):
            service.rooms.unrestricted.reader.article("nothing")
