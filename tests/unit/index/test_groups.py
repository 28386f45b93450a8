"""Copies and stories with the hashing encoder: who belongs together, and what changes do to it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hashing_encoder import HashingEncoder
from newsrooms import articles_of, settings_in
from wire_news import CHESS, CUT, LATE, NEWS, OTHER, SENTENCES, WIRE, record

from api.service.service import Service
from index.domain import Progress
from index.errors import CursorError, SnapshotGone
from index.groups.domain import GroupsView, StoryFilter, StoryOrder
from index.groups.draft import Draft
from index.groups.fact_tables import Facts
from index.groups.grouping import Grouping
from index.groups.member_tables import Membership
from index.groups.stories import medoid


class Newsroom:
    """A service, asked by article id."""

    def __init__(self, folder: Path, revision: str = "hashing-1") -> None:
        self.encoder = HashingEncoder(revision=revision)
        self.service = Service(settings_in(folder), encoder=self.encoder, creates=True)

    def add(self, *records: Mapping[str, Any]) -> None:
        self.service.archive.put(articles_of(self.service, records))
        self.service.upkeep.sync()

    def key(self, article_id: str) -> int:
        return self.service.archive.get(article_id).revision

    def names(self, keys: Sequence[int]) -> list[str]:
        found = self.service.archive.revisions(keys)
        return [found[key].article.id for key in keys]

    def copies(self, article_id: str, view: GroupsView | None = None) -> list[str]:
        key = self.key(article_id)
        group = (view or self.service.groups.newest()).copies(np.array([key]))
        return self.names(group.get(key, ()))

    def story(self, article_id: str) -> str | None:
        key = self.key(article_id)
        return self.service.groups.newest().stories(np.array([key])).get(key)

    def told(self, story: str) -> list[str]:
        return self.names(self.service.groups.newest().members(story).tolist())


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    room = Newsroom(tmp_path)
    with room.service:
        yield room


def test_edited_copies_are_found_and_the_earliest_is_the_original(newsroom: Newsroom) -> None:
    newsroom.add(*NEWS)
    assert newsroom.copies("cut") == newsroom.copies("wire") == ["wire", "cut", "late"]
    assert newsroom.copies("chess") == newsroom.copies("follow") == []


def test_an_original_that_comes_in_late_is_still_the_original(newsroom: Newsroom) -> None:
    newsroom.add(CUT)
    newsroom.add(LATE, CHESS)
    assert newsroom.copies("late") == ["cut", "late"]
    newsroom.add(WIRE)
    assert newsroom.copies("late") == ["wire", "cut", "late"]


def test_a_copy_after_the_window_is_none(newsroom: Newsroom) -> None:
    newsroom.add(WIRE, {**CUT, "id": "old", "date": "2025-03-06T08:00:01Z"})
    assert newsroom.copies("old") == []
    newsroom.add({**CUT, "id": "in-time", "date": "2025-03-06T08:00:00Z"})
    assert "wire" in newsroom.copies("in-time")


def test_the_window_holds_from_the_original(newsroom: Newsroom) -> None:
    """Not link by link: a text that is printed every other day is several groups, not one."""
    days = [
        {**WIRE, "id": f"d{day}", "date": f"2025-03-{day:02}T08:00:00Z"} for day in (1, 3, 5, 7)
    ]
    newsroom.add(*days)
    assert newsroom.copies("d1") == ["d1", "d3"]
    assert newsroom.copies("d5") == ["d5", "d7"]
    # An earlier original that comes in late draws the window with it.
    newsroom.add({**WIRE, "id": "d0", "date": "2025-02-27T09:00:00Z"})
    assert newsroom.copies("d0") == ["d0", "d1"]
    assert newsroom.copies("d3") == []
    newsroom.service.archive.delete(["d5"])
    newsroom.service.upkeep.sync()
    assert newsroom.copies("d7") == []


def test_short_texts_are_compared_for_equality_with_their_titles(newsroom: Newsroom) -> None:
    short = record("short", "The ferry left Port Ellery late on Monday.", "2025-03-03T08:00:00Z")
    newsroom.add(
        short,
        {**short, "id": "again", "text": "The ferry left PORT ELLERY late on Monday"},
        {**short, "id": "other-title", "title": "Another title"},
        {**short, "id": "longer", "text": f"{short['text']} Nobody knows why."},
    )
    assert newsroom.copies("short") == ["short", "again"]
    for article_id in ("other-title", "longer"):
        assert newsroom.copies(article_id) == []


def test_empty_texts_are_no_copies(newsroom: Newsroom) -> None:
    headlines = [record(one, "", "2025-03-03", title="Ferry") for one in ("e1", "e2")]
    newsroom.add(*({**one, "is_headline": True} for one in headlines))
    assert newsroom.copies("e1") == []


@pytest.mark.parametrize("at_once", [True, False])
def test_a_frame_seen_with_many_fillings_is_a_template(newsroom: Newsroom, at_once: bool) -> None:
    """No name and no number: that one word of it always differs is told by the others alone."""
    frame = f"The wind on the strait will be {{}} tonight. {SENTENCES[2]} {SENTENCES[6]}"
    notices = [
        record(f"n{at}", frame.format(word), f"2025-03-{at + 3:02}T08:00:00Z", title="The wind")
        for at, word in enumerate(("weak", "moderate", "fresh", "strong", "gusty"))
    ]
    for batch in [notices] if at_once else [[one] for one in notices]:
        newsroom.add(*batch)
    reprint = {**notices[4], "id": "reprint", "text": f"(VPA) – {notices[4]['text']}"}
    newsroom.add(reprint)
    assert [newsroom.copies(one["id"]) for one in notices[:4]] == [[], [], [], []]
    assert newsroom.copies("n4") == ["n4", "reprint"]


def test_without_dates_a_text_has_copies_whenever_it_came_in(newsroom: Newsroom) -> None:
    undated = {**CUT, "date": None}
    newsroom.add({**undated, "id": "undated"}, CHESS)
    newsroom.add(WIRE, {**WIRE, "id": "years-later", "date": "2029-03-03T08:00:00Z"})
    assert newsroom.copies("undated") == ["wire", "undated"]


def test_undated_articles_join_no_story_by_the_time_of_their_indexing(newsroom: Newsroom) -> None:
    sentences = [
        f"The {animal} of {place} was seen by {person} near the old mill."
        for animal, place, person in zip(
            ("otter", "heron", "badger", "lynx", "stork", "mink"),
            ("Sarelle", "Grauheim", "Lindenau", "Montalva", "Brodnik", "Wiesau"),
            ("Ada", "Bo", "Carl", "Dora", "Eva", "Fritz"),
            strict=True,
        )
    ]
    made = [{**CHESS, "id": f"u{at}", "text": text} for at, text in enumerate(sentences)]
    newsroom.add(*({**one, "date": None} for one in (*made, *NEWS)))
    assert {newsroom.story(one["id"]) for one in made} == {None}
    story = newsroom.story("follow")
    assert story is not None
    assert newsroom.told(story) == ["wire", "cut", "late", "follow"]


def test_a_story_is_as_old_as_its_dated_articles(newsroom: Newsroom) -> None:
    newsroom.add(WIRE, {**NEWS[-1], "date": None})
    story = newsroom.story("wire")
    assert story is not None
    assert newsroom.story("follow") == story
    (summary,) = newsroom.service.groups.listed(StoryOrder.RECENT, StoryFilter(), 10)
    assert summary.first_s == summary.last_s
    assert newsroom.told(story) == ["wire", "follow"]


def test_the_same_report_with_other_numbers_is_no_copy(newsroom: Newsroom) -> None:
    text = (
        "The index of the Rosenholm exchange closed at {0} points on {1}, {2} percent from the day "
        "before. Among the winners were shares of the shipping lines with {3} percent. Traders "
        "spoke of a calm day without news from the central bank. The volume was {4} million."
    )
    newsroom.add(
        record("monday", text.format(1412, "Monday", "0.4", 17, 388), "2025-03-03"),
        record("tuesday", text.format(1398, "Tuesday", "1.1", 26, 402), "2025-03-04"),
        record("reprint", text.format(1412, "Monday", "0.4", 17, 388).upper(), "2025-03-03"),
    )
    assert newsroom.copies("monday") == ["monday", "reprint"]
    assert newsroom.copies("tuesday") == []


def test_a_digest_does_not_join_the_texts_that_it_holds(newsroom: Newsroom) -> None:
    digest = record("digest", " ".join([*SENTENCES, OTHER]), "2025-03-03T20:00:00Z")
    newsroom.add(WIRE, CHESS, digest)
    assert "chess" not in newsroom.copies("wire")


def test_who_is_left_elects_another_original(newsroom: Newsroom) -> None:
    newsroom.add(*NEWS)
    newsroom.service.archive.delete(["wire"])
    newsroom.service.upkeep.sync()
    assert newsroom.copies("late") == ["cut", "late"]
    newsroom.service.archive.delete(["cut"])
    newsroom.service.upkeep.sync()
    assert newsroom.copies("late") == []


def test_an_update_is_compared_anew(newsroom: Newsroom) -> None:
    newsroom.add(*NEWS)
    newsroom.add({**WIRE, "text": f"Nothing of it was true. {OTHER}"})
    assert newsroom.copies("cut") == ["cut", "late"]
    newsroom.add(WIRE)
    assert newsroom.copies("cut") == ["wire", "cut", "late"]


def test_a_story_has_its_articles_in_time_order_with_their_copies(newsroom: Newsroom) -> None:
    newsroom.add(*reversed(NEWS))
    story = newsroom.story("follow")
    assert story is not None
    assert newsroom.told(story) == ["wire", "cut", "late", "follow"]
    assert newsroom.story("chess") is None
    (summary,) = newsroom.service.groups.listed(StoryOrder.RECENT, StoryFilter(), 10)
    assert (summary.id, summary.articles, summary.languages) == (story, 4, ("en",))
    assert newsroom.service.groups.newest().summaries([story, "none"]) == {story: summary}


def test_a_story_that_loses_an_article_to_copies_is_looked_at_again(newsroom: Newsroom) -> None:
    """One draws another of its batch into a story, which turns out to be a copy elsewhere."""
    service = newsroom.service
    service.grouping = Grouping(service.archive, service.database, copies_h=72, stories_days=7)
    follow = NEWS[-1]
    newsroom.add(WIRE, {**follow, "date": "2025-03-03T12:00:00Z"})
    story = newsroom.story("wire")
    assert story == newsroom.story("follow") is not None
    newsroom.add(
        {**follow, "id": "late-follow", "date": "2025-03-11T08:00:00Z"},
        {**CUT, "date": "2025-03-05T15:00:00Z"},
    )
    assert newsroom.copies("cut") == ["wire", "cut"]
    assert newsroom.story("cut") == story
    assert newsroom.story("late-follow") is None
    service.archive.delete(["late-follow"])
    service.upkeep.sync()
    assert not service.upkeep.is_behind()


def test_a_story_of_one_text_is_none(newsroom: Newsroom) -> None:
    newsroom.add(*NEWS)
    newsroom.service.archive.delete(["follow"])
    newsroom.service.upkeep.sync()
    assert newsroom.story("wire") is None
    assert newsroom.copies("wire") == ["wire", "cut", "late"]
    assert not newsroom.service.groups.listed(StoryOrder.LARGEST, StoryFilter(), 10)


def test_nothing_new_changes_nothing(newsroom: Newsroom) -> None:
    newsroom.add(*NEWS)
    before = newsroom.service.groups.newest().version
    newsroom.service.upkeep.sync()
    assert newsroom.service.groups.newest().version == before
    assert not newsroom.service.upkeep.is_behind()


def test_however_articles_are_cut_into_transactions_their_groups_are_the_same(
    newsroom: Newsroom, tmp_path_factory: pytest.TempPathFactory
) -> None:
    later = ({**CUT, "text": OTHER}, {**CHESS, "id": "chess-again"}, {**WIRE, "id": "reprint"})
    rooms = {math.inf: newsroom, 0.0: Newsroom(tmp_path_factory.mktemp("each"))}
    with rooms[0.0].service:
        for held_s, room in rooms.items():
            service = room.service
            service.grouping = Grouping(
                service.archive, service.database, copies_h=72, stories_days=7, held_s=held_s
            )
            room.add(*reversed(NEWS))
            room.add(*later)
            service.archive.delete(["late"])
            service.upkeep.sync()
        one, each = (room.service.groups.newest().version for room in rooms.values())
        ids = ("wire", "cut", "follow", "chess", "chess-again", "reprint")
        for article_id in ids:
            assert newsroom.copies(article_id) == rooms[0.0].copies(article_id)
            assert newsroom.story(article_id) == rooms[0.0].story(article_id)
    assert newsroom.copies("wire") == ["wire", "reprint"]
    transactions = int(each.split(".")[1]) - int(one.split(".")[1])
    assert transactions == len(NEWS) - 1 + len(later) - 1


def test_a_batch_that_was_cut_off_leaves_no_older_version(
    newsroom: Newsroom, monkeypatch: Any
) -> None:
    service = newsroom.service
    service.grouping = Grouping(
        service.archive, service.database, copies_h=72, stories_days=7, held_s=0.0
    )
    newsroom.add(*NEWS)
    with monkeypatch.context() as crash:
        crash.setattr("index.groups.grouping.REST_S", -1.0)  # fails behind the first article
        with pytest.raises(ValueError, match="non-negative"):
            newsroom.add({**CHESS, "title": "Two"}, {**LATE, "title": "Two"})
    newsroom.add({**LATE, "title": "Three"})
    with service.database.connection() as connection:
        rows = connection.execute("SELECT revision, article_id FROM group_articles").fetchall()
    assert sorted(rows) == sorted((newsroom.key(one["id"]), one["id"]) for one in NEWS)
    assert newsroom.copies("cut") == ["wire", "cut", "late"]


def test_no_question_reads_all_members(newsroom: Newsroom) -> None:
    asked: set[str] = set()
    service = newsroom.service
    with service.database.connection() as connection:
        connection.set_trace_callback(asked.add)
    newsroom.add(*NEWS)
    newsroom.add({**WIRE, "text": OTHER})
    story = newsroom.story("follow")
    assert story is not None
    newsroom.told(story)
    newsroom.copies("cut")
    service.groups.newest().told([story])
    members = [statement for statement in asked if "FROM group_members" in statement]
    assert len(members) >= 8
    with service.database.connection() as connection:
        connection.set_trace_callback(None)
        for statement in members:
            steps = connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
            whole = [step[3] for step in steps if step[3].endswith("(generation=?)")]
            assert not whole, f"{whole}: {statement}"


def test_an_index_without_groups_gets_them(newsroom: Newsroom, monkeypatch: Any) -> None:
    with monkeypatch.context() as crash:
        crash.setattr(newsroom.service.grouping, "catch_up", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            newsroom.add(*NEWS)
    assert newsroom.service.upkeep.pending() == 0
    assert newsroom.copies("wire") == []
    assert newsroom.service.upkeep.is_behind()
    newsroom.service.upkeep.sync()
    assert newsroom.copies("wire") == ["wire", "cut", "late"]


def test_grouping_gives_way_between_two_batches(newsroom: Newsroom, monkeypatch: Any) -> None:
    monkeypatch.setattr("index.groups.grouping.BATCH_ARTICLES", 2)
    service = newsroom.service
    with monkeypatch.context() as later:
        later.setattr(service.grouping, "catch_up", lambda *_: 0)
        newsroom.add(*NEWS)
    snapshot = service.store.snapshot()
    assert service.grouping.catch_up(snapshot, gives_way=lambda: True) == 2
    assert newsroom.copies("cut") == ["wire", "cut"]
    assert service.upkeep.is_behind()
    service.upkeep.keep_up()
    assert not service.upkeep.is_behind()
    assert newsroom.copies("late") == ["wire", "cut", "late"]


def test_a_server_indexes_what_comes_in_before_it_groups_the_rest(
    newsroom: Newsroom, monkeypatch: Any
) -> None:
    monkeypatch.setattr("index.groups.grouping.BATCH_ARTICLES", 2)
    service = newsroom.service
    with monkeypatch.context() as later:
        later.setattr(service.grouping, "catch_up", lambda *_: 0)
        newsroom.add(*NEWS)

    def put_once(progress: Progress) -> None:
        if progress.phase == "grouping" and service.upkeep.pending() == 0:
            service.archive.put(articles_of(service, [{**CHESS, "id": "comes-in"}]))

    service.upkeep.keep_up(put_once)
    assert service.upkeep.pending() == 1
    assert newsroom.copies("late") == []
    service.upkeep.keep_up()
    assert service.upkeep.pending() == 0
    assert newsroom.copies("late") == ["wire", "cut", "late"]


def test_a_pinned_state_stays(newsroom: Newsroom) -> None:
    newsroom.add(*NEWS)
    groups = newsroom.service.groups
    pinned = groups.pinned(groups.newest().version)
    cut = np.array([newsroom.key("cut")])
    before, stories = dict(pinned.copies(cut)), dict(pinned.stories(cut))
    newsroom.service.archive.delete(["wire", "follow"])
    newsroom.service.upkeep.sync()
    assert dict(pinned.copies(cut)) == before
    assert dict(pinned.stories(cut)) == stories
    assert dict(groups.newest().copies(cut)) != before
    for version in ("", "1", "1.2.3", "x.y"):
        with pytest.raises(CursorError):
            groups.pinned(version)
    with pytest.raises(SnapshotGone):
        groups.pinned("1.999")


def test_another_encoder_keeps_the_ids_of_stories(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.add(*NEWS)
    story, version = newsroom.story("follow"), newsroom.service.groups.newest().version
    other = Newsroom(tmp_path, "hashing-2")
    with other.service:
        other.service.upkeep.reindex()
        assert other.service.groups.newest().version != version
        assert other.story("follow") == other.story("wire") == story
        assert other.copies("late") == ["wire", "cut", "late"]
        assert not other.service.upkeep.is_behind()
        pinned = other.service.groups.pinned(version)
        assert other.copies("late", pinned) == ["wire", "cut", "late"]


def test_the_same_articles_from_nothing_have_the_same_ids(
    newsroom: Newsroom, tmp_path_factory: pytest.TempPathFactory
) -> None:
    newsroom.add(*NEWS)
    again = Newsroom(tmp_path_factory.mktemp("again"))
    with again.service:
        for one in NEWS:
            again.add(one)
        assert again.story("follow") == newsroom.story("follow") is not None
        assert again.copies("late") == newsroom.copies("late")


def test_many_copies_of_one_text_take_linear_work(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A story of one text in many copies moves each of them once, not once for each other."""
    changes = 0
    change = Draft.set_membership

    def counted(draft: Draft, facts: Facts, wanted: Membership) -> None:
        nonlocal changes
        changes += 1
        change(draft, facts, wanted)

    monkeypatch.setattr(Draft, "set_membership", counted)
    copies = 200
    newsroom.add(*({**WIRE, "id": f"n{n}", "title": f"Ferry {n}"} for n in range(copies)))
    assert len(newsroom.copies("n0")) == copies
    assert changes < 10 * copies


def test_of_two_articles_the_first_is_central_whatever_rounding_says() -> None:
    similarity = np.array([[0.9995, 0.7, 0.1], [0.7000001, 1.0005, 0.1], [0.1, 0.1, 1.0]])
    assert medoid(similarity, [0, 1]) == 0
    assert medoid(similarity, [0, 1, 2]) == 0
    similarity[1, 2] = similarity[2, 1] = 0.2
    assert medoid(similarity, [0, 1, 2]) == 1
