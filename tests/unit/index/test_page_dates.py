"""Dates of web pages: whose they are, broken JSON-LD, `<time>`, and what is not guessed."""

import re
from pathlib import Path
from typing import Any

import pytest

from index import readers
from index.domain import Article

BODY = "".join(
    f"<p>The harbour board met on Tuesday and agreed to widen the northern channel by {n} metres, "
    "said the chairwoman, and the council will vote on it in the autumn.</p>"
    for n in range(5)
)
OWN = "2024-06-18T05:10:00+02:00"


def page(head: str = "", before: str = "", after: str = "", lang: str = "en") -> str:
    return (
        f'<!doctype html><html lang="{lang}"><head><title>Channel to be widened</title>'
        f"{head}</head>"
        f"<body><article><h1>Channel to be widened</h1>{before}{BODY}{after}"
        "</article></body></html>"
    )


def ld(text: str, kind: str = "application/ld+json") -> str:
    return f'<script type="{kind}">{text}</script>'


def read(tmp_path: Path, html: str, **options: Any) -> Article:
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    (article,) = readers.read([tmp_path / "page.html"], readers.ReadOptions(**options)).records
    assert isinstance(article, Article), article
    return article


def date_of(tmp_path: Path, html: str) -> str | None:
    date = read(tmp_path, html).date
    return date.value if date else None


NODE = f'{{"@type":"NewsArticle","headline":"Channel to be widened","datePublished":"{OWN}"}}'


@pytest.mark.parametrize(
    "head",
    [
        ld(NODE),
        ld(NODE + ";"),
        ld(f"//<![CDATA[\n{NODE}\n//]]>"),
        ld(f"<!--\n{NODE}\n-->"),
        ld(f"/*<![CDATA[*/{NODE}/*]]>*/"),
        ld(NODE.replace("Channel to", "Channel\n to")),
        ld(NODE.replace("Channel to", "Channel\t\x07 to")),
        ld(NODE.replace("}", ",}")),
        ld(NODE.replace("Channel", r"Cha\nnel \d")),
        ld(f"{NODE}\n{NODE}"),
        ld(f"[{NODE}, null]"),
        ld(NODE, "application/ld+json; charset=utf-8"),
        ld(NODE, "Application/LD+JSON"),
        ld(NODE.replace('"NewsArticle"', '["Article", "https://schema.org/NewsArticle"]')),
        ld(f'{{"@graph":[{{"@type":"WebSite","datePublished":"2010-01-01"}},{NODE}]}}'),
        ld(f'{{"@type":"WebPage","datePublished":"2009-01-01","mainEntity":{NODE}}}'),
        ld('{"@type":"ItemList","itemListElement":[' + NODE.replace(OWN, "2019-03-03") + "]}")
        + ld(NODE),
        ld(NODE.replace(OWN, "2019-03-03").replace("Channel to be widened", "Older")) + ld(NODE),
        ld(NODE.replace("}", ',"citation":{"@type":"Article","datePublished":"1999-01-01"}}')),
        ld('{"@type":"BreadcrumbList","datePublished":"2001-01-01"}') + ld(NODE),
        f'<meta property="article:published_time" content="{OWN}">',
    ],
)
def test_the_date_of_the_article_itself(tmp_path: Path, head: str) -> None:
    assert date_of(tmp_path, page(head)) == OWN


@pytest.mark.parametrize(
    "before",
    [
        f'<time datetime="{OWN}">18 June</time>',
        f'<p class="by">By Ada Holm <time datetime="{OWN}">18 June</time></p>',
        f'<time itemprop="datePublished" datetime="{OWN}">18 June</time>',
        f'<span itemprop="datePublished" content="{OWN}">18 June</span>',
        f'<time class="updated" datetime="2024-07-01">1 July</time><time datetime="{OWN}"></time>',
        f'<ul><li><time datetime="2011-01-01">x</time></li></ul><time datetime="{OWN}"></time>',
        f'<aside><time datetime="2011-01-01">x</time></aside><time datetime="{OWN}"></time>',
        f'<div class="related"><time datetime="2011-01-01">x</time></div><time datetime="{OWN}">'
        "</time>",
    ],
)
def test_time_elements_of_the_article(tmp_path: Path, before: str) -> None:
    assert date_of(tmp_path, page(before=before)) == OWN


@pytest.mark.parametrize(
    ("before", "lang", "value"),
    [
        ("<p>Published: June 16, 2024</p>", "en", "2024-06-16"),
        ("<p>By Ada Holm | June 16, 2024</p>", "en", "2024-06-16"),
        ("<p>Dienstag, 18. Juni 2024, 05:10 Uhr</p>", "de", "2024-06-18T05:10"),
        ("<div class='meta'>Von Ada Holm · 18.06.2024</div>", "de", "2024-06-18"),
        ("<p>18 juin 2024 à 05h10</p>", "fr", "2024-06-18T05:10"),
        ("<p>06/07/2024</p>", "es", "2024-07-06"),
        ("<p>18 czerwca 2024</p>", "pl", "2024-06-18"),
    ],
)
def test_a_date_printed_below_the_headline(
    tmp_path: Path, before: str, lang: str, value: str
) -> None:
    assert date_of(tmp_path, page(before=before, lang=lang)) == value


@pytest.mark.parametrize(
    "html",
    [
        page(after="<footer>Copyright 2013</footer>"),
        page(before="<p>© 2013 Port Gazette</p>"),
        page(before="<p>06/07/2024</p>"),
        page('<meta name="date" content="06/07/2024">'),
        page('<meta name="date" content="0001-01-01T00:00:00Z">'),
        page(after='<ol><li itemscope itemtype="http://schema.org/ScholarlyArticle">'
             '<meta itemprop="datePublished" content="1988">Older work</li></ol>'),
        page(after="<div class='comments'><time datetime='2024-01-01'>x</time></div>"),
        page(ld('{"@type":"WebSite","datePublished":"2010-01-01"}')),
        page(ld(NODE.replace(OWN, "2019-03-03").replace("Channel", "A"))
             + ld(NODE.replace("Channel", "B"))),
        page(after="<p>The fair of June 18, 2019 drew a crowd.</p>"),
    ],
)  # fmt: skip
def test_nothing_is_guessed(tmp_path: Path, html: str) -> None:
    assert date_of(tmp_path, html) is None


def test_a_year_alone_is_a_year(tmp_path: Path) -> None:
    assert date_of(tmp_path, page('<meta name="dc.date" content="2013">')) == "2013"


def test_what_is_left_out_is_noted_and_a_setting_decides(tmp_path: Path) -> None:
    html = page('<meta name="date" content="06/07/2024">')
    (note,) = read(tmp_path, html).notes
    assert re.search("date.*could change places", note.what)
    from index.records.source_zones import SourceOrders

    date = read(tmp_path, html, orders=SourceOrders({"*": "DMY"})).date
    assert date is not None
    assert date.value == "2024-07-06"
