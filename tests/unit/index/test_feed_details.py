"""Authors, packed documents and namespaces of feeds and sitemaps; separators of mailboxes; G2."""

import gzip
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from index.domain import Article
from index.errors import FeedError, RecordError
from index.feeds.document import read_document
from index.readers import ReadOptions, read

TEXT = "The ferry left at ten."
DC = "xmlns:dc='http://purl.org/dc/elements/1.1/'"


def rss(inside: str) -> bytes:
    item = (
        f"<item><guid>g</guid><title>Ferry</title><description>{TEXT}</description>{inside}</item>"
    )
    return f"<rss version='2.0' {DC}><channel><title>T</title>{item}</channel></rss>".encode()


def records(path: Path, content: str | bytes) -> list[Article | RecordError]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read([path], ReadOptions(detect=lambda _: "en")).records)


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("desk@paper.media", []),
        ("ada@gazette.museum (Ada Quill)", ["Ada Quill"]),
        ("Ada Quill <ada@paper.example>", ["Ada Quill"]),
        ("Ada Quill ada@paper.community", ["Ada Quill"]),
        ("noreply@a.co", []),
        ("a@harbour.co.technology", []),
        ("Ada Quill", ["Ada Quill"]),
    ],
)
def test_addresses_are_no_authors(author: str, names: list[str]) -> None:
    written = f"<author>{escape(author)}</author>"
    (entry,) = read_document(rss(written), "").entries
    assert entry.fields.get("authors", []) == names
    (both,) = read_document(rss(written + "<dc:creator>Ben Holm</dc:creator>"), "").entries
    assert both.fields["authors"] == [*names, "Ben Holm"]


def sitemap(urlset: str, prefix: str = "", news: str = "news") -> bytes:
    page = (
        f"<{prefix}url><{prefix}loc>https://a.example/1</{prefix}loc>"
        f"<image:image xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'>"
        f"<image:loc>https://a.example/1.jpg</image:loc><image:title>No</image:title></image:image>"
        f"<{news}:news><{news}:publication><{news}:name>Gazette</{news}:name></{news}:publication>"
        f"<{news}:publication_date>2024-06-18</{news}:publication_date>"
        f"<{news}:title>Ferry</{news}:title></{news}:news></{prefix}url>"
    )
    return f"<{prefix}urlset {urlset}>{page}</{prefix}urlset>".encode()


SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


@pytest.mark.parametrize(
    "data",
    [
        sitemap(f"xmlns='{SITEMAPS}' xmlns:news='{NEWS}'"),
        sitemap(f"xmlns='{SITEMAPS.replace('http:', 'https:')}' xmlns:news='{NEWS}/'"),
        sitemap(f"xmlns='http://www.google.com/schemas/sitemap/0.84' xmlns:n='{NEWS}'", news="n"),
        sitemap(f"xmlns:s='{SITEMAPS}' xmlns:news='{NEWS}'", prefix="s:"),
        sitemap(f"xmlns='{SITEMAPS}'"),
        sitemap(""),
        sitemap("xmlns='urn:our-own' xmlns:news='https://www.google.com/schemas/sitemap-news/1.0'"),
    ],
)
def test_sitemaps_in_any_namespace_packed_or_not(data: bytes) -> None:
    for sent in (data, gzip.compress(data)):
        (entry,) = read_document(sent, "https://a.example/news.xml").entries
        assert entry.url == "https://a.example/1"
        assert (entry.fields["title"], entry.fields["source"]) == ("Ferry", "Gazette")
        assert entry.fields["date"] == "2024-06-18"


def test_packed_feeds_and_damage() -> None:
    packed = gzip.compress(rss(""))
    assert [entry.guid for entry in read_document(packed, "").entries] == ["g"]
    with pytest.raises(FeedError, match="ends too early"):
        read_document(packed[:-20], "")
    with pytest.raises(FeedError, match="damaged"):
        read_document(packed[:12] + b"\xff" * 20 + packed[32:], "")
    with pytest.raises(FeedError, match="unpacks to more than"):
        read_document(gzip.compress(bytes(65 << 20)), "")


def message(number: int, body: str, line: str = "From a@b.example Tue Jun 18 05:10:00 2024") -> str:
    return (
        f"{line}\nMessage-ID: <{number}@b.example>\nSubject: News {number}\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{body}\n\n"
    )


@pytest.mark.parametrize(
    "line",
    [
        "From a@b.example Tue Jun 18 05:10:00 2024",
        "From - Tue Jun 18 05:10:00 2024",
        "From 1801@xxx Tue Jun 18 05:10:00 +0000 2024",
        "From a@b.example Tue Jun  8 05:10 CEST 2024",
        "From Ada Holm Tue, 18 Jun 2024 05:10:00 +0200",
        "From a@b.example 2024-06-18T05:10:00Z",
        "From uucp!ada Tue Jun 18 05:10:00 2024 remote from harbour",
    ],
)
def test_messages_begin_at_their_from_line(tmp_path: Path, line: str) -> None:
    found = records(tmp_path / "a.mbox", message(1, TEXT, line) + message(2, TEXT, line))
    assert [one.id for one in found if isinstance(one, Article)] == ["1@b.example", "2@b.example"]


@pytest.mark.parametrize(
    "paragraph",
    [
        "From 10:30 on the harbour was closed.",
        "From Monday, 18 June 2024, at 05:10 the ferry runs again.",
        "From a@b.example Tue Jun 18 05:10:00 2024 the board writes:\nWe agreed.",
        "From the harbour, Tue Jun 18 05:10:00 2024\nthe ferry left.",
        "From Kiel to Oslo: 20:00, 22:00",
        "From 2024-06-18T05:10 until noon",
    ],
)
def test_a_paragraph_that_begins_with_from_is_text(tmp_path: Path, paragraph: str) -> None:
    body = f"One.\n\n{paragraph}\n\nEnd of one."
    found = records(tmp_path / "a.mbox", message(1, body) + message(2, TEXT))
    first, second = found
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert paragraph.splitlines()[0] in first.text
    assert first.text.endswith("End of one.")


G2 = "xmlns='http://iptc.org/std/nar/2006-10-01/'"
ITEM = (
    "<newsItem guid='urn:n:{0}'><contentMeta><headline>Ferry {0}</headline></contentMeta>"
    f"<contentSet><inlineData>{TEXT}</inlineData></contentSet></newsItem>"
)
PACKAGE = (
    "<packageItem guid='urn:p'><groupSet><group><itemRef residref='urn:n:1'/>"
    "<itemRef residref='urn:n:2'/><itemRef residref='urn:n:1'/></group></groupSet></packageItem>"
)


def test_a_package_gives_its_members(tmp_path: Path) -> None:
    items = PACKAGE + ITEM.format(1) + "<conceptItem guid='urn:c'/>" + ITEM.format(2)
    message = f"<newsMessage {G2}><itemSet>{items}</itemSet></newsMessage>"
    first, second = records(tmp_path / "a.xml", message)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert [first.id, second.id] == ["urn:n:1", "urn:n:2"]
    assert [note.what for note in (*first.notes, *second.notes)] == [
        "besides its articles it contains 1 conceptItem, 1 packageItem, which are not articles"
    ]


def test_a_package_alone_names_its_members(tmp_path: Path) -> None:
    (error,) = records(tmp_path / "a.xml", PACKAGE.replace("<packageItem", f"<packageItem {G2}", 1))
    assert isinstance(error, RecordError)
    assert error.why == (
        "it contains no newsItem, only 1 packageItem of urn:n:1, urn:n:2, which are in other files"
    )
