"""What each kind of feed says, in its standard's own shape."""

import json

import pytest
from processor import at_most

from index.errors import FeedError
from index.feeds.document import Document, read_document
from index.feeds.markup import text_of

URL = "https://paper.example/feed"

ATOM = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Hafenbote</title>
<id>urn:uuid:60a76c80</id><updated>2025-03-05T08:00:00Z</updated>
<entry><id>urn:uuid:1225c695</id><title type="html">Nachtf&amp;auml;hre &amp;amp; Hafen</title>
<link rel="alternate" href="/faehre"/><published>2025-03-05T08:00:00+01:00</published>
<updated>2025-03-06T08:00:00+01:00</updated><author><name>Ada Quill</name></author>
<summary>Kurz.</summary>
<content type="html">&lt;p&gt;Die Nachtf\xc3\xa4hre legte ab.&lt;/p&gt;
&lt;p&gt;Um zehn.&lt;/p&gt;</content>
</entry></feed>"""

RDF = b"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://paper.example/"><title>Valley Post</title><link>https://paper.example/</link>
</channel>
<item rdf:about="https://paper.example/bridge"><title>Bridge opens</title>
<link>https://paper.example/bridge</link><description>The mayor opened it.</description>
<dc:date>2025-05-01T12:00:00Z</dc:date><dc:creator>Bo Reed</dc:creator></item></rdf:RDF>"""

JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Port Gazette",
    "language": "en-US",
    "items": [
        {
            "id": "1",
            "url": "https://paper.example/ferry",
            "title": "Ferry",
            "content_html": "<p>It left.</p><script>track()</script>",
            "date_published": "2025-03-04T10:00:00+01:00",
            "authors": [{"name": "Ada Quill"}],
            "tags": ["harbour"],
        },
        {"id": 2, "content_text": "Fares rise.", "author": {"name": "Bo"}},
        "no item",
    ],
}

SITEMAP = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://paper.example/a?x=1&amp;y=2</loc><news:news><news:publication>
<news:name>Port Gazette</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2025-03-04</news:publication_date>
<news:title>Ferry &amp; harbour</news:title>
</news:news></url>
<url><loc>https://paper.example/about</loc></url></urlset>"""


def only_fields(document: Document) -> dict[str, object]:
    (entry,) = document.entries
    return dict(entry.fields)


def test_atom() -> None:
    document = read_document(ATOM, URL, "application/atom+xml")
    assert document.entries[0].guid == "urn:uuid:1225c695"
    assert only_fields(document) == {
        "source": "Hafenbote",
        "lang": "de",
        "title": "Nachtfähre & Hafen",
        "text": "Die Nachtfähre legte ab.\n\nUm zehn.",
        "date": "2025-03-05T08:00:00+01:00",
        "updated": "2025-03-06T08:00:00+01:00",
        "authors": ["Ada Quill"],
        "url": "https://paper.example/faehre",
    }


def test_rdf() -> None:
    assert only_fields(read_document(RDF, URL)) == {
        "source": "Valley Post",
        "title": "Bridge opens",
        "text": "The mayor opened it.",
        "date": "2025-05-01T12:00:00Z",
        "authors": ["Bo Reed"],
        "url": "https://paper.example/bridge",
    }


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Tue, 04 Mar 2025 10:00:00 +0100", "2025-03-04T10:00:00+01:00"),
        ("Tue, 04 Mar 2025 10:00:00 EST", "2025-03-04T10:00:00-05:00"),
        ("Tue, 04 Mar 2025 10:00:00", "2025-03-04T10:00:00"),
        ("2025-03-04T10:00", "2025-03-04T10:00"),
        ("4. März 2025, 10:00 Uhr", "2025-03-04T10:00"),
        ("Tue, 4 Mar 2025", "2025-03-04"),
        # What the settings of a source may decide is left to the record.
        ("Tue, 4 Mar 2025 10:00:00 ET", "2025-03-04T10:00:00-05:00"),
        ("Tue, 4 Mar 2025 10:00:00 Etc/GMT", "2025-03-04T10:00:00Z"),
        ("Tue, 4 Mar 2025 10:00:00 GMT+02:00", "2025-03-04T10:00:00+02:00"),
        ("Tue, 4 Mar 2025 10:00:00 BST", "Tue, 4 Mar 2025 10:00:00 BST"),
        ("Tue, 4 Mar 2025 10:00:00 Mars/Base", "Tue, 4 Mar 2025 10:00:00 Mars/Base"),
        ("Tue Mar 04 10:00:00 EST 2025", "2025-03-04T10:00:00-05:00"),
        ("Tue Mar 04 10:00:00 2025", "2025-03-04T10:00:00"),
        ("Δευ, 12 Ιούλ 2004 23:06:06 +0300", "2004-07-12T23:06:06+03:00"),
        ("soon", "soon"),
        ("Mon, 01 Jan 0001 00:00:00 +0000", None),
    ],
)
def test_dates_say_no_more_than_they_do(written: str, read: str | None) -> None:
    feed = (
        "<rss version='2.0'><channel><title>Post</title><item><title>A</title><description>B"
        f"</description><pubDate>{written}</pubDate></item></channel></rss>"
    )
    fields = only_fields(read_document(feed.encode(), URL))
    assert (fields.get("date"), fields.get("updated")) == (read, None)


def test_json_feed() -> None:
    first, second = read_document(json.dumps(JSON_FEED).encode(), URL).entries
    assert dict(first.fields) == {
        "source": "Port Gazette",
        "lang": "en-US",
        "title": "Ferry",
        "text": "It left.",
        "date": "2025-03-04T10:00:00+01:00",
        "authors": ["Ada Quill"],
        "categories": ["harbour"],
        "url": "https://paper.example/ferry",
    }
    assert (second.guid, second.url, second.fields["authors"]) == ("2", None, ["Bo"])


def test_news_sitemap() -> None:
    assert only_fields(read_document(SITEMAP, URL)) == {
        "url": "https://paper.example/a?x=1&y=2",
        "source": "Port Gazette",
        "lang": "en",
        "date": "2025-03-04",
        "title": "Ferry & harbour",
    }


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (SITEMAP[:-30], "damaged"),
        (b"<!DOCTYPE urlset [<!ENTITY a 'b'>]>" + SITEMAP.partition(b"?>")[2], "document type"),
        (
            b"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap>"
            b"<loc>https://paper.example/news.xml</loc></sitemap></sitemapindex>",
            "https://paper.example/news.xml",
        ),
    ],
)
def test_sitemaps_that_cannot_be_read(data: bytes, why: str) -> None:
    with pytest.raises(FeedError, match=why):
        read_document(data, URL)


def test_a_feed_is_never_taken_for_a_path() -> None:
    with pytest.raises(FeedError):
        read_document(b"/etc/passwd", URL)


def test_entries_without_any_name_are_told_by_their_content() -> None:
    feed = b"<rss version='2.0'><channel><item><title>A</title></item><item><title>B</title></item>"
    guids = [entry.guid for entry in read_document(feed, URL).entries]
    assert len(set(guids)) == 2
    assert guids == [entry.guid for entry in read_document(feed, URL).entries]


def test_entity_bombs_do_not_go_off() -> None:
    lines = [f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12)]
    feed = (
        f"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e0 'ha'>{''.join(lines)}]>"
        "<rss version='2.0'><channel><title>&e11;</title><item><title>A</title></item></channel>"
        "</rss>"
    )
    assert len(str(read_document(feed.encode(), URL))) < 10_000


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain < text", "plain < text"),
        ("<p>One<br>two</p><div>three</div>", "One\ntwo\n\nthree"),
        ("a &amp; b", "a & b"),
        ("<style>p {}</style>x<script>y</script>z", "xz"),
        ("<p>un<b>closed", "unclosed"),
        ("<p>Fish &amp; chips &", "Fish & chips &"),
        ("<p>Fish &amp", "Fish &"),
        ("<p>a < b and <b", "a < b and <b"),
        ("<p>a<!-- never closed <b>b</b> c", "a<!-- never closed b c"),
        ("a<script src='x'>hidden", "a"),
        ("<img alt='a<b'>", ""),
        ("", ""),
    ],
)
def test_text_of_markup(markup: str, text: str) -> None:
    assert text_of(markup) == text


@pytest.mark.parametrize(
    "piece",
    [
        "<a",
        "<a ",
        "<!--",
        "</",
        "<a b='",
        "<p",
        "<![CDATA[",
        "<?",
        "<script",
        "<br",
        "<!a",
        "&a",
        " ",
    ],
)
@pytest.mark.parametrize("end", ["", ">", "-->", "</script>"])
def test_broken_markup_takes_no_longer_than_other_text(piece: str, end: str) -> None:
    with at_most(cpu_s=3):
        assert text_of(f"<p>Text.</p>{piece * 40_000}{end}").startswith("Text.")
