"""Pictures of articles and picture items, by reader, and how the page shows them."""

import json
from pathlib import Path
from typing import Any

import pytest

from api.web.article import image_view
from index.domain import Article
from index.readers import ReadOptions, read
from index.records.pictures import image, media_kind

BOARD = "The harbour board met on Tuesday and agreed to widen the northern channel."
JPG = "https://a.example/a.jpg"
WHOLE = {"url": JPG, "caption": "The channel.", "credit": "Ada Holm"}


def metadata(tmp_path: Path, name: str, content: str) -> dict[str, Any]:
    (tmp_path / name).write_text(content, encoding="utf-8")
    (one,) = read([tmp_path / name], ReadOptions(detect=lambda _: "en")).records
    assert isinstance(one, Article), one
    return dict(one.metadata) | {"text": one.text}


PAGE = (
    "<!doctype html><html><head><title>C</title>{head}</head><body><article><h1>C</h1>{body}"
    + f"<p>{BOARD}</p>" * 4
    + "</article></body></html>"
)
FIGURE = (
    f"<figure><img src='{JPG}'><figcaption>The channel. <span class='credit'>Ada Holm</span>"
    "</figcaption></figure>"
)


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (f'<meta property="og:image" content="{JPG}">', "", {"url": JPG}),
        (f'<meta name="twitter:image" content="{JPG}">', "", {"url": JPG}),
        ("", FIGURE, WHOLE),
        (f'<meta property="og:image" content="{JPG}">', FIGURE, WHOLE),
        ('<meta property="og:image" content="javascript:x">', "", None),
        ("", "", None),
    ],
)
def test_the_picture_of_a_page(
    tmp_path: Path, head: str, body: str, expected: dict[str, str] | None
) -> None:
    found = metadata(tmp_path, "a.html", PAGE.format(head=head, body=body))
    assert found.get("image") == expected


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        (f'<enclosure url="{JPG}" type="image/jpeg" length="1"/>', {"url": JPG}),
        (f'<media:content url="{JPG}" medium="image"/>', {"url": JPG}),
        (f'<media:content url="{JPG}" type="image/jpeg"><media:description>The channel.'
         "</media:description><media:credit>Ada Holm</media:credit></media:content>", WHOLE),
        (f'<media:thumbnail url="{JPG}"/>', {"url": JPG}),
        ('<enclosure url="https://a.example/a.mp3" type="audio/mpeg"/>', None),
    ],
)  # fmt: skip
def test_the_picture_of_an_entry(
    tmp_path: Path, media: str, expected: dict[str, str] | None
) -> None:
    feed = (
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>P</title>'
        f"<item><guid>1</guid><title>C</title><description>{BOARD}</description>{media}</item>"
        "</channel></rss>"
    )
    assert metadata(tmp_path, "a.rss", feed).get("image") == expected


def test_picture_items_have_their_caption_as_text(tmp_path: Path) -> None:
    item = {
        "uri": "urn:1", "type": "picture", "headline": "C", "byline": "Ada Holm",
        "description_text": "The channel.", "renditions": {"original": {"href": JPG}},
    }  # fmt: skip
    found = metadata(tmp_path, "a.json", json.dumps(item))
    assert (found["kind"], found["image"], found["text"]) == ("picture", WHOLE, "The channel.")
    story = {
        "uri": "urn:2", "type": "text", "headline": "C", "body_text": BOARD,
        "associations": {"featuremedia": item},
    }  # fmt: skip
    found = metadata(tmp_path, "b.json", json.dumps(story))
    assert found["image"] == WHOLE
    assert "kind" not in found


def test_a_picture_in_newsml_g2(tmp_path: Path) -> None:
    item = (
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:3"><itemMeta>'
        '<itemClass qcode="ninat:picture"/></itemMeta><contentMeta><headline>C</headline>'
        "<description>The channel.</description><creditline>Ada Holm</creditline></contentMeta>"
        f'<contentSet><remoteContent href="{JPG}"/></contentSet></newsItem>'
    )
    found = metadata(tmp_path, "a.xml", item)
    assert (found["kind"], found["image"], found["text"]) == ("picture", WHOLE, "The channel.")


def test_addresses_and_kinds() -> None:
    assert image("/a.jpg", base="https://a.example/1") == {"url": JPG}
    assert image("data:image/png;base64,x") is image("") is image(None) is image("//[x") is None
    assert media_kind("http://cv.iptc.org/newscodes/ninature/video") == "video"
    assert media_kind("text") is media_kind(None) is None


def test_the_page_links_only_web_addresses() -> None:
    shown = image_view(WHOLE)
    assert shown is not None
    assert (shown.address, shown.caption, shown.credit) == (JPG, "The channel.", "Ada Holm")
    assert image_view(JPG) is not None
    odd_values: tuple[object, ...] = ({"url": "javascript:x"}, None, 3, [], {"caption": "x"})
    for odd in odd_values:
        assert image_view(odd) is None
