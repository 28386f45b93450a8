"""What each format says that it keeps is what its reader keeps, on the samples."""

from pathlib import Path

import pytest

from index.domain import Article, NewsFields, Usage
from index.readers import ReadOptions, read
from index.readers.formats import FORMATS, format_of
from index.readers.options import MAPPED
from index.readers.source import opened

SAMPLES = Path(__file__).parents[2] / "samples"
DERIVED = {"id", "title", "lang", "place", "agency"}
"""What every format can have: derived from the text if it is not stated."""


def kept(article: Article) -> set[str]:
    """The names of the fields that an article has, as docs/formats.md has them."""
    plain = {
        "id",
        "title",
        "text",
        "date",
        "source",
        "section",
        "authors",
        "url",
        "place",
        "agency",
    }
    found = {name for name in plain if getattr(article, name)} | {"lang"}
    news, empty = article.news, NewsFields()
    for name in NewsFields.__dataclass_fields__:
        if getattr(news, name) != getattr(empty, name):
            found.add(name)
    if news.usage is Usage.USABLE:
        found.discard("usage")
    return found | {f"metadata.{name}" for name in article.metadata}


def stated(fields: tuple[tuple[str, str], ...]) -> set[str]:
    return {name.strip() for names, _ in fields for name in names.split(",")}


@pytest.mark.parametrize("sample", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_a_reader_keeps_what_its_format_states(sample: Path) -> None:
    with opened(sample, "") as source:
        fields = stated(format_of(source).fields)
    records = read([sample], ReadOptions(detect=lambda _: "en")).records
    found = {name for one in records if isinstance(one, Article) for name in kept(one)}
    missing = found - fields - DERIVED
    if not fields.isdisjoint({"all", "all others"}):
        missing = set()
    if "metadata" in fields:
        missing = {name for name in missing if not name.startswith("metadata.")}
    assert sorted(missing) == []


def test_formats_name_fields_that_exist() -> None:
    named = {name for one in FORMATS for name in stated(one.fields)}
    special = {"all", "all others", "Datashare", "metadata"}
    # A record's maker names the fields of MAPPED; readers can also set others of an article.
    known = {*MAPPED, *Article.__dataclass_fields__}
    assert {n for n in named - special if not n.startswith("metadata.")} <= known
