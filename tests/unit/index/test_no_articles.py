"""What is not an article is not read as one, and what only looks odd is."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from index.domain import Article, Usage
from index.errors import RecordError
from index.readers import ReadOptions, read

TEXT = "The ferry left at ten."


def records(path: Path, **options: Any) -> list[Article | RecordError]:
    return list(read([path], ReadOptions(detect=lambda _: "en", **options)).records)


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def one(folder: Path, name: str, content: str | bytes, **options: Any) -> Article:
    (article,) = records(written(folder, name, content), **options)
    assert isinstance(article, Article), article
    return article


def refused(folder: Path, name: str, content: str | bytes) -> str:
    (error,) = records(written(folder, name, content))
    assert isinstance(error, RecordError), error
    return error.why


DECLARED = '<?xml version="1.0" encoding="utf-8"?>'


@pytest.mark.parametrize("name", ["a.xml", "a.txt", "a"])
@pytest.mark.parametrize(
    "content",
    [
        f"{DECLARED}<article><p>Text</p></article>",
        f"{DECLARED}\n<!-- {'licence ' * 2000} --><x:article xmlns:x='u'/>",
        f"{DECLARED}<article>Größe</article>".encode("latin-1"),
        "\ufeff" + f"{DECLARED}<article/>",
        f"{DECLARED}<article/>".encode("utf-16"),
    ],
)
def test_xml_that_no_reader_knows_is_named(tmp_path: Path, name: str, content: str | bytes) -> None:
    assert "XML with the root article is not read" in refused(tmp_path, name, content)


def test_xml_without_a_declaration_is_known_by_its_suffix(tmp_path: Path) -> None:
    assert "the root article" in refused(tmp_path, "a.xml", "<article>Text</article>")
    assert "no root element" in refused(tmp_path, "b.xml", "plain words")
    assert one(tmp_path, "a.txt", "<b> is a tag, said the editor.").text.startswith("<b>")


@pytest.mark.parametrize("kind", ["conceptItem", "planningItem", "catalogItem", "packageItem"])
def test_other_items_of_g2_are_named(tmp_path: Path, kind: str) -> None:
    assert f"no newsItem, only 1 {kind}" in refused(tmp_path, "a.xml", f"{DECLARED}<{kind}/>")


def test_a_feed_behind_a_long_comment_is_a_feed(tmp_path: Path) -> None:
    item = f"<item><title>Ferry</title><description>{TEXT}</description></item>"
    rss = f"{DECLARED}<!--{'x' * 20_000}--><rss version='2.0'><channel>{item}</channel></rss>"
    assert one(tmp_path, "a.xml", rss).text == TEXT


@pytest.mark.parametrize(
    ("given", "id"), [(7, "7"), (7.0, "7"), (0, "0"), (7.25, "7.25"), (-1, "-1")]
)
def test_numbers_are_ids_and_titles(tmp_path: Path, given: float, id: str) -> None:
    for name in ("id", "article_id"):
        article = one(tmp_path, "a.json", json.dumps({name: given, "title": given, "text": TEXT}))
        assert (article.id, article.title) == (id, id)


@pytest.mark.parametrize("given", [True, [1], 10**30, 1e300])
def test_other_values_are_no_ids(tmp_path: Path, given: object) -> None:
    assert '"id" must be a string' in refused(
        tmp_path, "a.json", json.dumps({"id": given, "text": TEXT})
    )


def test_numbers_of_a_table_are_ids(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE news (id INTEGER PRIMARY KEY, title TEXT, text TEXT)")
        database.execute("INSERT INTO news VALUES (11, 'Ferry', ?)", (TEXT,))
    database.close()
    (article,) = records(path, table="news")
    assert isinstance(article, Article)
    assert article.id == "11"


def test_nan_is_no_value(tmp_path: Path) -> None:
    line = '{"id": "n", "text": "%s", "title": NaN, "date": NaN, "score": -Infinity, "x": [NaN]}'
    article = one(tmp_path, "a.jsonl", line % TEXT)
    assert (article.is_title_derived, article.date) == (True, None)
    assert article.metadata == {"x": [None]}


@pytest.mark.parametrize(
    ("top", "delimiter"), [("sep=;", ";"), ('"sep=|"', "|"), ("SEP=,", ","), ("\ufeffsep=\t", "\t")]
)
def test_excel_names_the_delimiter_at_the_top(tmp_path: Path, top: str, delimiter: str) -> None:
    rows = (("id", "title", "text"), ("1", "Ferry", TEXT))
    content = "\r\n".join([top, *(delimiter.join(row) for row in rows)])
    article = one(tmp_path, "a.csv", content)
    assert (article.id, article.title, article.text) == ("1", "Ferry", TEXT)


@pytest.mark.parametrize(
    ("name", "top", "is_hidden"),
    [
        ("a.md", "---\ndraft: true\n---", True),
        ("a.md", '---\nDraft: "yes"\n---', True),
        ("a.md", "+++\ndraft = true\n+++", True),
        ("a.md", "---\npublished: false\n---", True),
        ("a.md", "---\nstatus: Pending\n---", True),
        ("site/_drafts/a.md", "---\ntitle: T\n---", True),
        ("a.md", "---\ndraft: false\npublished: true\n---", False),
        ("a.md", "---\npublished: 2024-06-18\nstatus: publish\n---", False),
    ],
)
def test_drafts_are_withheld(tmp_path: Path, name: str, top: str, is_hidden: bool) -> None:
    article = one(tmp_path, name, f"{top}\n{TEXT}")
    assert (article.news.usage is Usage.WITHHELD) is is_hidden


def test_markdown_that_begins_with_a_rule_is_read(tmp_path: Path) -> None:
    assert TEXT in one(tmp_path, "a.md", f"---\n\nA text.\n\n---\n\n{TEXT}\n").text


@pytest.mark.parametrize(
    "authors", [{"name": "Ada Holm"}, [{"name": "Ada Holm"}], ["Ada Holm", {"name": "Ada Holm"}]]
)
def test_authors_may_be_objects(tmp_path: Path, authors: object) -> None:
    article = one(tmp_path, "a.json", json.dumps({"id": "a", "text": TEXT, "authors": authors}))
    assert article.authors == ("Ada Holm",)


@pytest.mark.parametrize("name", ["draft", "unknown", "id"])
def test_a_number_too_long_to_write_out_is_refused(tmp_path: Path, name: str) -> None:
    content = f"---\n{name}: 0x{'f' * 5000}\n---\n{TEXT}"
    assert refused(tmp_path, "a.md", content)
