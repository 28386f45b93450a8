"""Taking articles in: what is counted, what is refused."""

from collections.abc import Sequence
from dataclasses import replace

from corpora import article

from api.service.intake import take_in
from index.domain import Article
from index.errors import RecordError
from index.protocols import PutOutcome


class Shelf:
    """Keeps what is put, in order."""

    def __init__(self) -> None:
        self.articles: list[Article] = []

    def put(self, articles: Sequence[Article]) -> list[PutOutcome]:
        self.articles += articles
        return [PutOutcome(item.id, number, "added") for number, item in enumerate(articles)]


def test_a_repeated_id_is_a_failure_and_the_first_is_kept() -> None:
    shelf = Shelf()
    second = replace(article("a", "second"), read_from="a.jsonl:3")
    records = [article("a", "first"), article("b", "other"), second]
    intake = take_in(records, shelf.put, refuses_repeats=True)
    assert [item.text for item in shelf.articles] == ["first", "other"]
    assert [str(failure) for failure in intake.failures] == [
        "a.jsonl:3: an earlier record of this run has the same id, 'a'; that one was kept, "
        "this one skipped"
    ]


def test_a_record_that_cannot_be_read_does_not_stop_the_rest() -> None:
    shelf = Shelf()
    intake = take_in([RecordError("f:1", "broken"), article("a", "text")], shelf.put)
    assert intake.taken == 1
    assert len(intake.failures) == 1
