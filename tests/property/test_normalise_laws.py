"""Any record becomes a clean article that the archive gives back, or a RecordError."""

import json
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.archive import SqliteArchive
from index.domain import Article
from index.errors import RecordError
from index.records.normalise import article_from_fields
from index.text.clean_text import clean

ANY_TEXT = st.text(st.characters(), max_size=40)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["id", "title", "text", "lang", "date", "source", "section", "authors", "url", "place",
     "agency", "metadata"]
)  # fmt: skip
STRINGS = ANY_TEXT | st.sampled_from(
    ["de", "en-GB", "2024-06-18", "(Seoul) Der Rat tagt.", "a\r\nb"]
)
RECORDS = st.dictionaries(NAMES | ANY_TEXT, STRINGS | JSON_VALUES, max_size=8)
MOSTLY_GOOD = st.builds(
    lambda text, others: {**others, "text": text},
    ANY_TEXT,
    st.dictionaries(NAMES.filter(lambda name: name not in ("lang", "date")) | ANY_TEXT, STRINGS),
)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)


def check(article: Article) -> None:
    found = strings(
        [article.id, article.title, article.text, article.source, article.section, article.authors,
         article.url, article.place, article.agency, dict(article.metadata)]
    )  # fmt: skip
    for text in found:
        assert unicodedata.is_normalized("NFC", text)
        assert not any(
            unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in text
        )
    assert article.id
    assert article.title
    assert 0 <= article.body_start <= len(article.text)


@settings(max_examples=80)
@given(RECORDS | MOSTLY_GOOD)
@example({"text": "\ud800\ud800"})
@example({"text": "a", "id": "\x00"})
@example({"text": "\u0344" * 50})
@example({"text": "(Seoul) A"})
def test_a_record_becomes_a_clean_article_or_a_record_error(record: dict[str, Any]) -> None:
    try:
        article = article_from_fields(record, "file:1", lambda text: "und")
    except RecordError:
        return
    check(article)
    with tempfile.TemporaryDirectory() as folder, SqliteArchive.open(Path(folder) / "a") as archive:
        archive.put([article])
        assert archive.get(article.id).article == article
        again = article_from_fields(json.loads(json.dumps(record)), "file:1", lambda text: "und")
        assert archive.put([again])[0].status == "unchanged"


@given(st.text(st.characters(), max_size=200))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
