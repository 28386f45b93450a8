"""Where parts of a text are in their source: cleaned with the text, stored, exported."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.archive.sqlite import SqliteArchive
from index.domain import Article, Locator
from index.errors import RecordError
from index.export.records import record_of
from index.records.normalise import article_from_fields
from index.text.clean_text import clean
from index.text.locators import located_text, time_code
from search.results.snippets import passages

TEXT = "First line.\nSecond line.\n\nThird line."
LOCATORS = [
    {"start": 0, "page": "1", "column": 1, "box": [10, 20, 300, 40], "confidence": 0.91},
    {"start": 12, "page": 1, "column": 2},
    {"start": 26, "time_s": 751.25, "speaker": "Ada Holm"},
]


def article(**fields: Any) -> Article:
    record = {"id": "a", "text": TEXT, "locators": LOCATORS, **fields}
    return article_from_fields(record, "x:1", lambda _: "en")


def test_an_offset_maps_to_its_locator() -> None:
    found = article()
    assert found.locators == (
        Locator(0, "1", 1, (10, 20, 300, 40), confidence=0.91),
        Locator(12, "1", 2),
        Locator(26, time_s=751.25, speaker="Ada Holm"),
    )
    at = [found.locator_at(offset) for offset in (0, 11, 12, 25, 26, len(TEXT))]
    first, second, third = found.locators
    assert at == [first, first, second, second, third, third]
    assert article(locators=LOCATORS[1:]).locator_at(3) is None
    assert article(locators=None).locator_at(3) is None


@given(
    st.lists(
        st.text(st.sampled_from("ab é\u0301e\r\n\x01\ufeff\t "), min_size=1, max_size=8), max_size=6
    )
)
def test_offsets_follow_what_cleaning_removes(words: list[str]) -> None:
    # A reader separates its parts by white space, over which nothing is composed.
    parts = [f"|{word}\n" for word in words]
    starts = [sum(map(len, parts[:number])) for number in range(len(parts))]
    text = "".join(parts)
    cleaned, locators = located_text(text, [{"start": start} for start in starts])
    assert cleaned == clean(text).strip()
    assert [cleaned[one.start] for one in locators] == ["|"] * len(words)


def test_space_and_controls_before_the_text_shift_it() -> None:
    given = [{"start": 0, "page": "1"}, {"start": 4, "page": "2"}]
    assert located_text("\ufeff\n \x00Text.\n ", given) == ("Text.", (Locator(0, "2"),))


@pytest.mark.parametrize(
    "wrong",
    [
        "page 3", [3], [{"page": "1"}], [{"start": 99}], [{"start": -1}], [{"start": True}],
        [{"start": 0, "box": [1, 2]}], [{"start": 0, "box": [1, 2, 3, -4]}],
        [{"start": 0, "confidence": 1.5}], [{"start": 0, "time_s": "1"}],
        [{"start": 0, "speaker": 7}], [{"start": 0, "column": 1.5}],
    ],
)  # fmt: skip
def test_wrong_locators_are_refused(wrong: Any) -> None:
    with pytest.raises(RecordError, match="locators"):
        article(locators=wrong)


def test_the_archive_and_an_export_keep_them(tmp_path: Path) -> None:
    found = article()
    assert article_from_fields(record_of(found), "x:1", lambda _: "en") == found
    with SqliteArchive.open(tmp_path / "archive.db") as archive:
        archive.put([found])
        assert archive.get("a").article == found


def test_a_passage_has_the_locator_of_its_first_highlight() -> None:
    (passage, *_) = passages(article(), (), None)
    assert passage.locator == Locator(0, "1", 1, (10, 20, 300, 40), confidence=0.91)


def test_time_codes() -> None:
    assert [time_code(one) for one in (0, 751.9, 36_000)] == ["00:00:00", "00:12:31", "10:00:00"]
