"""What cleaning does to text, by table, and that hostile text costs no time."""

import unicodedata

import pytest
from processor import at_most

from index.text.clean_text import clean, clean_line, clean_value


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Pra\u0308sident", "Präsident"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\x85b\u2028c\u2029d", "a\nb\nc\nd"),
        ("a\tb\x00c\x1b[31md\x7fe\x9f", "a\tbc[31mde"),
        ("\ufeffDer Rat\ufeff", "Der Rat"),
        ("x\ud800y", "x\ufffdy"),
        ("\ud83d\ude00", "😀"),
        ("ﬁn ½ Ω", "fin ½ Ω"),
        ("soft\u00adhyphen, zero\u200bwidth", "softhyphen, zero\u200bwidth"),
        ("", ""),
    ],
)
def test_clean(given: str, expected: str) -> None:
    assert clean(given) == expected


def test_nothing_unprintable_is_overlooked() -> None:
    controls = {*range(0x20), *range(0x7F, 0xA0), 0xAD, 0xFEFF} - {0x09, 0x0A, 0x0D, 0x85}
    ends = {0x0A, 0x0D, 0x85, 0x2028, 0x2029}
    assert {clean(f"a{chr(code)}b") for code in controls} == {"ab"}
    assert {clean(f"a{chr(code)}b") for code in ends} == {"a\nb"}
    assert {clean(f"a{chr(code)}b") for code in range(0xD800, 0xE000)} == {"a\ufffdb"}
    ligatures = "".join(clean(chr(code)) for code in range(0xFB00, 0xFB07))
    assert ligatures == "fffiflffifflstst"


def test_a_line_has_single_blanks() -> None:
    assert clean_line("  a \r\n\t b\u00a0c ") == "a b c"


@pytest.mark.parametrize("mark", ["\u0301", "\u0316\u0301", "\U0001d165", "\u3099"])
def test_at_most_thirty_marks_follow_a_letter(mark: str) -> None:
    cleaned = clean("q" + mark * 200 + "z")
    assert cleaned.startswith("q")
    assert cleaned.endswith("z")
    assert sum(map(bool, map(unicodedata.combining, cleaned))) == 30


def test_letters_of_rare_scripts_are_no_marks() -> None:
    text = "\U00011107\U00011108" * 100
    assert clean(text) == text


def test_endless_marks_take_no_time() -> None:
    with at_most(cpu_s=5):
        clean("a" + "\u0301\u0316" * 500_000)


def test_values_are_cleaned_throughout() -> None:
    value = {
        "ke\u0301y": ["a\r\nb", {"x": "\ud800"}, 1, 2.5, True, None, float("nan"), float("inf")]
    }
    assert clean_value(value) == {"kéy": ["a\nb", {"x": "\ufffd"}, 1, 2.5, True, None, None, None]}


@pytest.mark.parametrize("value", [b"bytes", {1: "a"}, {"a": {2}}])
def test_values_that_json_cannot_say_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"is not a JSON value|is not a string"):
        clean_value(value)


def test_deep_values_are_refused() -> None:
    value: object = "leaf"
    for _ in range(100_000):
        value = [value]
    with pytest.raises(ValueError, match="nested"):
        clean_value(value)
