"""What two texts say differently, and which words tell facts."""

import pytest

from index.groups import copies
from index.groups.differences import Slot, are_template, differences
from index.groups.wording import Kind, wording


def kinds(text: str, language: str) -> list[tuple[str, Kind]]:
    found = wording(text, language)
    return list(zip(found.forms, found.kinds, strict=True))


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "1,200 homes at 8.00", "1200 homes at 8:00"),
        ("de", "drei Tote, 12.500 Kronen, 6,12 Meter", "3 Tote, 12 500 Kronen, 6.12 Meter"),
        ("fr", "deux personnes, 2 900 tonnes", "2 personnes, 2.900 tonnes"),
    ],
)
def test_a_number_has_one_form_however_it_is_written(language: str, one: str, other: str) -> None:
    assert wording(one, language) == wording(other, language)


def test_what_may_be_a_fact() -> None:
    assert kinds("Am Montagmorgen fuhr Ada nach Wiesau.", "de") == [
        ("am", Kind.FUNCTION),
        ("montagmorgen", Kind.DATE),
        ("fuhr", Kind.PLAIN),
        ("ada", Kind.NAME),
        ("nach", Kind.FUNCTION),
        ("wiesau", Kind.NAME),
    ]
    assert kinds("It may rain. Mill Lane closes lundi", "en")[3:] == [
        ("mill", Kind.INITIAL),
        ("lane", Kind.NAME),
        ("closes", Kind.PLAIN),
        ("lundi", Kind.PLAIN),
    ]
    assert kinds("le lundi 3 mars", "fr")[1:] == [
        ("lundi", Kind.DATE),
        ("3", Kind.NUMBER),
        ("mars", Kind.DATE),
    ]
    assert [kind for _, kind in kinds("الذهب 310", "ar")] == [Kind.UNCASED, Kind.NUMBER]


def test_a_name_that_begins_a_sentence_is_one_if_it_is_one_elsewhere() -> None:
    assert dict(kinds("Holm won. Nobody knew Holm.", "en"))["holm"] is Kind.NAME


def slots(one: str, other: str, language: str = "en") -> list[tuple[tuple[str, ...], ...]]:
    found = differences(wording(one, language), wording(other, language), language)
    return [(slot.ours, slot.theirs) for slot in found.slots if slot.weight]


def test_facts_in_the_same_place_conflict() -> None:
    one = "The mayor of Elm Ford, Ada Holm, won 54 percent of the vote on Sunday."
    other = "The mayor of Saltmere, Bo Lund, won 58 percent of the vote on Monday."
    assert slots(one, other) == [
        (("elm", "ford", "ada", "holm"), ("saltmere", "bo", "lund")),
        (("54",), ("58",)),
        (("sunday",), ("monday",)),
    ]


@pytest.mark.parametrize(
    "edited",
    [
        "On Sunday Ada Holm won 54 percent of the vote in Elm Ford.",
        "Ada Holm won more than half of the vote in Elm Ford yesterday.",
        "Ada Holm, 41, a teacher from Port Ellery, won 54 percent of the vote.",
        "Ada Holm has won 54 percent of the vote at Elm Ford on Sunday; Bo Lund had 46.",
    ],
)
def test_moved_cut_added_and_reworded_facts_do_not(edited: str) -> None:
    assert not slots("Ada Holm won 54 percent of the vote in Elm Ford on Sunday.", edited)


def test_facts_that_change_places_conflict() -> None:
    assert slots("Lindenau beat Wiesau by 2:1.", "Wiesau beat Lindenau by 1:2.")


def test_endings_make_no_other_name() -> None:
    assert not slots(
        "Die Polizei Lindenau sucht Zeugen", "Die Polizei Lindenaus sucht Zeugen", "de"
    )
    assert slots("The police of Holm ask", "The police of Helm ask")


def test_the_same_conflict_counts_once() -> None:
    one, other = (f"{name} won. Nobody beats {name}, says {name} now." for name in ("Ada", "Eva"))
    found = differences(wording(one, "en"), wording(other, "en"), "en")
    assert len(found.slots) == 3
    assert found.conflicts == 1


def test_a_template_has_a_place_with_many_fillings() -> None:
    frame = "The wind will be {} tonight and fall before the morning.".format
    own = wording(frame("weak"), "en")
    others = [wording(frame(word), "en") for word in ("fresh", "strong", "gusty", "gusty")]
    found = [differences(own, other, "en") for other in others]
    assert found[0].slots == (Slot(4, ("weak",), ("fresh",), 0.0),)
    assert are_template(found, 3)
    assert not are_template(found[1:], 3)
    # Texts that differ in more than fillings are edited ones.
    longer = [
        differences(own, wording(frame(f"{word} as everybody in the town had said,"), "en"), "en")
        for word in ("fresh", "strong", "gusty")
    ]
    assert not are_template(longer, 3)


def test_a_text_of_no_words_equals_nothing() -> None:
    empty = copies.Text("en", "Title", "", None, frozenset({""}), is_short=True)
    assert not copies.are_equal(empty, empty)
