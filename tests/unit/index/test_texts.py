"""Texts, all of them and only them: HTML in fields, tables, headers, captions, parts of mail."""

import json
from pathlib import Path
from typing import Any

import pytest

from index.domain import Article
from index.feeds.markup import plain_field, text_of
from index.readers import ReadOptions, read
from index.readers.safe_xml import paragraphs, parse_xml

BOARD = "The harbour board met on Tuesday."


def articles(tmp_path: Path, name: str, content: str, **options: Any) -> list[Article]:
    (tmp_path / name).write_text(content, encoding="utf-8", newline="")
    found = list(read([tmp_path / name], ReadOptions(detect=lambda _: "en", **options)).records)
    assert all(isinstance(one, Article) for one in found), found
    return [one for one in found if isinstance(one, Article)]


def record(tmp_path: Path, fields: dict[str, Any], **options: Any) -> Article:
    (one,) = articles(tmp_path, "a.json", json.dumps(fields), **options)
    return one


NINJS: dict[str, Any] = {"uri": "urn:1", "type": "text", "headline": "Channel"}


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"body_html": f"<p>{BOARD}</p><p>It agreed.</p>"}, f"{BOARD}\n\nIt agreed."),
        ({"body_xhtml": f"<div>{BOARD}</div>"}, BOARD),
        ({"body_richtext": f"<p>{BOARD}</p>"}, BOARD),
        ({"body_text": " ", "body_html": f"<p>{BOARD}</p>"}, BOARD),
        ({"body_text": BOARD, "body_html": "<p>Other</p>"}, BOARD),
        ({"bodies": [{"contentType": "text/html", "value": f"<p>{BOARD}</p>"}]}, BOARD),
        ({"description_text": BOARD}, BOARD),
        ({"description_html": f"<p>{BOARD}</p>"}, BOARD),
        ({"descriptions": [{"contentType": "text/plain", "value": BOARD}]}, BOARD),
    ],
)
def test_bodies_of_ninjs(tmp_path: Path, fields: dict[str, Any], text: str) -> None:
    assert record(tmp_path, {**NINJS, **fields}).text == text


def test_ninjs_as_superdesk_writes_it(tmp_path: Path) -> None:
    one = record(
        tmp_path,
        {
            "guid": "urn:2", "version": "2", "type": "text", "pubstatus": "usable",
            "headline": "Channel", "versioncreated": "2024-06-18T04:38:34+0000",
            "body_html": f"<p>{BOARD}</p>", "place": [{"code": "NSW", "name": "New South Wales"}],
            "authors": [{"name": "Ada Holm", "role": "writer"}, {"name": "Bo Reed"}],
            "service": [{"code": "a", "name": "Sport"}], "source": "VPA",
        },
    )  # fmt: skip
    assert (one.id, one.text, one.place) == ("urn:2", BOARD, "New South Wales")
    assert (one.authors, one.section, one.source) == (("Ada Holm", "Bo Reed"), "Sport", "VPA")


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ({"source": {"id": "vp", "name": "Valley Post"}}, "source", "Valley Post"),
        ({"author": {"name": "Ada Holm"}}, "authors", ("Ada Holm",)),
        ({"authors": [{"name": "Ada Holm"}, "Bo Reed"]}, "authors", ("Ada Holm", "Bo Reed")),
        ({"place": {"name": "Sarelle"}}, "place", "Sarelle"),
        ({"place": [{"name": "Sarelle"}, {"name": "Hullhaven"}]}, "place", "Sarelle"),
        ({"guid": {"#text": "urn:3", "@isPermaLink": "false"}}, "id", "urn:3"),
        ({"publisher": {"name": "Valley Post"}}, "source", "Valley Post"),
        ({"category": {"label": "Sport"}}, "section", "Sport"),
    ],
)
def test_objects_that_have_a_name(
    tmp_path: Path, fields: dict[str, Any], name: str, value: object
) -> None:
    assert getattr(record(tmp_path, {"text": BOARD, **fields}), name) == value


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One.</p><p class='x'>It <b>rain</b>ed.</p><script>track('x')</script>",
         "One.\n\nIt rained."),
        ("Caf&eacute; &amp; bar", "Café & bar"),
        ("The coun&shy;cil met.", "The council met."),
        ("&lt;p&gt;Caf&amp;eacute;&lt;/p&gt;", "Café"),
        ("One<br>Two<br/>Three", "One\nTwo\nThree"),
        ("<ul><li>One<li>Two</ul>", "One\n\nTwo"),
        ("<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>", "A\tB\n1\t2"),
        ("If a<b and c>d then stop.", "If a<b and c>d then stop."),
        ("How to use the <script> tag safely", "How to use the <script> tag safely"),
        ("x < y, and <3", "x < y, and <3"),
        ("List<String> and Map<K, V>", "List<String> and Map<K, V>"),
        ("AT&T; R&D", "AT&T; R&D"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv"])
def test_html_in_fields(tmp_path: Path, name: str, html: str, text: str) -> None:
    content = f"{json.dumps({'title': 'T', 'body': html})}\n"
    if name == "a.csv":
        quoted = html.replace('"', '""')
        content = f'title,content\nT,"{quoted}"\n'
    (one,) = articles(tmp_path, name, content)
    assert one.text == text
    (kept,) = articles(tmp_path, name, content, keeps_markup=True)
    assert kept.text == html


def test_html_in_a_title(tmp_path: Path) -> None:
    assert record(tmp_path, {"title": "Caf&eacute; &amp; <i>bar</i>", "text": BOARD}).title == (
        "Café & bar"
    )


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<p>One.</p><table><tr><th>Team</th><th>P</th></tr><tr><td>Hull</td><td>40</td></tr></table>",
         "One.\n\nTeam\tP\nHull\t40"),
        ("<block><p>One.</p><table><tr><td>Hull</td><td>40</td></tr></table><p>Two.</p></block>",
         "One.\n\nHull\t40\n\nTwo."),
        ("<header><p>Genre</p><h1>Title</h1></header><section><p>One.</p></section>", "One."),
        ("<nav><p>Menu</p></nav><p>One.</p><footer>Legal</footer>", "One."),
        ("<header><p>Only this.</p></header>", "Only this."),
        ("Bare text <b>is</b> text.<p>One.</p>", "Bare text is text.\n\nOne."),
        ("<media><media-reference source='a.jpg'/><media-caption>A caption.</media-caption>"
         "<media-producer>Ada</media-producer></media><p>One.</p>", "A caption.\n\nOne."),
        ("<p>One<br/>two</p>", "One\ntwo"),
        ("<pre>Hull  40\nSar   38</pre>", "Hull 40\nSar 38"),
        ("<dl><dt>A</dt><dd>b</dd></dl>", "A\n\nb"),
        ("<table><tbody><tr><td><p>Hull</p></td><td>40</td></tr></tbody></table>", "Hull\t40"),
    ],
)  # fmt: skip
def test_layout_of_xml(xml: str, text: str) -> None:
    assert paragraphs(parse_xml(f"<body>{xml}</body>".encode(), "a.xml")) == text


def mail(parts: list[tuple[str, str]], kind: str) -> str:
    body = "".join(
        f"--b\r\nContent-Type: {one}; charset=utf-8\r\n\r\n{text}\r\n" for one, text in parts
    )
    return (
        "Message-ID: <1@a.example>\r\nFrom: A <a@a.example>\r\nSubject: S\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/{kind}; boundary="b"\r\n\r\n{body}--b--\r\n'
    )


LONG = f"<p>{BOARD} {'It agreed to widen the northern channel. ' * 12}</p>"


@pytest.mark.parametrize(
    ("kind", "parts", "text"),
    [
        ("alternative", [("text/plain", " \n"), ("text/html", f"<p>{BOARD}</p>")], BOARD),
        ("alternative", [("text/plain", "\u200b\xa0"), ("text/html", f"<p>{BOARD}</p>")], BOARD),
        ("alternative", [("text/plain", "Read this in HTML."), ("text/html", LONG)], text_of(LONG)),
        ("alternative", [("text/plain", BOARD), ("text/html", "<p>Other</p>")], BOARD),
        ("alternative", [("text/html", f"<p>{BOARD}</p>")], BOARD),
        ("mixed", [("text/plain", BOARD), ("text/plain", "Second part.")],
         f"{BOARD}\n\nSecond part."),
        ("mixed", [("text/plain", BOARD), ("text/html", "<p>Second.</p>")], f"{BOARD}\n\nSecond."),
        ("mixed", [("text/plain", BOARD), ("image/png", "x")], BOARD),
    ],
)  # fmt: skip
def test_parts_of_a_mail(
    tmp_path: Path, kind: str, parts: list[tuple[str, str]], text: str
) -> None:
    (one,) = articles(tmp_path, "a.eml", mail(parts, kind))
    assert one.text == text


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("How to use the &lt;script&gt; tag safely", "How to use the <script> tag safely"),
        ("A free guide to &lt;head&gt; elements", "A free guide to <head> elements"),
        ("5 &lt; 6 &amp;amp; 7", "5 < 6 & 7"),
        ("A &lt;b&gt;bold&lt;/b&gt; move", "A bold move"),
        ("<![CDATA[Vec<T> in Rust]]>", "Vec<T> in Rust"),
        ("<![CDATA[Caf&eacute;]]>", "Café"),
    ],
)
@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_angle_brackets_in_titles_of_feeds(
    tmp_path: Path, title: str, shown: str, kind: str
) -> None:
    item = f"<item><guid>1</guid><title>{title}</title><description>{BOARD}</description></item>"
    feed = f"<rss version='2.0'><channel><title>P</title>{item}</channel></rss>"
    if kind == "atom":
        feed = (
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>P</title><entry><id>1</id>"
            f"<title>{title}</title><content>{BOARD}</content></entry></feed>"
        )
        shown = {"5 < 6 & 7": "5 < 6 &amp; 7", "Café": "Caf&eacute;"}.get(
            shown, shown
        )  # plain text
    (one,) = articles(tmp_path, "a.xml", feed)
    assert one.title == shown


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("The ﬁnancial ofﬁcer conﬁrmed the traﬃc ﬂow.",
         "The financial officer confirmed the traffic flow."),
        ("the \ufb00 \ufb04 \ufb05 \ufb06", "the ff ffl st st"),
        ("coun\xadcil", "council"),
        ("½ Ǆ", "½ Ǆ"),
    ],
)  # fmt: skip
def test_ligatures_and_soft_hyphens(tmp_path: Path, printed: str, text: str) -> None:
    (one,) = articles(tmp_path, "a.txt", printed)
    assert one.text == text


def test_markup_that_is_none_is_unchanged() -> None:
    for text in ("a < b", "x<y>z", "<3", "", "&", "<>", "</p>", "a & b"):
        assert plain_field(text) == text
