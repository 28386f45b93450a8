"""Articles out and in again are equal."""

import gzip
import io
import json
from dataclasses import fields
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from newsrooms import RECORDS, articles_of, service_in
from pyarrow.feather import write_feather

from index.domain import Article, DateOrigin, NewsFields
from index.errors import ExportError
from index.export.records import record_of
from index.export.writing import ExportFormat, format_of, write_file, write_lines
from index.readers import read
from index.records.normalise import article_from_fields
from index.text.language import detect
from search.request import Mode

FULL = {
    "id": "full/1",
    "title": "Nachtfähre kehrt zurück",
    "text": "(Seoul) Die Nachtfähre legte um zehn Uhr ab.\n\nEin Jahr war sie fort.",
    "locators": [
        {"start": 0, "page": "3", "column": 2, "box": [1, 2, 3, 4], "confidence": 0.5},
        {"start": 46, "time_s": 751.25, "speaker": "Ada Holm"},
    ],
    "lang": "de",
    "date": "2025-03-04T10:00:00+01:00",
    "date_origin": "meta",
    "source": "Hafenbote",
    "section": "Lokales",
    "authors": ["Ada Quill", "Bo Reed"],
    "url": "https://paper.example/1",
    "place": "Busan",
    "agency": "dpa",
    "slugline": "FERRY",
    "byline": "Von Ada Quill",
    "dateline": "SEOUL, 4. März",
    "provider": "dpa",
    "urgency": 3,
    "subjects": [{"code": "medtop:11000000", "name": "Politik"}, {"code": "x"}],
    "created": "2025-03-03",
    "created_origin": "url",
    "updated": "2025-03-04T11:00:00Z",
    "updated_origin": "text",
    "assumed_zones": ["date", "embargo"],
    "version": 2,
    "embargo": "2025-03-04T09:00:00Z",
    "embargo_origin": "meta",
    "usage": "withheld",
    "desk": "harbour",
    "metadata": {"title": "not the title", "nested": {"a": [1, None, "ü"]}},
}


def again(record: dict[str, object]) -> Article:
    return article_from_fields(record, "record", detect)


ARTICLES = [
    again(FULL),
    *(again(dict(record)) for record in RECORDS),
    again({"text": "Only a text, from which a title is made."}),
    again({"title": "Only a title", "is_headline": True}),
    again(
        {"text": "Odd: \u2028 \u0085 \U0001f5de", "date": "2024-06", "metadata": {"metadata": 5}}
    ),
]


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.title[:20])
def test_a_record_makes_an_equal_article(article: Article) -> None:
    record = json.loads(json.dumps(record_of(article)))
    assert again(record) == article
    assert dict(again(record).metadata) == dict(article.metadata)


def test_the_full_article_leaves_no_field_out() -> None:
    """Whoever adds a field to articles is reminded to export it."""
    (full, *_), defaults = ARTICLES, {field.name: field.default for field in fields(NewsFields)}
    names = {field.name for field in fields(Article)} - {
        "body_start",
        "is_title_derived",
        "notes",
        "read_from",
        "file",
    }
    assert not [name for name in names if not getattr(full, name)]
    assert not [name for name, value in defaults.items() if getattr(full.news, name) == value]
    dates = [full.date, full.news.embargo]
    assert all(date and date.is_zone_assumed and date.origin is DateOrigin.META for date in dates)


def test_lines_are_one_object_each() -> None:
    stream = io.BytesIO()
    assert write_lines(ARTICLES, stream) == len(ARTICLES)
    lines = stream.getvalue().split(b"\n")[:-1]
    assert [again(json.loads(line)) for line in lines] == ARTICLES


@pytest.mark.parametrize("name", ["news.jsonl", "news.jsonl.gz", "news.parquet"])
def test_a_file_reads_back_to_equal_articles(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert write_file(iter(ARTICLES), path, format_of(path)) == len(ARTICLES)
    assert list(read([path]).records) == ARTICLES


def test_only_metadata_of_our_own_exports_is_taken_for_json(tmp_path: Path) -> None:
    rows = [{"id": "a", "text": "A.", "metadata": '{"desk": 1}'}]
    path = tmp_path / "other.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    (other,) = read([path]).records
    assert isinstance(other, Article)
    assert other.metadata == {"metadata": '{"desk": 1}'}

    write_file(ARTICLES[:1], path, ExportFormat.PARQUET)
    table = pq.read_table(path)
    feather = tmp_path / "same.feather"
    write_feather(table, feather)
    assert list(read([feather]).records) == ARTICLES[:1]
    changed = pa.array(["no JSON"], pa.string())
    at = table.schema.get_field_index("metadata")
    pq.write_table(table.set_column(at, "metadata", changed), path)
    (edited,) = read([path]).records
    assert isinstance(edited, Article)
    assert edited.metadata == {"metadata": "no JSON"}


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    def breaking() -> object:
        yield ARTICLES[0]
        raise RuntimeError("in the middle")

    path = tmp_path / "news.jsonl.gz"
    with pytest.raises(RuntimeError):
        write_file(breaking(), path, ExportFormat.JSONL)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
    write_file(ARTICLES, path, format_of(path))
    assert len(gzip.decompress(path.read_bytes()).splitlines()) >= len(ARTICLES)
    with pytest.raises(ExportError, match="name the file"):
        format_of(tmp_path / "news.txt")
    with pytest.raises(ExportError, match="cannot be written"):
        write_file(ARTICLES, tmp_path / "nowhere" / "news.jsonl", ExportFormat.JSONL)


@pytest.mark.long
def test_by_query_everything_that_matches(tmp_path: Path) -> None:
    with service_in(tmp_path / "data") as service:
        many = [{"id": f"n{n}", "text": f"Ferry number {n}.", "lang": "en"} for n in range(1200)]
        service.archive.put(articles_of(service, [*RECORDS, *many]))
        service.upkeep.sync()
        assert sum(1 for _ in service.rooms.indexed().matching("ferry")) == 1202
        found = [one.article.id for one in service.rooms.indexed().matching("lang:de")]
        assert found == ["faehre-1"]
        unknown = service.rooms.indexed().matching("zeppelin", Mode.KEYWORD)
        assert [one.article.id for one in unknown] == []
