"""What identifies an article, and what only seems to."""

from pathlib import Path
from typing import Any

import pytest

from index.domain import Article, Usage
from index.errors import RecordError
from index.feeds.document import read_document
from index.readers import ReadOptions, read
from index.records.home_pages import is_home_page

WORDPRESS = "http://wordpress.org/export/1.2/"
CONTENT = "http://purl.org/rss/1.0/modules/content/"


def articles(*paths: Path, **options: Any) -> list[Article]:
    found = list(read(paths, ReadOptions(detect=lambda _: "en", **options)).records)
    assert [one for one in found if isinstance(one, RecordError)] == []
    return [one for one in found if isinstance(one, Article)]


def feed(*items: str) -> bytes:
    text = f"<rss version='2.0' xmlns:w='{WORDPRESS}'><channel><title>T</title>{''.join(items)}"
    return (text + "</channel></rss>").encode()


def item(guid: str, title: str, link: str, more: str = "") -> str:
    return (
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title><link>{link}</link>"
        f"<description>The {title} left at ten.</description>{more}</item>"
    )


@pytest.mark.parametrize(
    ("url", "is_home"),
    [
        ("https://paper.example", True),
        ("https://paper.example/", True),
        ("https://paper.example/index.html", True),
        ("https://paper.example/INDEX.php", True),
        ("https://paper.example/news", False),
        ("https://paper.example/?p=17", False),
        ("https://paper.example/#!/17", False),
        ("/", False),
        ("", False),
        ("https://[broken", False),
    ],
)
def test_home_pages(url: str, is_home: bool) -> None:
    assert is_home_page(url) is is_home


def test_one_guid_for_all_entries_is_none() -> None:
    pages = feed(
        item("x", "Ferry", "https://a.example/1"), item("x", "Train", "https://a.example/2")
    )
    assert [one.guid for one in read_document(pages, "https://a.example/rss").entries] == [
        "https://a.example/1",
        "https://a.example/2",
    ]
    notes = [one.identity_note or "" for one in read_document(pages, "https://a.example/").entries]
    assert all("its address identifies it" in note for note in notes)
    home = feed(item("x", "Ferry", "https://a.example/"), item("x", "Train", "https://a.example/"))
    entries = read_document(home, "https://a.example/rss").entries
    assert len({one.guid for one in entries}) == 2
    assert all("its content identifies it" in (one.identity_note or "") for one in entries)
    assert not any(one.is_page_its_own for one in entries)


def test_a_feed_file_notes_what_identifies_its_entries(tmp_path: Path) -> None:
    shared = [item("x", title, f"https://a.example/{title}") for title in ("Ferry", "Train")]
    plain = f" xmlns:w='{WORDPRESS}'".encode()
    (tmp_path / "a.rss").write_bytes(feed(*shared).replace(plain, b""))
    single = feed(item("y", "Tram", "https://a.example/3"))
    (tmp_path / "b.rss").write_bytes(single.replace(plain, b""))
    ferry, train, tram = articles(tmp_path / "a.rss", tmp_path / "b.rss")
    assert [len(one.notes) for one in (ferry, train, tram)] == [1, 1, 0]
    assert ferry.notes[0].place.endswith("a.rss#https://a.example/Ferry")


def test_an_entry_that_is_listed_twice_stays_one() -> None:
    twice = feed(*[item("x", "Ferry", "https://a.example/1")] * 2)
    first, second = read_document(twice, "https://a.example/rss").entries
    assert (
        (first.guid, first.is_page_its_own) == (second.guid, second.is_page_its_own) == ("x", True)
    )


def test_what_wordpress_has_not_published_is_withheld(tmp_path: Path) -> None:
    def post(number: int, status: str, kind: str = "post", more: str = "") -> str:
        text = f"<c:encoded xmlns:c='{CONTENT}'>The ferry left.</c:encoded>"
        fields = f"<w:status>{status}</w:status><w:post_type>{kind}</w:post_type>{text}{more}"
        return item(f"g{number}", f"Post {number}", f"https://a.example/?p={number}", fields)

    path = tmp_path / "export.xml"
    path.write_bytes(
        feed(
            post(1, "publish"), post(2, "draft"), post(3, "private"), post(4, "trash"),
            post(5, "future"), post(6, "pitch"), post(7, "publish", "recipe"),
            post(8, "publish", "nav_menu_item"), post(9, "inherit", "attachment"),
            post(10, "publish", "wp_template"),
            post(11, "publish", more="<w:post_password>s</w:post_password>"),
        )
    )  # fmt: skip
    records = list(read([path], ReadOptions(detect=lambda _: "en")).records)
    (left_out,) = (one for one in records if isinstance(one, RecordError))
    assert "3 records are no articles" in left_out.why
    found = {one.id: one.news.usage for one in records if isinstance(one, Article)}
    usable = {id for id, usage in found.items() if usage is Usage.USABLE}
    withheld = {id for id, usage in found.items() if usage is Usage.WITHHELD}
    assert usable == {"g1", "g7"}
    assert withheld == {"g2", "g3", "g4", "g5", "g6", "g11"}


def page(title: str, canonical: str = "https://paper.example/index.html") -> str:
    text = (
        f"<p>{title}: the council met on Tuesday and agreed to widen the channel by 40 metres.</p>"
    )
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>'
        f'<link rel="canonical" href="{canonical}"></head>'
        f"<body><article><h1>{title}</h1>{text * 6}</article></body></html>"
    )


def test_pages_that_name_the_home_page_stay_apart(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.html").write_text(page(name), encoding="utf-8")
    found = articles(tmp_path)
    assert [(one.id, one.url) for one in found] == [("one", None), ("two", None)]
    assert all("file's name identifies it" in note.what for one in found for note in one.notes)
    assert [len(one.notes) for one in found] == [1, 1]


def test_captures_have_the_address_and_the_moment_of_their_capture(tmp_path: Path) -> None:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page("Ferry").encode()
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://paper.example/?p=7\r\n"
        "WARC-Date: 2024-06-18T03:10:00.25Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    (tmp_path / "a.warc").write_bytes(head.encode() + http + b"\r\n\r\n")
    (article,) = articles(tmp_path / "a.warc")
    assert article.url == "https://paper.example/?p=7"
    assert article.news.version == 20240618031000
