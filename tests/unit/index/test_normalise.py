"""From fields to articles: what is filled in, what is kept, what is refused."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from index.domain import Article, DatePrecision, NewsDate
from index.errors import RecordError
from index.records import normalise
from index.records.normalise import article_from_fields
from index.records.record_fields import MAX_NAME_CHARS
from index.records.source_zones import SourceOrders, SourceZones


def never(text: str) -> str:
    raise AssertionError(f"a language was given, and {text!r} was looked at")


def make(**fields: Any) -> Article:
    return article_from_fields(fields, "news.jsonl:7", lambda text: "xx")


def why(**fields: Any) -> str:
    with pytest.raises(RecordError) as raised:
        make(**fields)
    assert raised.value.place == "news.jsonl:7"
    return raised.value.why


def noted(**fields: Any) -> str:
    """What is noted of a record that becomes an article all the same."""
    article = make(**fields)
    assert article.text
    (note,) = article.notes
    assert note.place == "news.jsonl:7"
    return note.what


def test_every_field_arrives() -> None:
    article = article_from_fields(
        {
            "id": "a-1", "title": "Rat tagt", "text": "Der Rat tagt.", "lang": "de-AT",
            "date": "2024-06", "source": "Sarelle Bote", "section": "Politik",
            "authors": ["A. Muster", "B. Beispiel", "A. Muster", " "], "url": "https://example.org/1",
            "place": "Sarelle", "agency": "VPA", "rating": 4, "metadata": {"page": 2, "rating": 5},
        },
        "x",
        never,
    )  # fmt: skip
    assert article == Article(
        id="a-1", title="Rat tagt", text="Der Rat tagt.", language="de",
        date=NewsDate("2024-06", DatePrecision.MONTH, False, 1717200000),
        source="Sarelle Bote", section="Politik", authors=("A. Muster", "B. Beispiel"),
        url="https://example.org/1", place="Sarelle", agency="VPA",
        metadata={"page": 2, "rating": 4},
    )  # fmt: skip


def test_only_text_is_needed() -> None:
    article = make(text="Der Rat tagt. Er berät lange.")
    assert article.title == "Der Rat tagt."
    assert article.is_title_derived
    assert article.language == "xx"
    assert (article.date, article.source, article.authors, article.metadata) == (None, None, (), {})


def test_blank_and_null_are_absent() -> None:
    nothing = dict.fromkeys(("id", "title", "lang", "date", "source", "authors", "url"))
    blank = dict.fromkeys(nothing, " \n")
    bare = make(text="Der Rat tagt.")
    assert make(text="Der Rat tagt.", **nothing) == make(text="Der Rat tagt.", **blank) == bare


def test_strings_are_clean() -> None:
    article = make(
        id=" a\u0308\x00 ",
        title="Ra\u0308te\r\ntagen",
        text="\ufeffEr\r\nsagt \ud800.\n",
        x="e\u0301",
    )
    assert (article.id, article.title, article.text) == ("ä", "Räte tagen", "Er\nsagt \ufffd.")
    assert article.metadata == {"x": "é"}


def test_a_title_is_enough_only_where_it_is_all_there_is() -> None:
    assert "--headlines" in why(title="Rat tagt", text=" ")
    article = make(title="Rat tagt", text=" ", is_headline=True)
    assert article.metadata == {}
    assert (article.title, article.text, article.is_title_derived) == ("Rat tagt", "", False)


@pytest.mark.parametrize("fields", [{}, {"text": ""}, {"text": " \ufeff\x00\n"}, {"text": None}])
def test_neither_text_nor_title_is_refused(fields: dict[str, Any]) -> None:
    assert why(**fields).startswith("there is no text")


@pytest.mark.parametrize(
    "name", ["id", "title", "text", "lang", "date", "source", "section", "authors", "url", "place"]
)
@pytest.mark.parametrize("value", [1, 2.5, True, {"a": 1}, [1]])
def test_a_wrong_type_names_the_field(name: str, value: object) -> None:
    if name in ("id", "title") and type(value) in (int, float):
        assert str(value) == getattr(make(**{"text": "x", name: value}), name)
        return
    told = why if name in ("id", "text") else noted
    reason = told(**{"text": "Der Rat tagt.", name: value})
    assert f'"{name}"' in reason
    assert "must be a string" in reason or (name, "is not a date" in reason) == ("date", True)


@pytest.mark.parametrize(
    ("name", "limit"),
    [("id", 512), ("title", normalise.MAX_TITLE_CHARS), ("text", 10_000_000),
     ("url", normalise.MAX_URL_CHARS), ("source", MAX_NAME_CHARS)],
)  # fmt: skip
def test_limits_are_kept_and_named(name: str, limit: int) -> None:
    told = why if name in ("id", "text") else noted
    assert f'"{name}" has {limit + 1:,} characters' in told(
        **{"text": "x", name: "x" * (limit + 1)}
    )
    if name != "text":
        assert make(**{"text": "x", name: "x" * limit})


def test_too_many_and_too_long_authors_are_left_out() -> None:
    assert "201 names" in noted(text="x", authors=["a"] * 201)
    assert "more than 500" in noted(text="x", authors=["a" * 501])
    assert make(text="x", authors="Anna Muster").authors == ("Anna Muster",)


def test_too_much_metadata_is_left_out() -> None:
    assert "1,000,000 characters" in noted(text="x", blob="x" * 1_000_001)
    assert "not a JSON value" in noted(text="x", blob=b"x")


@pytest.mark.parametrize(
    ("given", "expected"),
    [("de", "de"), ("de-AT", "de"), ("DE_ch", "de"), ("deu", "de"), ("ger", "de"), ("fre", "fr"),
     ("zh-Hant-TW", "zh"), ("cmn", "zh"), ("nb-NO", "no"), ("iw", "he"), ("gsw", "gsw"),
     ("en_US.UTF-8", "en"), ("und", "xx")],
)  # fmt: skip
def test_language_tags_become_primary_subtags(given: str, expected: str) -> None:
    assert make(text="Der Rat tagt.", lang=given).language == expected


@pytest.mark.parametrize("tag", ["german", "d", "de AT", "12", "日本語", "x-klingon"])
def test_what_is_no_language_tag_is_left_out(tag: str) -> None:
    assert "is not a language tag" in noted(text="Der Rat tagt.", lang=tag)
    assert make(text="Der Rat tagt.", lang=tag).language == "xx"


def test_a_bad_date_is_left_out_and_named_with_its_field() -> None:
    assert noted(text="x", date="18.16.2024").startswith("\"date\": '2024-16-18' is not a date")
    assert "day and month could change places" in noted(text="x", date="03/04/2024", lang="en")
    assert make(text="x", date="03/04/2024", lang="en").date is None
    assert make(text="x", date="0000-00-00 00:00:00").notes == ()


def test_a_zone_with_an_uncertain_name_is_noted_and_not_taken_for_that_of_the_source() -> None:
    zones = SourceZones({"*": ZoneInfo("Europe/Berlin"), "Courier": ZoneInfo("Europe/London")})
    record = {"text": "x", "date": "Tue, 18 Jun 2024 05:10:00 BST"}
    article = article_from_fields(record, "x", lambda _: "en", zones)
    assert article.date is not None
    assert article.date.value == "2024-06-18T05:10:00"
    assert "BST can mean several time zones" in article.notes[0].what
    placed = article_from_fields(record | {"source": "Courier"}, "x", lambda _: "en", zones)
    assert placed.date is not None
    assert (placed.date.value, placed.notes) == ("2024-06-18T05:10:00+01:00", ())


def test_the_order_set_for_a_source_is_that_of_its_dates() -> None:
    orders = SourceOrders({"Courier": "MDY", "bote.example": "DMY"})
    record = {"text": "x", "date": "06/07/2024", "lang": "en"}
    for other, value in (
        ({"source": "courier"}, "2024-06-07"),
        ({"url": "https://www.bote.example/1"}, "2024-07-06"),
    ):
        article = article_from_fields({**record, **other}, "x", lambda _: "en", orders=orders)
        assert article.date is not None
        assert article.date.value == value


@pytest.mark.parametrize(
    ("date", "value"),
    [
        (31536000000, "1971-01-01T00:00:00Z"),
        ("1718687400", "2024-06-18T05:10:00Z"),
        ({"$date": "2024-06-18T05:10:00Z"}, "2024-06-18T05:10:00Z"),
        ({"$date": {"$numberLong": "1718687400000"}}, "2024-06-18T05:10:00Z"),
        (1987, "1987"),
    ],
)
def test_dates_as_databases_give_them(date: object, value: str) -> None:
    given = make(text="x", date=date).date
    assert given is not None
    assert given.value == value


def test_the_dateline_fills_place_and_agency_unless_given() -> None:
    text = "BERLIN (dpa) – Der Rat tagt. Er berät lange."
    article = make(text=text)
    assert (article.place, article.agency, article.body_start) == ("Berlin", "dpa", 15)
    assert article.title == "Der Rat tagt."
    given = make(text=text, place="Bonn", agency="AFP")
    assert (given.place, given.agency, given.body_start) == ("Bonn", "AFP", 15)


def test_the_language_is_told_from_title_and_body() -> None:
    seen: list[str] = []

    def detect(text: str) -> str:
        seen.append(text)
        return "de"

    article_from_fields({"title": "Rat tagt", "text": "(Seoul) Der Rat tagt."}, "x", detect)
    assert seen == ["Rat tagt\nDer Rat tagt."]


def test_an_id_comes_from_the_url_first() -> None:
    one = make(text="Der Rat tagt.", url="https://example.org/1")
    other = make(text="Der Rat tagt anders.", url="https://example.org/1")
    assert one.id == other.id
    assert one.id != make(text="Der Rat tagt.", url="https://example.org/2").id
    assert len(one.id) == 16


def test_an_id_comes_from_the_content_else() -> None:
    plain = make(text="Der Rat tagt.")
    assert plain.id == make(text="Der Rat tagt.\n", section="Politik").id == "171fd71338f2b5c4"
    others = {
        make(text="Der Rat tagt!").id,
        make(text="Der Rat tagt.", title="Rat").id,
        make(text="Der Rat tagt.", source="Bote").id,
        make(text="Der Rat tagt.", date="2024").id,
        plain.id,
    }
    assert len(others) == 5


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Kurz", "Kurz"),
        ("Eine Zeile\n\nUnd noch ein Satz.", "Eine Zeile"),
        ("Dr. Muster kam am 3. Juni. Er blieb.", "Dr. Muster kam am 3. Juni."),
        ("wort " * 60, "wort " * 23 + "wort…"),
        ("x" * 300, "x" * 120 + "…"),
    ],
)
def test_a_derived_title_is_the_first_sentence_cut_at_a_word(text: str, title: str) -> None:
    article = article_from_fields({"text": text, "lang": "de"}, "x", never)
    assert article.title == title
    assert len(article.title) <= normalise.DERIVED_TITLE_CHARS + 1
