"""Word lists kept as tables: the same answers, made once, safe to lose."""

import logging
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pytest
from simplemma.strategies import DefaultDictionaryFactory

from index.analysis import analyzer_for
from index.analysis.compound_lexicon import COMPOUNDING, lexicon_of
from index.analysis.compounds import CompoundSplitter
from index.analysis.lemmas import DICTIONARIES, lemmatizer_for, word_list
from index.analysis.word_tables import WordTable, open_table

ENTRIES = {"Wahl": "Wahl", "Wahlen": "Wahl", "größte": "groß", "a": ""}
SMALL = ("lv", "sq")
MISSPELT = 500


def opened(folder: Path | None, asked: list[str] | None = None) -> WordTable:
    """The table of `ENTRIES`; `asked` hears what it was made from."""
    heard: list[str] = [] if asked is None else asked

    def hear(name: str) -> dict[str, str]:
        heard.append(name)
        return ENTRIES

    return open_table(folder, "words-1", lambda: hear("made").items(), lambda: hear("instead"))


def agrees(table: WordTable) -> bool:
    """Whether a table knows exactly `ENTRIES`."""
    unknown = ("Wah", "Wahle", "Wahlenn", "wahl", "")
    return all(table.get(word) == ENTRIES[word] for word in ENTRIES) and not any(
        table.get(word) is not None for word in unknown
    )


def test_a_table_is_made_once_and_says_the_same(tmp_path: Path) -> None:
    asked: list[str] = []
    assert agrees(opened(tmp_path, asked))
    assert agrees(opened(tmp_path, asked))
    assert asked == ["made"]


def test_without_a_folder_the_list_itself_answers() -> None:
    asked: list[str] = []
    assert agrees(opened(None, asked))
    assert asked == ["instead"]


def test_a_folder_that_cannot_be_written_costs_time_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    asked: list[str] = []
    with caplog.at_level(logging.WARNING):
        assert agrees(opened(tmp_path / "file", asked))
    assert asked[-1] == "instead"
    assert "every process reads the word tables again" in caplog.text


def cut_short(place: Path) -> None:
    """Half of the table is lost."""
    table = place / "table.marisa"
    table.write_bytes(table.read_bytes()[: table.stat().st_size // 2])


def flip_a_bit(place: Path) -> None:
    """One byte of the table is another."""
    table = place / "table.marisa"
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 1
    table.write_bytes(content)


def lose_the_table(place: Path) -> None:
    """The checksum is left alone."""
    (place / "table.marisa").unlink()


@pytest.mark.parametrize("damage", [cut_short, flip_a_bit, lose_the_table])
def test_a_damaged_table_is_made_anew(
    damage: Callable[[Path], None], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    opened(tmp_path)
    (place,) = tmp_path.iterdir()
    damage(place)
    asked: list[str] = []
    with caplog.at_level(logging.WARNING):
        assert agrees(opened(tmp_path, asked))
    assert asked == ["made"]
    assert "is damaged and will be rebuilt" in caplog.text


def test_several_may_make_a_table_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(agrees, threads.map(opened, [tmp_path] * 32)))
    assert len(list(tmp_path.iterdir())) == 1


def assert_same_list(language: str, folder: Path, entries: int | None) -> None:
    """The kept list says what simplemma's says, of so many entries and of misspelt words."""
    code = DICTIONARIES[language]
    expected = DefaultDictionaryFactory(cache_max_size=1).get_dictionary(code)
    kept = word_list(code, folder)
    words = list(expected)
    random.Random(7).shuffle(words)
    assert all(kept.get(word) == expected[word] for word in islice(words, entries))
    for word in words[:MISSPELT]:
        for other in (word[1:], word + "x", word.swapcase()):
            assert kept.get(other) == expected.get(other)


@pytest.mark.long
@pytest.mark.parametrize("language", SMALL)
def test_every_entry_of_a_list_is_that_of_simplemma(language: str, tmp_path: Path) -> None:
    assert_same_list(language, tmp_path, entries=None)


@pytest.mark.slow
@pytest.mark.parametrize("language", sorted(set(DICTIONARIES) - set(SMALL)))
def test_lists_are_those_of_simplemma(language: str, tmp_path: Path) -> None:
    assert_same_list(language, tmp_path, entries=None if language == "de" else 20_000)


def test_dictionary_forms_do_not_depend_on_where_lists_are_kept(tmp_path: Path) -> None:
    kept, read = lemmatizer_for("lv", tmp_path), lemmatizer_for("lv", None)
    words = ["rīgas", "vēlēšanās", "prezidenta", "qqq"]
    assert [kept(word) for word in words] == [read(word) for word in words]
    assert kept("prezidenta") == "prezidents"
    assert analyzer_for("lv", kept_in=tmp_path).version == analyzer_for("lv").version


@pytest.mark.parametrize("language", COMPOUNDING)
def test_compounds_do_not_depend_on_where_the_lexicon_is_kept(
    language: str, tmp_path: Path
) -> None:
    kept, read = lexicon_of(language, tmp_path), lexicon_of(language)
    assert isinstance(read.families, dict)
    assert all(kept.families.get(form) == entry for form, entry in read.families.items())
    words = {
        "da": "folketingsvalg",
        "de": "bundestagswahlen",
        "nl": "verkiezingsuitslag",
        "no": "stortingsvalg",
        "sv": "riksdagsvalet",
    }
    word = words[language]
    assert CompoundSplitter(kept).parts(word) == CompoundSplitter(read).parts(word) != ()
