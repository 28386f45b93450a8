"""Completing, correcting and widening: on small archives that say what is right."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from corpora import RANDOM_ENCODER, article
from engines import engine_over

from index.analysis import analyzer_for
from index.archive import SqliteArchive
from index.dates import dates
from index.domain import Article, EncoderIdentity
from index.local import LocalStore
from index.protocols import Encoder, IndexedArticle, Snapshot
from index.query import Exact, ExactField, ParsedQuery
from search.parse import parse
from search.request import Mode, SearchRequest
from search.results.spelling import correction
from search.results.suggest import suggest

UTC = ZoneInfo("UTC")


class Newsroom:
    """An archive with an index of one segment per commit."""

    def __init__(self, folder: Path) -> None:
        self.archive = SqliteArchive.open(folder / "archive.sqlite")
        self.store = LocalStore(folder / "index", analyzer_for)

    def commit(self, *articles: Article, removed: Sequence[str] = ()) -> None:
        before = self.archive.last_revision()
        self.archive.put(articles)
        self.archive.delete(removed)
        vector = np.zeros((1, RANDOM_ENCODER.dimension), np.float32)
        vector[0, 0] = 1
        stored = [c.stored for c in self.archive.changes(before, 1000)]
        batch = [IndexedArticle(one, ((0, 1),), vector) for one in stored if one]
        with self.store.writer(RANDOM_ENCODER) as writer:
            writer.commit(batch, removed, self.archive.last_revision())

    def merge(self) -> None:
        with self.store.writer(RANDOM_ENCODER) as writer:
            while writer.merge():
                pass

    @property
    def snapshot(self) -> Snapshot:
        return self.store.snapshot()

    def words(self, typed: str) -> list[str]:
        return [word.text for word in suggest(self.snapshot, self.archive, typed, 10).words]

    def headlines(self, typed: str) -> list[str]:
        return [one.id for one in suggest(self.snapshot, self.archive, typed, 10).headlines]

    def correction(self, query: str, language: str | None = None) -> str | None:
        limits = Exact(ExactField.LANGUAGE, language) if language else None
        return correction(self.snapshot, query, read, limits)

    def ids(self, query: str, *, feedback: bool, mode: Mode = Mode.KEYWORD) -> list[str]:
        engine = engine_over(self.store, self.archive, no_encoder, UTC)
        return [i for i, _ in engine.ranked_ids(SearchRequest(query, mode, feedback=feedback))]


def no_encoder(identity: EncoderIdentity) -> Encoder:
    raise AssertionError(identity)


def read(query: str) -> ParsedQuery:
    return parse(query, now=datetime(2025, 1, 1, tzinfo=UTC), zone=UTC)


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    room = Newsroom(tmp_path)
    yield room
    room.archive.close()


PRESIDENTS = (
    article("p1", "Der Präsident reist. Der Präsident spricht.", title="Präsident reist ab",
            language="de", date=dates.parse_date("2024-01-01")),
    article("p2", "Die Präsidenten trafen sich.", title="Präsidentin kommt", language="de",
            date=dates.parse_date("2024-03-01")),
    article("p3", "The president spoke of presents.", title="President speaks",
            date=dates.parse_date("2024-02-01")),
)  # fmt: skip


def test_words_are_completed_in_their_usual_spelling(newsroom: Newsroom) -> None:
    newsroom.commit(*PRESIDENTS)
    assert {"Präsident", "presents"} <= set(newsroom.words("pr"))
    assert newsroom.words("prasid")[0].startswith("Präsident")
    assert newsroom.words("PRÄSID") == newsroom.words("prasid")
    assert newsroom.words("zeppelin") == []
    assert newsroom.words("  ") == []


def test_words_before_are_kept_and_must_stand_beside(newsroom: Newsroom) -> None:
    newsroom.commit(
        article("a", "The night ferry left."), article("b", "The festival began by day.")
    )
    assert newsroom.words("night fe") == ["night ferry"]
    assert newsroom.words("fe") == ["ferry", "festival"]


def test_headlines_hold_every_word_and_come_newest_first(newsroom: Newsroom) -> None:
    newsroom.commit(*PRESIDENTS)
    assert newsroom.headlines("präsi") == ["p2", "p1"]
    assert newsroom.headlines("präsident rei") == ["p1"]
    assert newsroom.headlines("spoke") == []  # only in a text


def test_equal_headlines_are_shown_once(newsroom: Newsroom) -> None:
    newsroom.commit(
        *(article(str(n), f"Text {n}.", title="Markets at noon") for n in range(3)),
        article("other", "Text.", title="Markets closed"),
    )
    assert len(newsroom.headlines("mark")) == 2


@pytest.mark.parametrize("merges", [False, True])
def test_deleted_articles_leave_nothing(newsroom: Newsroom, merges: bool) -> None:
    newsroom.commit(
        article("gone", "Secretword alone.", title="Secrettitle"),
        article("kept", "The secretary spoke.", title="Secretary"),
    )
    assert "secretary" in [word.casefold() for word in newsroom.words("secret")]
    assert len(newsroom.words("secret")) == 3
    newsroom.commit(removed=["gone"])
    if merges:
        newsroom.merge()
    assert newsroom.words("secret") in (["secretary"], ["Secretary"])
    assert newsroom.headlines("secret") == ["kept"]
    assert newsroom.correction("sekretword") is None


def test_counts_and_spellings_are_those_of_all_segments(newsroom: Newsroom) -> None:
    newsroom.commit(article("a", "NATO said. NATO met."))
    newsroom.commit(*(article(str(n), "Nato wrote.") for n in range(3)))
    found = suggest(newsroom.snapshot, newsroom.archive, "nat", 5).words
    assert [(word.text, word.articles) for word in found] == [("Nato", 4)]


FERRIES = [article(f"f{n}", "The night ferry left the harbour.", title="Ferry") for n in range(4)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("fery", "ferry"),
        ("harbuor", "harbour"),
        ("hrabuor", "harbour"),
        ("jarbour", "harbour"),
        ("arbour", "harbour"),
        ("yharbour", "harbour"),
        ("ahrbour", "harbour"),
        ('"night fery" -storm', '"night ferry" -storm'),
        ("title:fery lang:en", "title:ferry lang:en"),
        ("+Fery (harbour OR dock)", "+ferry (harbour OR dock)"),
        ("night, fery!", "night, ferry!"),
    ],
)
def test_a_misspelt_word_is_put_right_where_it_stands(
    newsroom: Newsroom, query: str, expected: str
) -> None:
    newsroom.commit(*FERRIES)
    offered = newsroom.correction(query)
    assert offered is not None
    assert offered.casefold() == expected.casefold()


@pytest.mark.parametrize(
    "query",
    ["ferry", "ferries", "night harbour", "fer", "zeppelin", "fery~1", "fer*", "-fery ferry",
     "source:fery ferry", "f3rry", "the"],
)  # fmt: skip
def test_nothing_is_offered_for_what_is_right_or_hopeless(newsroom: Newsroom, query: str) -> None:
    newsroom.commit(*FERRIES)
    assert newsroom.correction(query) is None


def test_a_correction_finds_something_within_the_filters(newsroom: Newsroom) -> None:
    newsroom.commit(*FERRIES, article("de", "Die Fähre fährt.", language="de"))
    assert newsroom.correction("harbuor", "en") == "harbour"
    assert newsroom.correction("harbuor", "de") is None
    assert newsroom.correction("+harbuor +fährt") is None


def test_a_word_put_right_does_not_make_sense_of_nonsense(newsroom: Newsroom) -> None:
    newsroom.commit(*FERRIES)
    assert newsroom.correction("xqzvwk harbuor") == "xqzvwk harbour"
    assert newsroom.correction("xqzvwk plomferty harbuor") is None


def test_a_rare_word_gives_way_to_a_twin_a_hundred_times_as_frequent(newsroom: Newsroom) -> None:
    newsroom.commit(
        article("rare", "The goverment fell."),
        *(article(f"g{n}", "The government stands.") for n in range(100)),
        *(article(f"w{n}", "Winters are long.") for n in range(99)),
        article("name", "Mr Wintors spoke."),
    )
    assert newsroom.correction("goverment") == "government"
    assert newsroom.correction("wintors") is None


def test_feedback_finds_what_the_best_articles_are_about(newsroom: Newsroom) -> None:
    newsroom.commit(
        *(article(f"q{n}", "An earthquake: seismographs trembled.") for n in range(5)),
        article("related", "Seismographs were bought by the institute."),
        *(article(f"n{n}", f"Nothing of note happened, number {n}.") for n in range(60)),
    )
    assert "related" not in newsroom.ids("earthquake", feedback=False)
    found = newsroom.ids("earthquake", feedback=True)
    assert "related" in found
    assert set(found[:5]) == {f"q{n}" for n in range(5)}


def test_feedback_softens_no_requirement(newsroom: Newsroom) -> None:
    newsroom.commit(
        article("both", "An earthquake; seismographs trembled."),
        article("one", "Seismographs were bought."),
    )
    for query in ("+earthquake", '"an earthquake"', "earthquake AND seismographs"):
        assert newsroom.ids(query, feedback=True) == ["both"], query
    assert newsroom.ids("zeppelin", feedback=True) == []
    assert newsroom.ids("lang:en", feedback=True) == newsroom.ids("lang:en", feedback=False)
