"""One sample of each format, in its standard's own shape: what becomes of every field."""

import gzip
import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from fpdf import FPDF
from pyarrow import feather, ipc, parquet

from index.domain import Article, DateOrigin, Subject, Usage
from index.errors import RecordError, SettingsError
from index.readers import ReadOptions, read

SAMPLES = Path(__file__).parents[2] / "samples"

Record = Article | RecordError


def records(path: Path | str, **options: Any) -> list[Record]:
    return list(read([path], ReadOptions(detect=lambda _: "xx", **options)).records)


def articles(path: Path | str, **options: Any) -> list[Article]:
    found = records(path, **options)
    assert [str(one) for one in found if isinstance(one, RecordError)] == []
    return [one for one in found if isinstance(one, Article)]


def sample(name: str, **options: Any) -> Article:
    (article,) = articles(SAMPLES / name, **options)
    return article


def value(date: Any) -> str | None:
    return date.value if date else None


def test_newsml_g2() -> None:
    article, kill = articles(SAMPLES / "newsml-g2.xml")
    news = article.news
    assert (article.id, news.version) == ("urn:newsml:vpa.example:20240618:rat", 3)
    assert (article.title, article.language) == ("Rat tagt zur Brücke", "de")
    assert article.text == "Der Rat hat am Dienstag getagt.\n\nDie Brücke bleibt & steht."
    assert value(article.date) == "2024-06-18T04:30:00+02:00"
    assert (value(news.created), value(news.updated), value(news.embargo)) == (
        "2024-06-18T04:00:00+02:00", "2024-06-18T05:10:00+02:00", "2024-06-18T06:00:00+02:00",
    )  # fmt: skip
    assert (news.provider, article.source) == ("Valley Press Agency", "Valley Press")
    assert (news.slugline, news.byline, news.dateline, news.urgency) == (
        "rat-sitzung", "Von Ada Muster", "SARELLE, 18. Juni", 3,
    )  # fmt: skip
    assert (article.place, article.authors) == ("Sarelle", ("Ada Muster",))
    assert news.subjects == (Subject("medtop:11000000", "politics"), Subject("medtop:20000593"))
    assert article.metadata["ednote"] == "Corrects the name of the mayor."
    assert (kill.news.usage, kill.text) == (Usage.CANCELLED, "Withdrawn.")


def test_nitf() -> None:
    article = sample("nitf.xml")
    news = article.news
    assert (article.id, news.version, article.language) == ("vpa-2024-0618-1", 2, "en")
    assert article.title == "Council meets over bridge"
    assert article.text == "The council met on Tuesday.\n\nIt talked about the bridge."
    assert (value(article.date), value(news.created)) == (
        "2024-06-19T00:00Z",
        "2024-06-18T05:10:00Z",
    )
    assert (value(news.updated), value(news.embargo)) == (
        "2024-06-18T05:30:00Z", "2024-06-18T06:00:00+02:00",
    )  # fmt: skip
    assert (news.provider, article.source, article.section) == (
        "Valley Press Agency", "Valley Post", "World",
    )  # fmt: skip
    assert (news.slugline, news.byline) == ("council-bridge", "By Ada Quill Staff Writer")
    assert (article.authors, article.place) == (("Ada Quill",), "SARELLE")
    assert news.subjects == (Subject("11000000", "Politics"),)
    assert (news.urgency, news.usage) == (4, Usage.USABLE)


@pytest.mark.parametrize(
    ("status", "release", "usage"),
    [("embargoed", "", "withheld"), ("canceled", "", "cancelled"),
     ("embargoed", '<date.release norm="20240618T060000Z"/>', "usable")],
)  # fmt: skip
def test_nitf_without_a_date_of_release_is_withheld(
    tmp_path: Path, status: str, release: str, usage: str
) -> None:
    path = tmp_path / "a.xml"
    path.write_text(
        f'<nitf><head><title>T</title><docdata management-status="{status}">{release}</docdata>'
        "</head><body><body.content><p>Text.</p></body.content></body></nitf>",
        encoding="utf-8",
    )
    (article,) = articles(path)
    assert article.news.usage == usage


def test_ninjs_2() -> None:
    article = sample("ninjs-2.json")
    news = article.news
    assert (article.id, news.version) == ("http://vpa.example/items/2024/1", 7)
    assert (article.title, article.text) == (
        "Council meets over bridge", "The council met.\n\nIt talked.",
    )  # fmt: skip
    assert (news.usage, news.urgency, value(news.embargo)) == (
        Usage.WITHHELD, 2, "2024-06-18T06:00:00Z",
    )  # fmt: skip
    assert (news.provider, article.place, news.byline) == ("VPA", "Sarelle", "By Ada Quill")
    assert news.subjects == (
        Subject("http://cv.iptc.org/newscodes/mediatopic/11000000", "politics"),
    )


def test_ninjs_3_also_in_lists_and_lines(tmp_path: Path) -> None:
    article = sample("ninjs-3.json")
    assert (article.title, article.text) == ("Council meets over bridge", "The council met.")
    assert (value(article.date), value(article.news.updated)) == (
        "2024-06-18T04:30:00Z", "2024-06-18T05:10:00Z",
    )  # fmt: skip
    assert article.news.subjects[0].name == "politics"
    item = json.loads((SAMPLES / "ninjs-3.json").read_text(encoding="utf-8"))
    (tmp_path / "a.json").write_text(json.dumps([item, item]), encoding="utf-8")
    (tmp_path / "b.jsonl").write_text(json.dumps(item) + "\n" + json.dumps(item), encoding="utf-8")
    assert [one.id for one in articles(tmp_path)] == [article.id] * 4


def test_iptc_7901() -> None:
    first, second = articles(SAMPLES / "wire.iptc")
    assert (first.title, first.text) == (
        "Council meets over bridge",
        "Sarelle (VPA) - The council met on Tuesday.\n\nIt talked about the bridge.",
    )
    assert (first.id, value(first.date)) == ("bsf0123-2024-06-18", "2024-06-18T05:10Z")
    assert (first.news.provider, first.news.urgency, first.news.slugline) == (
        "bsf", 3, "Council/Bridge",
    )  # fmt: skip
    assert (first.place, first.agency, first.news.subjects) == ("Sarelle", "VPA", (Subject("pl"),))
    assert (second.text, value(second.date)) == ("Second message.", "2024-06-18T05:11")


def test_mailboxes_and_messages() -> None:
    first, second = articles(SAMPLES / "letters.mbox")
    assert (first.id, first.title, first.language) == (
        "one@valley.example",
        "Brücke gesperrt",
        "de",
    )
    assert first.text == "Die Brücke ist gesperrt.\n\nFrom now on kein Verkehr."
    assert (first.source, first.authors) == ("Valley Morning", ("Ada Müller",))
    assert value(first.date) == "2024-06-18T05:10:00+02:00"
    assert (second.text, second.source) == ("Café opens.\n\nPrices rise.", "Desk")
    letter = sample("letter.eml")
    assert (letter.id, letter.text) == ("three@valley.example", "The harbour reopens on Monday.")


def test_html() -> None:
    article = sample("page.html")
    assert (article.title, article.authors, article.source) == (
        "Harbour reopens", ("Ada Quill",), "Valley Post",
    )  # fmt: skip
    assert article.text.startswith("The harbour of Sarelle reopened")
    assert "Home" not in article.text
    assert (article.url, article.language) == (
        "https://news.valley.example/2024/06/17/harbour-reopens", "en",
    )  # fmt: skip
    assert article.date is not None
    assert (article.date.value, article.date.origin) == (
        "2024-06-18T05:10:00+01:00", DateOrigin.META,
    )  # fmt: skip
    assert value(article.news.updated) == "2024-06-18T07:00:00+01:00"


def test_where_a_date_comes_from(tmp_path: Path) -> None:
    page = (SAMPLES / "page.html").read_text(encoding="utf-8")
    without_tags = page[: page.index("<script")] + page[page.index("</script>") + 9 :]
    path = tmp_path / "page.html"
    path.write_text(without_tags, encoding="utf-8")
    (article,) = articles(path)
    assert article.date is not None
    assert (article.date.value, article.date.origin) == ("2024-06-17", DateOrigin.URL)
    path.write_text(
        without_tags.replace("2024/06/17/", "").replace(
            "<h1>", "<p>Published: June 16, 2024</p><h1>"
        ),
        encoding="utf-8",
    )
    (article,) = articles(path)
    assert article.date is not None
    assert (article.date.value, article.date.origin) == ("2024-06-16", DateOrigin.TEXT)


def test_a_page_in_its_declared_encoding(tmp_path: Path) -> None:
    page = (SAMPLES / "page.html").read_text(encoding="utf-8").replace("Sarelle", "Fürth")
    page = page.replace("the ", "für ")
    path = tmp_path / "page.html"
    path.write_bytes(page.replace('"utf-8"', '"iso-8859-1"').encode("cp1252"))
    assert "Fürth" in articles(path)[0].text
    path.write_bytes(page.encode("cp1252"))
    (error,) = records(path)
    assert "is not UTF-8" in str(error)


def test_feeds() -> None:
    article, error = records(SAMPLES / "feed.rss")
    assert isinstance(article, Article)
    assert (article.id, article.text) == (
        "vp-1",
        "The harbour reopened on Monday.\n\nDockers cheered.",
    )
    assert (article.source, article.language, article.authors) == (
        "Valley Post", "en", ("Ada Quill",),
    )  # fmt: skip
    assert value(article.date) == "2024-06-18T05:10:00+01:00"
    assert str(error).endswith(
        "feed.rss#vp-2: there is no text; --headlines accepts a headline alone"
    )
    atom = sample("feed.atom")
    assert (atom.id, atom.text, atom.language) == ("urn:entry:1", "Der Hafen öffnet.", "de")
    assert value(atom.date) == "2024-06-18T05:10:00+02:00"
    assert sample("feed.json").text == "The harbour reopened."


def test_a_sitemap_is_reported_not_invented() -> None:
    (error,) = records(SAMPLES / "news-sitemap.xml")
    assert "it lists 1 news pages without their texts" in str(error)


def test_markdown() -> None:
    article = sample("notes.md")
    assert (article.id, article.title, value(article.date)) == (
        "notes",
        "Hafen öffnet",
        "2024-06-18",
    )
    assert article.text == "Der Hafen von Sarelle öffnet.\n\nErster Punkt\n\nZweiter Punkt"
    assert (article.authors, article.language, article.metadata) == (
        ("Ada Muster",), "de", {"tags": ["hafen"]},
    )  # fmt: skip


def test_markdown_without_front_matter_or_with_toml(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Hafen\n\nEr öffnet.", encoding="utf-8")
    (tmp_path / "b.md").write_text(
        '+++\ntitle = "Brücke"\ndate = 2024-06-18\n+++\nSie steht.', encoding="utf-8"
    )
    found = articles(tmp_path)
    assert [(one.title, one.text) for one in found] == [
        ("Hafen", "Er öffnet."),
        ("Brücke", "Sie steht."),
    ]


def test_csv() -> None:
    first, second, error = records(SAMPLES / "table.csv")
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.title, first.text) == (
        "Harbour; reopens",
        "The harbour reopened.\nDockers cheered.",
    )
    assert (first.authors, value(first.date), first.metadata) == (
        ("Ada Quill",), "2024-06-18", {"desk": "city"},
    )  # fmt: skip
    assert (second.text, second.date) == ('It "stands".', None)
    assert str(error).endswith("table.csv:5: it has 2 columns, and the header 5")
    assert sample("table.tsv").text == "Der Hafen öffnet."


def test_names_are_mapped(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("kop,tekst\nHaven,De haven is open.\n", encoding="utf-8")
    (error,) = records(path)
    assert "its fields are kop, tekst; perhaps --map text=tekst,title=kop" in str(error)
    (article,) = articles(path, mapping={"title": "kop", "text": "tekst"})
    assert (article.title, article.text) == ("Haven", "De haven is open.")
    path = tmp_path / "a.json"
    path.write_text(
        '{"title": "no", "headline": "yes", "story": "Text.", "text": "no"}', encoding="utf-8"
    )
    (article,) = articles(path, mapping={"title": "headline", "text": "story"})
    assert (article.title, article.text) == ("yes", "Text.")
    with pytest.raises(SettingsError, match="there is no field called 'headline'"):
        ReadOptions(mapping={"headline": "x"})


ROWS = [
    {"headline": "Hafen", "body": "Der Hafen öffnet.", "published": "2024-06-18"},
    {"headline": "Leer", "body": None, "published": None},
]


def test_parquet_and_arrow(tmp_path: Path) -> None:
    table = pyarrow.Table.from_pylist(ROWS)
    parquet.write_table(table, tmp_path / "a.parquet")
    feather.write_feather(table, tmp_path / "b.feather")
    with ipc.new_stream(str(tmp_path / "c.arrows"), table.schema) as stream:
        stream.write_table(table)
    packed = gzip.compress((tmp_path / "a.parquet").read_bytes())
    (tmp_path / "d.parquet.gz").write_bytes(packed)
    found = articles(tmp_path, headlines=True)
    assert [(one.title, one.text, value(one.date)) for one in found] == [
        ("Hafen", "Der Hafen öffnet.", "2024-06-18"), ("Leer", "", None),
    ] * 4  # fmt: skip


def test_a_table_of_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    with sqlite3.connect(path) as connection:
        connection.execute('CREATE TABLE "old news" (headline TEXT, body TEXT, id)')
        connection.execute("INSERT INTO \"old news\" VALUES ('Hafen', 'Er öffnet.', 'a')")
        connection.execute("INSERT INTO \"old news\" VALUES ('x', CAST(x'ff' AS TEXT), 'b')")
    connection.close()
    (error,) = records(path)
    assert "choose one of its tables with --table: old news" in str(error)
    article, error = records(path, table="old news")
    assert isinstance(article, Article)
    assert (article.id, article.title, article.text) == ("a", "Hafen", "Er öffnet.")
    assert "news.db#old news: row 2: it is not UTF-8" in str(error)
    assert records(tmp_path) == []


def test_pdf(tmp_path: Path) -> None:
    document = FPDF()
    document.set_title("Harbour reopens")
    document.set_author("Ada Quill")
    document.add_page()
    document.set_font("helvetica", size=12)
    document.multi_cell(0, text="The harbour of Sarelle reopened on Monday.")
    path = tmp_path / "harbour.pdf"
    path.write_bytes(bytes(document.output()))
    (article,) = articles(path)
    assert (article.id, article.title, article.authors) == (
        "harbour", "Harbour reopens", ("Ada Quill",),
    )  # fmt: skip
    assert article.text == "The harbour of Sarelle reopened on Monday."


def warc_record(url: str, body: bytes, kind: str = "text/html; charset=utf-8") -> bytes:
    http = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode() + body
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2024-06-18T06:00:00Z\r\n"
        f"WARC-Target-URI: {url}\r\nWARC-Record-ID: <urn:uuid:{abs(hash(url)):032x}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


@pytest.fixture
def warc() -> bytes:
    page = (SAMPLES / "page.html").read_bytes()
    return b"".join(
        [
            b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n",
            warc_record("https://valley.example/harbour", page),
            warc_record("https://valley.example/logo.png", b"\x89PNG", "image/png"),
            warc_record("https://valley.example/empty", b"<html><body></body></html>"),
        ]
    )


def test_warc_record_by_record(tmp_path: Path, warc: bytes) -> None:
    (tmp_path / "a.warc").write_bytes(warc)
    packed = io.BytesIO()
    for record in warc.split(b"WARC/1.0")[1:]:
        packed.write(gzip.compress(b"WARC/1.0" + record))
    (tmp_path / "b.warc.gz").write_bytes(packed.getvalue())
    found = records(tmp_path)
    pages = [one for one in found if isinstance(one, Article)]
    assert [one.title for one in pages] == ["Harbour reopens"] * 2
    assert pages[0].metadata["crawled"] == "2024-06-18T06:00:00Z"
    assert value(pages[0].date) == "2024-06-18T05:10:00+01:00"
    errors = [str(one) for one in found if isinstance(one, RecordError)]
    assert len(errors) == 2
    assert "a.warc#https://valley.example/empty: it contains no article" in errors[0]


def test_a_missing_extra_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pypdf", None)
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7")
    assert "pip install 'newsearch[pdf]'" in str(records(path)[0])


def test_a_forced_format(tmp_path: Path) -> None:
    path = tmp_path / "a.dat"
    path.write_text("title,text\nHafen,Er öffnet.\n", encoding="utf-8")
    assert articles(path, format="csv")[0].title == "Hafen"
