"""The page's message tables: complete, alike, and used."""

import ast
import re
import string
from pathlib import Path

import pytest

import api.web
from api.web.interface import LANGUAGES, interface, preferred
from index.text.messages import Message

WEB = Path(api.web.__file__).parent
TABLES = {language: interface(language).messages for language in LANGUAGES}


def fields(message: str) -> set[str]:
    """The names that a message holds."""
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


def test_all_tables_have_the_same_messages_with_the_same_fields() -> None:
    english, *others = TABLES.values()
    for other in others:
        assert other.keys() == english.keys()
        for key in english:
            assert other[key].strip(), key
            # A form for one may leave the number out.
            assert fields(other[key]) == fields(english[key]) or key.endswith(".one"), key


def named_keys() -> set[str]:
    """Message keys that code and templates name in full."""
    found = set()
    for file in [*WEB.rglob("*.html"), *WEB.rglob("*.py")]:
        text = file.read_text(encoding="utf-8")
        found |= set(re.findall(r"""\b(?:t|text)\(\s*["']([a-z][\w.-]*[\w])["']""", text))
        found |= set(re.findall(r"""messages\[["']([a-z][\w.-]*[\w])["']\]""", text))
        for counted in re.findall(r"""counted\(\s*["']([a-z][\w.-]*)["']""", text):
            found |= {f"{counted}.one", f"{counted}.other"}
    return found


def test_every_message_that_is_named_exists() -> None:
    named = named_keys()
    assert len(named) > 40
    assert not named - TABLES["en"].keys()


MADE = (
    "month.", "language.", "help.language.", "help.key.", "problem.", "mode.", "field.", "nav.",
    "why.words", "why.meaning", "copies.", "status.", "order.", "recency.",
    "stories.",
)  # fmt: skip
"""How keys begin that are put together while a page is made."""


def test_no_message_is_left_over() -> None:
    left = TABLES["en"].keys() - named_keys()
    assert not {key for key in left if not key.startswith(MADE)}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-CH, en;q=0.5", "de"),
        ("en;q=0.5, de;q=0.4", "en"),
        ("fr, es", "en"),
        ("DE", "de"),
        ("de;q=0", "en"),
        ("*", "en"),
    ],
)
def test_the_language_that_is_liked_best(header: str, language: str) -> None:
    assert preferred(header) == language


def test_numbers_and_sizes_are_written_as_the_language_has_it() -> None:
    english, german = interface("en"), interface("de")
    assert (english.number(1234567), german.number(1234567)) == ("1,234,567", "1.234.567")
    assert (english.decimal(0.5), german.decimal(0.5)) == ("0.50", "0,50")
    assert (english.size(999), german.size(1_234_567)) == ("999 B", "1,2 MB")


def templates() -> set[str]:
    """The first argument of each `Message(…)` in the engine."""
    found = set()
    for package in ("search", "index"):
        for file in (WEB.parents[1] / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Message":
                    found.add(ast.literal_eval(node.args[0]))
    return found


def test_all_that_the_engine_says_can_be_said_in_german() -> None:
    sentences = interface("de").sentences
    assert sentences.keys() == templates()
    for english, german in sentences.items():
        assert german.strip()
        assert fields(german) == fields(english), english


def test_a_sentence_is_said_in_the_language_of_the_page() -> None:
    note = Message(
        "{0}; {1}", Message("there is no field {0}", "<b>"), Message("the colon is left out")
    )
    assert note == "there is no field <b>; the colon is left out"
    german = "ein Feld &lt;b&gt; gibt es nicht; der Doppelpunkt wird weggelassen"
    assert interface("de").said(note) == german
    assert "there is no field &lt;b&gt;" in interface("en").said(note)


def test_a_sentence_that_nobody_translated_is_marked() -> None:
    assert interface("de").said("so <it> is") == '<span lang="en">so &lt;it&gt; is</span>'
