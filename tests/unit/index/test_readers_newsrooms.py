"""NewsML 1, WordPress, Elasticsearch, Datashare and Aleph: what each gives out, and damage."""

import json
from pathlib import Path
from typing import Any

import pytest

from index.domain import Article, Subject, Usage
from index.errors import RecordError
from index.readers import ReadOptions, read

SAMPLES = Path(__file__).parents[2] / "samples"


def records(path: Path) -> list[Article | RecordError]:
    return list(read([path], ReadOptions(detect=lambda _: "xx")).records)


def written(folder: Path, name: str, content: str | bytes) -> list[Article | RecordError]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return records(path)


def split(found: list[Article | RecordError]) -> tuple[list[Article], list[str]]:
    """The articles, and the reasons of the errors."""
    articles = [one for one in found if isinstance(one, Article)]
    return articles, [one.why for one in found if isinstance(one, RecordError)]


# NewsML 1


def test_newsml_1() -> None:
    (article, kill), errors = split(records(SAMPLES / "newsml-1.xml"))
    news = article.news
    assert errors == []
    assert (article.id, news.version, article.language) == (
        "urn:newsml:vpa.example:20240618:BRIDGE-1", 2, "fr",
    )  # fmt: skip
    assert article.title == "Le conseil débat du pont"
    assert article.text == "Le conseil a débattu mardi.\n\nLe pont reste fermé."
    assert article.date is not None
    assert article.date.value == "2024-06-18T05:10:00Z"
    assert (news.slugline, news.provider, news.urgency, article.place) == (
        "conseil-pont", "VPA", 3, "Sarelle",
    )  # fmt: skip
    assert news.dateline == "Sarelle, 18 juin (VPA) -"
    assert news.subjects == (Subject("11000000"),)
    assert article.metadata["keywords"] == ["pont", "port"]
    assert (kill.id, kill.news.version, kill.news.usage) == (
        "urn:newsml:vpa.example:20240618:BRIDGE-0", 3, Usage.CANCELLED,
    )  # fmt: skip


def newsml(management: str, content: str) -> str:
    return (
        f'<NewsML Version="1.2"><NewsItem><NewsManagement>{management}</NewsManagement>'
        f"<NewsComponent><ContentItem>{content}</ContentItem></NewsComponent></NewsItem></NewsML>"
    )


def test_newsml_1_with_escaped_markup_under_an_embargo(tmp_path: Path) -> None:
    management = (
        '<Status FormalName="Embargoed"/><StatusWillChange><FutureStatus FormalName="Usable"/>'
        "<DateAndTime>20240619T060000+0200</DateAndTime></StatusWillChange>"
    )
    content = "<DataContent>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</DataContent>"
    (article,), _ = split(written(tmp_path, "a.xml", newsml(management, content)))
    assert article.text == "One.\n\nTwo."
    assert article.news.usage is Usage.USABLE
    assert article.news.embargo is not None
    assert article.news.embargo.value == "2024-06-19T06:00:00+02:00"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (newsml("", "<DataContent><p>Text.</p></DataContent>")[:-30], "not valid XML"),
        ("<!DOCTYPE NewsML [<!ENTITY x SYSTEM 'file:///x'>]>" + newsml("", "&x;"), "entities"),
        ("<NewsML Version='1.2'><NewsEnvelope/></NewsML>", "no NewsItem"),
    ],
)
def test_damaged_newsml_1(tmp_path: Path, content: str, why: str) -> None:
    articles, (error,) = split(written(tmp_path, "a.xml", content))
    assert (articles, why in error) == ([], True)


# WordPress


def test_a_wordpress_export() -> None:
    (post, draft), (left_out,) = split(records(SAMPLES / "wordpress.xml"))
    assert (post.id, post.title) == ("https://p.example/?p=1", "Ferry & bridge")
    assert post.text == "The ferry left.\n\nThe crew waves\n\nIt came back [again]."
    assert post.date is not None
    assert post.date.value == "2024-06-18T05:10:00Z"
    assert post.news.updated is not None
    assert post.news.updated.value == "2024-06-19T06:00:00Z"
    assert (post.authors, post.section, post.source, post.language) == (
        ("Ada Holm",), "Harbour", "Port Gazette", "en",
    )  # fmt: skip
    assert post.url == "https://p.example/ferry/"
    assert post.metadata == {"categories": ["Harbour", "ferries"]}
    assert (draft.title, draft.news.usage) == ("Not yet", Usage.WITHHELD)
    assert draft.date is None
    assert left_out == "1 record is no article and was left out: 1 nav_menu_item"


def test_a_cut_export_gives_what_came_before(tmp_path: Path) -> None:
    data = (SAMPLES / "wordpress.xml").read_bytes()
    cut = data[: data.index(b"<wp:post_id>2")]
    (post,), (error, *_) = split(written(tmp_path, "a.xml", cut))
    assert post.title == "Ferry & bridge"
    assert "what could be read was" in error


def test_a_control_character_in_an_export_costs_only_itself(tmp_path: Path) -> None:
    data = (SAMPLES / "wordpress.xml").read_bytes().replace(b"It came", b"It\x03 came")
    articles, errors = split(written(tmp_path, "a.xml", data))
    assert [one.title for one in articles] == ["Ferry & bridge", "Not yet"]
    assert any("not valid XML at line" in error for error in errors)


def test_an_export_with_entities_is_refused(tmp_path: Path) -> None:
    data = (SAMPLES / "wordpress.xml").read_bytes()
    hostile = data.replace(b"<rss", b'<!DOCTYPE rss [<!ENTITY x "y">]><rss', 1)
    articles, (error,) = split(written(tmp_path, "a.xml", hostile))
    assert (articles, "entities" in error) == ([], True)


def rest_post(**fields: Any) -> dict[str, Any]:
    return {
        "id": 7, "date": "2024-06-18T07:10:00", "date_gmt": "2024-06-18T05:10:00",
        "modified_gmt": "2024-06-19T06:00:00", "guid": {"rendered": "https://p.example/?p=7"},
        "status": "publish", "type": "post", "link": "https://p.example/ferry/", "author": 3,
        "title": {"rendered": "Ferry &#038; bridge"}, "categories": [4],
        "content": {"rendered": "<p>The ferry left.</p>\n<p>It came back.</p>", "protected": False},
        **fields,
    }  # fmt: skip


def test_posts_of_the_rest_interface(tmp_path: Path) -> None:
    embedded = {
        "author": [{"id": 3, "name": "Ada Holm"}],
        "wp:term": [[{"name": "Harbour", "taxonomy": "category"}],
                    [{"name": "ferries", "taxonomy": "post_tag"}]],
    }  # fmt: skip
    secret = {"rendered": "", "protected": True}
    posts = [
        rest_post(_embedded=embedded),
        rest_post(guid={"rendered": "d"}, status="draft"),
        rest_post(guid={"rendered": "s"}, content=secret),
        rest_post(guid={"rendered": "m"}, type="nav_menu_item"),
    ]
    found, errors = split(written(tmp_path, "posts.json", json.dumps(posts)))
    first = found[0]
    assert (first.id, first.title) == ("https://p.example/?p=7", "Ferry & bridge")
    assert first.text == "The ferry left.\n\nIt came back."
    assert (first.authors, first.section) == (("Ada Holm",), "Harbour")
    assert first.date is not None
    assert first.date.value == "2024-06-18T05:10:00Z"
    assert [one.news.usage for one in found] == [Usage.USABLE, Usage.WITHHELD, Usage.WITHHELD]
    assert errors == ["it is of the type nav_menu_item, not an article"]


# Elasticsearch, OpenSearch, Datashare

SOURCE = {"headline": "Ferry tests begin", "body": "The ferry left.", "published": "2024-06-18"}


def lines(*values: Any) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


@pytest.mark.parametrize(
    "content",
    [
        lines(
            {"_index": "news", "_id": "a", "_score": 1, "_source": SOURCE},
            {"_index": "news", "_id": "b", "_score": 1, "_source": SOURCE},
        ),
        json.dumps(
            {"took": 3, "hits": {"total": {"value": 2}, "hits": [
                {"_index": "news", "_id": "a", "_source": SOURCE},
                {"_index": "news", "_id": "b", "_source": SOURCE}]}}, indent=1,
        ),
        lines(
            {"_scroll_id": "x", "hits": {"hits": [{"_id": "a", "_source": SOURCE}]}},
            {"_scroll_id": "x", "hits": {"hits": [{"_id": "b", "_source": SOURCE}]}},
        ),
        lines({"index": {"_index": "news", "_id": "a"}}, SOURCE,
              {"create": {"_index": "news", "_id": "b"}}, SOURCE),
        json.dumps([{"_id": "a", "_source": SOURCE}, {"_id": "b", "_source": SOURCE}]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["dump.json", "dump.ndjson"])
def test_hits_in_all_their_forms(tmp_path: Path, content: str, name: str) -> None:
    articles, errors = split(written(tmp_path, name, content))
    assert errors == []
    assert [(one.id, one.title, one.text) for one in articles] == [
        ("a", "Ferry tests begin", "The ferry left."),
        ("b", "Ferry tests begin", "The ferry left."),
    ]


def test_a_bulk_file_deletes_and_updates(tmp_path: Path) -> None:
    content = lines(
        {"index": {"_id": "a"}}, SOURCE, {"delete": {"_id": "b"}},
        {"update": {"_id": "c"}}, {"doc": {"views": 3}}, {"index": {"_id": "d"}},
    )  # fmt: skip
    (kept, deleted), errors = split(written(tmp_path, "a.ndjson", content))
    assert kept.id == "a"
    assert (deleted.id, deleted.news.usage) == ("b", Usage.CANCELLED)
    assert errors == [
        "it ends after an action, before its document",
        "1 record is no article and was left out: 1 partial updates",
    ]


def test_a_damaged_line_of_a_dump_costs_only_itself(tmp_path: Path) -> None:
    hit = {"_index": "news", "_id": "a", "_source": SOURCE}
    content = lines(hit) + '{"_index": "news", "_sou\n' + lines({**hit, "_id": "b"})
    articles, errors = split(written(tmp_path, "a.ndjson", content + '{"_id": "c", "_index'))
    assert [one.id for one in articles] == ["a", "b"]
    assert ["not valid JSON" in error for error in errors] == [True, True]


def test_documents_of_datashare(tmp_path: Path) -> None:
    document = {
        "type": "Document", "join": {"name": "Document"}, "language": "FRENCH",
        "content": "Le bac est parti.", "path": "/home/ada/leak/bac.pdf",
        "contentType": "application/pdf", "extractionDate": "2026-01-02T03:04:05Z",
        "metadata": {"tika_metadata_dc_title": "Le bac", "tika_metadata_dc_creator": "Ada Holm",
                     "tika_metadata_dcterms_created": "2024-06-18T05:10:00Z"},
    }  # fmt: skip
    entity = {"type": "NamedEntity", "join": {"name": "NamedEntity", "parent": "a"}, "mention": "A"}
    content = lines({"_id": "a", "_source": document}, {"_id": "b", "_source": entity})
    (article,), errors = split(written(tmp_path, "a.jsonl", content))
    assert (article.id, article.title, article.language) == ("a", "Le bac", "fr")
    assert article.authors == ("Ada Holm",)
    assert article.date is not None
    assert article.date.value == "2024-06-18T05:10:00Z"
    assert article.metadata["path"] == "/home/ada/leak/bac.pdf"
    assert errors == ["1 record is no article and was left out: 1 NamedEntity"]


# FollowTheMoney


def test_documents_of_aleph() -> None:
    found, errors = split(records(SAMPLES / "aleph.ftm"))
    assert [(one.id, one.title, one.language) for one in found] == [
        ("doc1", "Harbour report", "de"), ("pages1-2", "Page 2", "en"),
        ("mail1", "Re: ferry", "xx"),
    ]  # fmt: skip
    report, page, mail = found
    assert report.text == "Der Hafen wird breiter."
    assert (report.authors, report.source, report.url) == (
        ("Ada Holm",), "Port Gazette", "https://p.example/report.pdf",
    )  # fmt: skip
    assert report.date is not None
    assert report.date.value == "2024-06-18"
    assert page.metadata == {"schema": "Page", "document": "pages1", "page": "2"}
    assert mail.authors == ("ada@p.example",)
    assert errors == [
        "3 records are no articles and were left out: 1 Page of a document that was "
        "read whole, 1 Person, 1 Pages without text"
    ]


def test_an_entity_without_properties_is_reported(tmp_path: Path) -> None:
    content = (SAMPLES / "aleph.ftm").read_text(encoding="utf-8") + lines({"schema": "Document"})
    _, errors = split(written(tmp_path, "a.json", content))
    assert errors[0] == "expected an entity with a schema and properties"
