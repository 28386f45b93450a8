"""The analyzers' words, terms, stop words and versions."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from index.analysis import analyzer as analyzer_module
from index.analysis import analyzer_for, tokenizer
from index.analysis.compound_lexicon import CompoundLexicon, lexicon_of
from index.analysis.compounds import CompoundSplitter
from index.protocols import WeightedTerm


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Der UN-Sicherheitsrat tagt.", ["Der", "UN", "Sicherheitsrat", "tagt"]),
        ("The U.S. and the U.S.A.!", ["The", "U.S.", "and", "the", "U.S.A."]),
        ("1.000,50 € am 18.06.2024", ["1.000,50", "am", "18", "06", "2024"]),
        ("2024-06-18 10:30", ["2024", "06", "18", "10", "30"]),
        ("C++, C# und .NET", ["C++", "C#", "und", ".NET"]),
        ("AT&T don’t COVID-19 e-mail", ["AT&T", "don’t", "COVID-19", "e-mail"]),
        ("#Wahl2024 @EZB_Rat", ["Wahl2024", "EZB", "Rat"]),
        ("20-Jährige Ost-West-Konflikt", ["20", "Jährige", "Ost", "West", "Konflikt"]),
        ("पैंथर्स डिफ़ेंस।", ["पैंथर्स", "डिफ़ेंस"]),
        ("中国人民2020年", ["中国", "国人", "人民", "2020", "年"]),
        ("「東京」です", ["東京", "です"]),
        ("ทีมรับ 308", ["ทีม", "มรั", "รับ", "308"]),
        ("– … !?", []),
        ("", []),
    ],
)
def test_split(text: str, words: list[str]) -> None:
    assert analyzer_for("und").split(text) == words


def test_spans_of_overlapping_bigrams() -> None:
    assert analyzer_for("zh").spans("看中国人") == [(0, 2), (1, 3), (2, 4)]


def test_a_second_split_of_the_same_text_is_the_same() -> None:
    text = "Wahl, – (Wahl) COVID-19; Wahl,"
    assert tokenizer.split(text) == tokenizer.split(text)
    assert tokenizer.split(text)[-1] == "Wahl"


def test_no_break_spaces_group_digits_only() -> None:
    split = analyzer_for("fr").split
    assert split("12\u202f000\u00a0euros") == ["12\u202f000", "euros"]


def test_terms_of_a_compound_begin_with_the_whole_word() -> None:
    terms = analyzer_for("de").terms("Bürgermeisterwahlen")
    assert terms.surface == "burgermeisterwahlen"
    assert terms.terms[0] == "burgermeisterwahl"
    assert "wahl" in terms.terms[1:]


def test_vietnamese_marks_tell_words_apart_unless_left_out() -> None:
    analyzer = analyzer_for("vi")
    assert analyzer.query_terms("bán") == (WeightedTerm("bán", 1.0),)
    assert analyzer.query_terms("ban")[0] == WeightedTerm("ban", 1.0)
    unmarked = analyzer.query_terms("ban")[1]
    assert unmarked.weight < 1
    assert unmarked.term in analyzer.terms("bán").terms
    assert "ban" not in analyzer.terms("bán").terms


def test_fold_keeps_wildcards() -> None:
    assert analyzer_for("de").fold("Präs*d?nt") == "pras*d?nt"


def test_analyzers_are_shared_and_take_any_tag() -> None:
    assert analyzer_for("de") is analyzer_for("de")
    assert analyzer_for("de-AT") is analyzer_for("de")
    assert analyzer_for("").language == "und"
    assert analyzer_for("tlh").terms("Qapla'").terms == ("qapla",)


def test_versions_name_the_libraries_they_rest_on() -> None:
    parts = {language: analyzer_for(language).version.split("+") for language in ("de", "en", "zh")}
    assert [len(parts[language]) for language in ("de", "en", "zh")] == [3, 2, 1]
    assert parts["en"][0].startswith("en/")
    assert parts["de"][2].startswith("simplemma-")


def test_memory_of_words_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analyzer_module, "_REMEMBERED_WORDS", 3)
    monkeypatch.setattr(tokenizer, "_REMEMBERED_RUNS", 3)
    monkeypatch.setattr(tokenizer, "_remembered", {})
    analyzer = analyzer_module.LanguageAnalyzer(analyzer_for("qaa")._rules)  # type: ignore[attr-defined]
    for number in range(10):
        words = analyzer.split(f"word{number}x")
        assert analyzer.terms(words[0]).terms == (f"word{number}x",)
        assert len(analyzer._remembered) <= 3
        assert len(tokenizer._remembered) <= 3


def test_threads_share_an_analyzer() -> None:
    analyzer = analyzer_module.LanguageAnalyzer(analyzer_for("en")._rules)  # type: ignore[attr-defined]
    words = [
        f"{stem}{ending}" for stem in ("walk", "vot", "elect") for ending in ("ing", "ed")
    ] * 50
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda word: analyzer.terms(word).terms, words))
    assert found == [analyzer_for("en").terms(word).terms for word in words]


LEXICON = CompoundLexicon(
    families={
        "stau": "30 0 ",
        "staub": "60 0 ",
        "bundes": "200 0 bund",
        "tags": "80 45 ",
        "studier": "50 0 studieren",
        "becken": "0 60 ",
        "ecken": "0 20 ",
        "tag": "0 90 ",
        "wahl": "0 90 ",
        "ende": "0 400 ",
    },
    whole=frozenset({"bundestag"}),
    endings=("s",),
    may_end=lambda modifier, head: head != "ende" or modifier.endswith("s"),
)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("staubecken", ("stau", "becken")),
        ("bundestag", ()),
        ("bundestags", ()),
        ("bundeswahl", ("bund", "wahl")),
        ("studierende", ()),
        ("wahl", ()),
        ("x" * 100, ()),
        ("stau-becken", ()),
    ],
)
def test_compounds_follow_the_lexicon(word: str, parts: tuple[str, ...]) -> None:
    assert CompoundSplitter(LEXICON).parts(word) == parts


def test_a_compound_of_compounds_gives_every_known_run_of_its_parts() -> None:
    parts = CompoundSplitter(lexicon_of("de")).parts("atomkraftwerk")
    assert set(parts) == {"atom", "atomkraft", "kraft", "kraftwerk", "werk"}
