"""Status before text: a notice without a text takes its article out, whenever it comes."""

import json
from pathlib import Path
from typing import Any

import pytest

from index.archive.sqlite import SqliteArchive
from index.domain import Article, Usage
from index.errors import RecordError
from index.readers import ReadOptions, read
from index.records.normalise import article_from_fields

G2 = (
    '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x:1" version="2">'
    "<itemMeta>{}</itemMeta></newsItem>"
)
NITF = (
    '<nitf><head><docdata management-status="{}"><doc-id id-string="n1"/></docdata></head>'
    "<body><body.head/></body></nitf>"
)


def make(**fields: Any) -> Article:
    return article_from_fields(fields, "a.jsonl:1", lambda _: "en")


def one(tmp_path: Path, name: str, content: str) -> Article:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    (article,) = read([path], ReadOptions(detect=lambda _: "en")).records
    assert isinstance(article, Article), article
    return article


@pytest.mark.parametrize(
    ("name", "content", "id"),
    [
        ("a.xml", G2.format('<pubStatus qcode="stat:canceled"/>'), "urn:x:1"),
        ("a.xml", G2.format('<pubStatus uri="http://cv.example/s/CANCELED"/>'), "urn:x:1"),
        ("a.xml", NITF.format("Canceled"), "n1"),
        ("a.json", json.dumps({"uri": "u:1", "pubstatus": "Canceled"}), "u:1"),
        ("a.json", json.dumps({"uri": "u:1", "pubStatus": "stat:canceled", "bodies": []}), "u:1"),
        ("a.jsonl", '{"id": "j1", "usage": "killed", "text": " "}', "j1"),
        ("a.csv", "id,usage\nc1,Cancelled\n", "c1"),
    ],
)
def test_a_notice_needs_no_text(tmp_path: Path, name: str, content: str, id: str) -> None:
    notice = one(tmp_path, name, content)
    assert (notice.id, notice.title, notice.text) == (id, id, "")
    assert notice.news.usage is Usage.CANCELLED


@pytest.mark.parametrize(
    ("given", "usage"),
    [
        ("http://cv.iptc.org/newscodes/pubstatusg2/canceled", Usage.CANCELLED),
        ("http://cv.iptc.org/newscodes/pubstatusg2/usable/", Usage.USABLE),
        ("urn:status#Withheld", Usage.WITHHELD),
        ("STAT:WITHHELD", Usage.WITHHELD),
        ("Withdrawn", Usage.CANCELLED),
        ("draft", Usage.WITHHELD),
        ("embargoed", Usage.WITHHELD),
    ],
)
def test_statuses_are_words_qcodes_and_uris(given: str, usage: Usage) -> None:
    assert make(id="a", text="The ferry left.", usage=given).news.usage is usage


def test_what_is_embargoed_until_a_date_is_usable_then() -> None:
    assert make(text="x", usage="Embargoed", embargo="2024-06-18").news.usage is Usage.USABLE


@pytest.mark.parametrize("fields", [{}, {"id": "a"}, {"usage": "cancelled"}])
def test_without_text_status_or_id_it_is_no_notice(fields: dict[str, Any]) -> None:
    with pytest.raises(RecordError, match="there is no text"):
        make(**fields)


@pytest.mark.parametrize("status", ['<pubStatus qcode="stat:usable"/>', ""])
def test_an_empty_embargo_withholds(tmp_path: Path, status: str) -> None:
    g2 = G2.format("<title>T</title><embargoed/>" + status)
    assert one(tmp_path, "a.xml", g2).news.usage is Usage.WITHHELD
    ninjs = {"uri": "u:1", "headline": "T", "body_text": "The ferry left.", "embargoed": ""}
    assert one(tmp_path, "a.json", json.dumps(ninjs)).news.usage is Usage.WITHHELD


def test_an_empty_embargo_leaves_a_cancellation_as_it_is(tmp_path: Path) -> None:
    g2 = G2.format('<embargoed/><pubStatus qcode="stat:canceled"/>')
    assert one(tmp_path, "a.xml", g2).news.usage is Usage.CANCELLED


def test_a_notice_holds_when_its_article_comes_late_or_again(tmp_path: Path) -> None:
    article = make(id="a", title="Ferry", text="The ferry left.")
    notice = make(id="a", usage="cancelled")
    with SqliteArchive.open(tmp_path / "archive.db") as archive:
        assert [one.status for one in archive.put([notice, article])] == ["added", "outdated"]
        assert [one.status for one in archive.put([article])] == ["outdated"]
        assert [one.status for one in archive.put([notice])] == ["unchanged"]
        assert archive.get("a").article.news.usage is Usage.CANCELLED
        archive.delete(["a"])
        assert [one.status for one in archive.put([article])] == ["added"]


@pytest.mark.parametrize(
    ("late", "status"),
    [
        ({"version": 1}, "outdated"),
        ({"version": 2}, "outdated"),
        ({"version": 3}, "updated"),
        ({"updated": "2024-06-18T05:00:00Z"}, "outdated"),
        ({"updated": "2024-06-18T07:00:00Z"}, "updated"),
        ({"usage": "cancelled", "text": "Killed: it was wrong."}, "outdated"),
    ],
)
def test_only_a_later_version_lifts_a_notice(
    tmp_path: Path, late: dict[str, Any], status: str
) -> None:
    notice = make(id="a", usage="cancelled", version=2, updated="2024-06-18T06:00:00Z")
    with SqliteArchive.open(tmp_path / "archive.db") as archive:
        archive.put([notice])
        article = make(**{"id": "a", "text": "The ferry left.", **late})
        assert [one.status for one in archive.put([article])] == [status]


def test_a_kill_with_a_text_holds_when_its_article_is_read_again(tmp_path: Path) -> None:
    article = make(id="a", text="The ferry left.")
    kill = make(id="a", text="KILL: it did not leave.", usage="http://x.example/stat#KILLED")
    with SqliteArchive.open(tmp_path / "archive.db") as archive:
        assert [one.status for one in archive.put([article, kill])] == ["added", "updated"]
        assert [one.status for one in archive.put([article])] == ["outdated"]
        later = make(id="a", text="It left after all.", version=2)
        assert [one.status for one in archive.put([later])] == ["outdated"]
        archive.delete(["a"])
        assert [one.status for one in archive.put([article])] == ["added"]
