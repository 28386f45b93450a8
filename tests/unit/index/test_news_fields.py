"""The fields of the news trade: read from records, kept in the archive, versions in order."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from index.archive import SqliteArchive
from index.domain import Article, DateOrigin, Subject, Usage
from index.errors import RecordError
from index.records.normalise import article_from_fields
from index.records.source_zones import SourceZones

FULL: dict[str, Any] = {
    "id": "urn:1",
    "title": "Rat tagt",
    "text": "Der Rat tagt.",
    "lang": "de",
    "date": "2024-06-18T05:10:00Z",
    "date_origin": "meta",
    "slugline": "rat-sitzung",
    "byline": "Von Ada Muster",
    "dateline": "SARELLE, 18. Juni",
    "provider": "VPA",
    "urgency": "3",
    "subjects": [{"code": "medtop:11000000", "name": "politics"}, "Stadtrat"],
    "created": "2024-06-18T04:00:00Z",
    "updated": "2024-06-18T05:00:00Z",
    "version": 2,
    "embargo": "2024-06-18T06:00:00+02:00",
    "usage": "stat:canceled",
}


def make(zones: SourceZones | None = None, **fields: Any) -> Article:
    record = {"id": "a", "text": "Der Rat tagt.", "lang": "de", **fields}
    return article_from_fields(record, "x", lambda _: "de", zones or SourceZones())


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[SqliteArchive]:
    with SqliteArchive.open(tmp_path / "archive.sqlite") as opened:
        yield opened


def test_a_record_with_all_fields() -> None:
    article = make(**FULL)
    news = article.news
    assert (news.slugline, news.byline, news.provider) == ("rat-sitzung", "Von Ada Muster", "VPA")
    assert (news.dateline, news.urgency, news.version) == ("SARELLE, 18. Juni", 3, 2)
    assert news.subjects == (Subject("medtop:11000000", "politics"), Subject("Stadtrat"))
    assert news.usage is Usage.CANCELLED
    assert (news.created and news.created.value) == "2024-06-18T04:00:00Z"
    assert (news.updated and news.updated.value) == "2024-06-18T05:00:00Z"
    assert (news.embargo and news.embargo.value) == "2024-06-18T06:00:00+02:00"
    assert article.date is not None
    assert article.date.origin is DateOrigin.META
    assert article.metadata == {}


def test_the_archive_gives_them_back(archive: SqliteArchive) -> None:
    article = make(
        SourceZones({"VPA": ZoneInfo("Europe/Berlin")}), **FULL | {"date": "2024-06-18T05:10"}
    )
    assert article.date is not None
    assert article.date.is_zone_assumed
    archive.put([article])
    assert archive.get(article.id).article == article
    assert archive.put([article])[0].status == "unchanged"


@pytest.mark.parametrize("origin", [None, "", "nowhere", ["meta"], {"meta": 1}, 3])
def test_an_origin_that_is_none_is_passed_over(origin: object) -> None:
    article = make(date="2024-06-18", date_origin=origin, assumed_zones=origin)
    assert article.date is not None
    assert (article.date.origin, article.date.is_zone_assumed) == (DateOrigin.GIVEN, False)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"urgency": 0}, '"urgency" must be from 1 to 9, not 0'),
        ({"urgency": "high"}, "\"urgency\" must be a whole number, not 'high'"),
        ({"version": -1}, "\"version\" must be a whole number, not '-1'"),
        ({"embargo": "soon"}, "\"embargo\": 'soon' is not a date"),
        ({"subjects": [1]}, '"subjects" holds a number'),
        ({"subjects": ["a"] * 201}, '"subjects" has 201 entries'),
        ({"slugline": ["x"]}, '"slugline" must be a string, not a list'),
    ],
)
def test_what_cannot_be_read_is_left_out_and_named(fields: dict[str, Any], reason: str) -> None:
    (note,) = make(**fields).notes
    assert reason in note.what


def test_an_unknown_usage_is_refused() -> None:
    with pytest.raises(RecordError, match=r"\"usage\" must be usable, withheld, cancelled"):
        make(usage="perhaps")


def test_an_article_whose_embargo_cannot_be_read_is_withheld() -> None:
    assert make(embargo="soon").news.usage is Usage.WITHHELD
    assert make(embargo="06/07/2024", lang="en").news.usage is Usage.WITHHELD
    assert make(embargo="soon", usage="canceled").news.usage is Usage.CANCELLED


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({"source": "courier"}, "2024-06-18T05:10+02:00"),
        ({"provider": "Courier"}, "2024-06-18T05:10+02:00"),
        ({"url": "https://www.example.org/a"}, "2024-06-18T05:10-04:00"),
        ({"source": "other"}, "2024-06-18T05:10+09:00"),
    ],
)
def test_a_time_without_a_zone_is_in_that_of_its_source(fields: dict[str, Any], value: str) -> None:
    zones = SourceZones(
        {
            "Courier": ZoneInfo("Europe/Berlin"),
            "example.org": ZoneInfo("America/New_York"),
            "*": ZoneInfo("Asia/Tokyo"),
        }
    )
    date = make(zones, date="2024-06-18T05:10", **fields).date
    assert date is not None
    assert (date.value, date.is_zoned, date.is_zone_assumed) == (value, True, True)
    day = make(zones, date="2024-06-18", **fields).date
    assert (day and day.value, day and day.is_zoned) == ("2024-06-18", False)


def version(number: int | None = None, updated: str | None = None, text: str = "x") -> Article:
    fields: dict[str, Any] = {"version": number, "updated": updated, "text": text}
    return make(**{name: value for name, value in fields.items() if value is not None})


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        (version(1), version(2), "updated"),
        (version(2), version(1), "outdated"),
        (version(2), version(2, text="y"), "updated"),
        (version(2), version(text="y"), "updated"),
        (version(), version(1), "updated"),
        (version(updated="2024-06-18T10:00Z"), version(updated="2024-06-18T09:00Z"), "outdated"),
        (version(updated="2024-06-18T10:00Z"), version(updated="2024-06-18", text="y"), "updated"),
        (version(updated="2024-06-18T10:00Z"), version(updated="2024-06-17"), "outdated"),
        (version(3, "2024-06-18"), version(4, "2024-06-17"), "updated"),
        (version(3, "2024-06-18"), version(3, "2024-06-17"), "outdated"),
    ],
)
def test_an_older_version_never_replaces_a_newer(
    archive: SqliteArchive, first: Article, second: Article, status: str
) -> None:
    (added,) = archive.put([first])
    (outcome,) = archive.put([second])
    assert outcome.status == status
    stands = first if status == "outdated" else second
    assert archive.get("a").article == stands
    assert outcome.revision == (added.revision if status == "outdated" else added.revision + 1)


def test_versions_in_one_batch_are_in_order_too(archive: SqliteArchive) -> None:
    outcomes = archive.put([version(2), version(1), version(3)])
    assert [outcome.status for outcome in outcomes] == ["added", "outdated", "updated"]


def test_after_a_deletion_any_version_may_come(archive: SqliteArchive) -> None:
    archive.put([version(5)])
    archive.delete(["a"])
    assert archive.put([version(1)])[0].status == "added"


@pytest.mark.parametrize("usage", ["withheld", "cancelled"])
def test_what_may_not_be_shown_is_gone_for_readers_and_kept_in_the_history(
    archive: SqliteArchive, usage: str
) -> None:
    (shown,) = archive.put([version(1)])
    (gone,) = archive.put([make(version=2, usage=usage)])
    assert archive.revisions([shown.revision, gone.revision]) == {}
    (change,) = archive.changes(0, 10)
    assert (change.article_id, change.revision, change.stored) == ("a", gone.revision, None)
    history = archive.history("a")
    assert [one.stored and one.stored.article.news.version for one in history] == [1, 2]
    (back,) = archive.put([version(3)])
    assert set(archive.revisions([shown.revision, back.revision])) == {
        shown.revision,
        back.revision,
    }
